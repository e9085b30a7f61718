internal import Compression

/// Cabinets and git's packs.
extension Walker {
    /// Source: MS-CAB §2.1 to §2.4: folders point at data blocks with checksums.
    mutating func walkCabinet() -> Walk {
        let folderCount = input.little16(26)
        let flags = input.little16(30)
        guard input.little32(8) <= input.byteCount else { return .broken(.cabinet, .endsEarly) }
        var at = 36
        var folderReserve = 0
        var dataReserve = 0
        if flags & 4 != 0 {
            folderReserve = Int(input.byte(38))
            dataReserve = Int(input.byte(39))
            at = 40 + input.little16(36)
        }
        // Names of neighbouring cabinets.
        for flag in [1, 2] where flags & flag != 0 {
            for _ in 0..<2 {
                while input.step(), input.byte(at) != 0 { at += 1 }
                at += 1
            }
        }
        for _ in 0..<folderCount {
            guard input.step() else { return .walked(.cabinet) }
            guard cabinetFolder(at, reserve: dataReserve) else {
                return input.isExhausted ? .walked(.cabinet) : .broken(.cabinet, .checksum)
            }
            at += 8 + folderReserve
        }
        return .checked(.cabinet, folderCount > 0)
    }

    private mutating func cabinetFolder(_ folder: Int, reserve: Int) -> Bool {
        var at = input.little32(folder)
        for _ in 0..<input.little16(folder + 4) {
            guard input.step() else { return true }
            let size = input.little16(at + 4)
            let start = at + 8 + reserve
            guard size > 0, start + size <= input.byteCount else { return false }
            let stated = input.little32(at)
            if stated != 0, cabinetSum(start, size, reserve, at + 4) != UInt32(stated) {
                return false
            }
            at = start + size
        }
        return true
    }

    /// Exclusive or of 32-bit words; the last one to three bytes count from the top.
    ///
    /// Source: MS-CAB §3.1: the data first, then the header's fields and the reserve.
    private mutating func cabinetSum(
        _ start: Int, _ size: Int, _ reserve: Int, _ header: Int
    ) -> UInt32 {
        let data = input.bytes(at: start, count: size)
        let fields = input.bytes(at: header, count: 4 + reserve)
        return cabinetWords(fields.span) ^ cabinetWords(data.span)
    }

    private func cabinetWords(_ b: Span<UInt8>) -> UInt32 {
        var sum: UInt32 = 0
        var at = 0
        while at + 4 <= b.count {
            sum ^= b.little32(at)
            at += 4
        }
        var last: UInt32 = 0
        while at < b.count {
            last = last << 8 | UInt32(b[at])
            at += 1
        }
        return sum ^ last
    }

    /// Source: gitformat-pack(5): objects with a size of seven bits a byte and a zlib stream.
    mutating func walkGitPack() -> Walk {
        if input.big32(0) == 0xFF74_4F63 { return walkPackIndex() }
        let objectCount = input.big32(8)
        var at = 12
        for _ in 0..<objectCount {
            guard input.step() else { return .walked(.gitPack) }
            guard let start = gitObject(at) else {
                return input.isExhausted ? .walked(.gitPack) : .broken(.gitPack, .field)
            }
            switch decode(.zlib, input.rest(from: start), { _ in }) {
            case .finished(let end): at = end
            case .undecided: return .walked(.gitPack)
            case .endsEarly: return .broken(.gitPack, .endsEarly)
            case .corrupt, .mismatch: return .broken(.gitPack, .data)
            }
        }
        // A hash of 20 or 32 bytes ends it.
        let rest = input.byteCount - at
        return rest == 20 || rest == 32 ? .verified(.gitPack) : .broken(.gitPack, .endsEarly)
    }

    private mutating func gitObject(_ at: Int) -> Int? {
        let type = input.byte(at) >> 4 & 7
        var next = at
        while input.byte(next) & 0x80 != 0 {
            next += 1
            guard next - at < 10 else { return nil }
        }
        next += 1
        switch type {
        case 1...4: return next
        case 6:
            let first = next
            while input.byte(next) & 0x80 != 0 {
                next += 1
                guard next - first < 10 else { return nil }
            }
            return next + 1
        case 7: return next + 20
        default: return nil
        }
    }

    private mutating func walkPackIndex() -> Walk {
        var before = 0
        for i in 0..<256 {
            let count = input.big32(8 + 4 * i)
            guard count >= before else { return .broken(.gitPack, .field) }
            before = count
        }
        // Names, checksums, places, two hashes.
        let holds = 8 + 1024 + before * 28 + 40 <= input.byteCount
        return .checked(.gitPack, holds, .endsEarly)
    }
}
