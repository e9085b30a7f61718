internal import Compression

extension Walker {
    /// Source: OpenType 1.9, "Table Directory": a sum of 32-bit words for each table.
    mutating func walkFont() -> Walk {
        if input.has("ttcf", at: 0) {
            for i in 0..<input.big32(8) {
                guard input.step() else { return .walked(.font) }
                let offset = input.big32(12 + 4 * i)
                guard offset + 12 <= input.byteCount else { return .broken(.font, .endsEarly) }
                let walk = walkTables(at: offset)
                if walk.finding == .broken { return walk }
            }
            return .walked(.font)
        }
        return walkTables(at: 0)
    }

    private mutating func walkTables(at start: Int) -> Walk {
        var wrongCount = 0
        let count = input.big16(start + 4)
        for i in 0..<count {
            guard input.step() else { return .walked(.font) }
            let at = start + 12 + 16 * i
            let offset = input.big32(at + 8)
            let size = input.big32(at + 12)
            guard offset + size <= input.byteCount else { return .broken(.font, .endsEarly) }
            // The head's own sum is taken with one field as zero.
            if input.has("head", at: at) { continue }
            guard let sum = tableSum(offset, size) else { return .walked(.font) }
            if Int(sum) != input.big32(at + 4) { wrongCount += 1 }
        }
        if wrongCount == 0 { return .verified(.font) }
        // Some tools edit a table and leave its sum.
        return wrongCount * 2 < count ? .walked(.font) : .broken(.font, .checksum)
    }

    private mutating func tableSum(_ offset: Int, _ size: Int) -> UInt32? {
        var sum: UInt32 = 0
        var at = offset
        while at < offset + size {
            let piece = input.bytes(at: at, count: min(offset + size - at, 1 << 16))
            if piece.isEmpty { return nil }
            let span = piece.span
            var i = 0
            while i < span.count {
                sum &+= span.big32(i)
                i += 4
            }
            at += piece.count
        }
        return sum
    }

    /// Source: WOFF 1.0 §5 (tables, mostly zlib) and WOFF2 §4.1 (one Brotli stream).
    mutating func walkWebFont() -> Walk {
        guard input.big32(8) <= input.byteCount else { return .broken(.webFont, .endsEarly) }
        if input.has("wOF2", at: 0) {
            return .checked(.webFont, input.big32(20) <= input.byteCount, .endsEarly)
        }
        var isVerified = true
        for i in 0..<input.big16(12) {
            guard input.step() else { return .walked(.webFont) }
            let at = 44 + 20 * i
            let offset = input.big32(at + 4)
            let size = input.big32(at + 8)
            guard offset + size <= input.byteCount else { return .broken(.webFont, .endsEarly) }
            guard size < input.big32(at + 12) else { continue }
            switch decode(.zlib, offset..<(offset + size), { _ in }) {
            case .finished: break
            case .undecided: isVerified = false
            case .corrupt, .mismatch, .endsEarly: return .broken(.webFont, .data)
            }
        }
        return isVerified ? .verified(.webFont) : .walked(.webFont)
    }
}
