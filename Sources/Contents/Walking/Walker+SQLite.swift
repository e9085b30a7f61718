extension Walker {
    /// Source: sqlite.org/fileformat2.html §1.3 (header), §1.5 to §1.8 (kinds of pages).
    mutating func walkSQLite() -> Walk {
        let stated = input.big16(16)
        let pageSize = stated == 1 ? 65_536 : stated
        guard pageSize >= 512 else { return .broken(.sqlite, .field) }
        let pageCount = input.byteCount / pageSize
        let isCountValid = input.big32(24) == input.big32(92)
        let statedCount = isCountValid ? input.big32(28) : pageCount
        guard statedCount <= pageCount else { return .broken(.sqlite, .endsEarly) }
        let freeCount = input.big32(36)
        var badCount = 0
        for page in 1..<max(1, pageCount) {
            guard input.step() else { return .walked(.sqlite) }
            // The page that holds the byte at 1 GiB is for locks.
            if page == (1 << 30) / pageSize { continue }
            if !pageHolds(page * pageSize, pageSize, pageCount) { badCount += 1 }
            if input.isExhausted { return .walked(.sqlite) }
        }
        // Free pages may hold anything that was there before.
        return .checked(.sqlite, badCount <= freeCount + pageCount / 200, .data)
    }

    private mutating func pageHolds(_ at: Int, _ size: Int, _ pageCount: Int) -> Bool {
        let type = input.byte(at)
        switch type {
        case 2, 5, 10, 13:
            let cellCount = input.big16(at + 3)
            let content = input.big16(at + 5)
            let header = type == 2 || type == 5 ? 12 : 8
            let isContent = content == 0 || content >= header + 2 * cellCount
            if isContent, input.big16(at + 1) < size, 2 * cellCount < size { return true }
        case 1, 3, 4:
            // An entry of the pointer map: a type and a page.
            if input.big32(at + 1) <= pageCount { return true }
        default: break
        }
        // An overflow page or a list of free pages begins with a page's number.
        return input.big32(at) <= pageCount
    }
}
