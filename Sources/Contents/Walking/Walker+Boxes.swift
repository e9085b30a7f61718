/// Source: ISO/IEC 14496-12 §4.2 (boxes) and Apple's QuickTime File Format, "Atoms".
extension Walker {
    mutating func walkISOMedia() -> Walk {
        let brand = input.bytes(at: 8, count: 4)
        let isPicture = ["heic", "heix", "hevc", "mif1", "msf1", "avif", "avis"]
            .contains { brand.span.has($0) }
        return walkBoxes(isPicture ? .heif : .isoMedia, 0..<input.byteCount, depth: 0)
    }

    mutating func walkJPEG2000() -> Walk {
        if input.big32(0) == 0xFF4F_FF51 { return walkCodestream(0..<input.byteCount) }
        return walkBoxes(.jpeg2000, 0..<input.byteCount, depth: 0)
    }

    private mutating func walkBoxes(_ kind: Kind, _ range: Range<Int>, depth: Int) -> Walk {
        var at = range.lowerBound
        while at + 8 <= range.upperBound {
            guard input.step() else { return .walked(kind) }
            var size = input.big32(at)
            var header = 8
            if size == 1 {
                size = input.big64(at + 8)
                header = 16
            } else if size == 0 {
                // Up to the end of the file; four zero bytes may end a list of user data.
                if depth > 0 { return .walked(kind) }
                size = range.upperBound - at
            }
            guard size >= header, isBoxName(at + 4) else {
                return input.isExhausted ? .walked(kind) : .broken(kind, .field)
            }
            guard at + size <= range.upperBound else {
                return .broken(kind, depth == 0 ? .endsEarly : .field)
            }
            let content = (at + header)..<(at + size)
            if let broken = brokenBox(kind, at, content, depth: depth) { return broken }
            at += size
        }
        // Fewer than eight bytes may be left over as padding.
        return .walked(kind)
    }

    private mutating func brokenBox(
        _ kind: Kind, _ at: Int, _ content: Range<Int>, depth: Int
    ) -> Walk? {
        if kind == .jpeg2000, input.has("jp2c", at: at + 4) {
            let walk = walkCodestream(content)
            return walk.finding == .broken ? walk : nil
        }
        guard depth < 8, isBoxOfBoxes(at + 4) else { return nil }
        // A full box, with version and flags in front, but not in QuickTime.
        let isFull = input.has("meta", at: at + 4) && input.big32(content.lowerBound) == 0
        let start = min(content.lowerBound + (isFull ? 4 : 0), content.upperBound)
        let walk = walkBoxes(kind, start..<content.upperBound, depth: depth + 1)
        return walk.finding == .broken ? walk : nil
    }

    private mutating func isBoxOfBoxes(_ at: Int) -> Bool {
        for name in [
            "moov", "trak", "mdia", "minf", "stbl", "edts", "moof", "traf", "meta", "jp2h",
        ]
        where input.has(name, at: at) {
            return true
        }
        return false
    }

    /// Printable, or with the © of QuickTime's user data, or a number as in iTunes lists.
    private mutating func isBoxName(_ at: Int) -> Bool {
        isFourCharacterCode(at) || input.big32(at) < 1 << 16
    }
}
