/// Compound files: doc, xls, ppt, msg, msi.
///
/// Source: MS-CFB §2.2 to §2.6.
extension Walker {
    mutating func walkOLE() -> Walk {
        let shift = input.little16(30)
        guard shift == 9 || shift == 12 else { return .broken(.ole, .field) }
        let sector = 1 << shift
        let sectorCount = (input.byteCount + sector - 1) / sector - 1
        let tableCount = input.little32(44)
        guard tableCount >= 1, tableCount <= sectorCount else { return .broken(.ole, .endsEarly) }
        var tables: [Int] = []
        for i in 0..<min(tableCount, 109) {
            let place = input.little32(76 + 4 * i)
            guard place < sectorCount else {
                return input.isExhausted ? .walked(.ole) : .broken(.ole, .endsEarly)
            }
            tables.append(place)
        }
        if let flaw = flawOfTables(tables, sector, sectorCount) { return .broken(.ole, flaw) }
        return walkDirectory(tables, sector, sectorCount)
    }

    /// Entries lead to sectors of the file or have special meanings, and each table marks itself.
    private mutating func flawOfTables(
        _ tables: [Int], _ sector: Int, _ sectorCount: Int
    ) -> Flaw? {
        let perTable = sector / 4
        for (index, table) in tables.enumerated() {
            let entries = input.bytes(at: (table + 1) * sector, count: sector)
            guard input.step() else { return nil }
            let span = entries.span
            for i in 0..<(entries.count / 4) {
                let next = Int(span.little32(4 * i))
                // Entries of sectors behind the end are left as they were.
                let isReal = index * perTable + i < sectorCount
                guard next < sectorCount || next >= 0xFFFF_FFFC || !isReal else { return .field }
            }
        }
        return nil
    }

    private mutating func walkDirectory(
        _ tables: [Int], _ sector: Int, _ sectorCount: Int
    ) -> Walk {
        var at = input.little32(48)
        var seen = 0
        var isEncrypted = false
        while at < sectorCount, seen <= sectorCount {
            seen += 1
            for i in 0..<(sector / 128) {
                guard input.step() else { return .walked(.ole) }
                let entry = input.bytes(at: (at + 1) * sector + 128 * i, count: 128)
                guard let holds = directoryEntryHolds(entry) else { continue }
                guard holds else { return .broken(.ole, .field) }
                if hasEncryptedPackage(entry.span) { isEncrypted = true }
                if isEncryptedWord(entry, sector) { isEncrypted = true }
            }
            let table = at / (sector / 4)
            guard table < tables.count else { break }
            at = input.little32((tables[table] + 1) * sector + at % (sector / 4) * 4)
        }
        if input.isExhausted { return .walked(.ole) }
        guard seen > 0 else { return .broken(.ole, .endsEarly) }
        return isEncrypted ? .encrypted(.ole) : .walked(.ole)
    }

    /// Source: MS-CFB §2.6.1: type 0, 1, 2 or 5, colour 0 or 1, an even length of at most 64.
    private func directoryEntryHolds(_ entry: [UInt8]) -> Bool? {
        guard entry.count == 128 else { return nil }
        let type = entry[66]
        if type == 0 { return nil }
        let nameCount = entry.span.little16(64)
        return [1, 2, 5].contains(type) && entry[67] <= 1 && nameCount <= 64
    }

    /// Source: MS-DOC §2.5.2: bit 8 of the word at 10 of the stream "WordDocument".
    private mutating func isEncryptedWord(_ entry: [UInt8], _ sector: Int) -> Bool {
        let span = entry.span
        for (i, unit) in "WordDocument".utf8.enumerated() {
            guard span.little16(2 * i) == UInt16(unit) else { return false }
        }
        let start = (Int(span.little32(116)) + 1) * sector
        return input.little16(start) == 0xA5EC && input.little16(start + 10) & 0x100 != 0
    }

    /// Source: MS-PST §2.2.2.6 (header, with a CRC over 471 bytes) and §2.2.2.5 (size of the file).
    mutating func walkPersonalFolders() -> Walk {
        let covered = input.bytes(at: 8, count: 471)
        guard covered.count == 471 else { return .broken(.personalFolders, .endsEarly) }
        // Without the inversions of the usual CRC-32.
        guard Int(plainChecksum(covered.span)) == input.little32(4) else {
            return .broken(.personalFolders, .checksum)
        }
        let isWide = input.little16(10) >= 23
        let size = isWide ? input.little64(184) : input.little32(168)
        return .checked(.personalFolders, size <= input.byteCount, .endsEarly)
    }
}

private func plainChecksum(_ bytes: Span<UInt8>) -> UInt32 {
    var sum: UInt32 = 0
    for i in bytes.indices {
        sum ^= UInt32(bytes[i])
        for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return sum
}
