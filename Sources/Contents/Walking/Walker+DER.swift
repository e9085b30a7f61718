/// A sequence whose size is that of the file, with an element in it.
///
/// Random bytes agree in one of some billions.
///
/// Source: ITU-T X.690 §8.1.3 (lengths) and X.680 §8.4 (the tags of what keys and certificates open
/// with: integer, object identifier, sequence, set, or a version in brackets).
func recogniseDER(_ b: Span<UInt8>, fileByteCount: UInt64) -> Recognition? {
    guard b.byte(0) == 0x30 else { return nil }
    let outer: (start: Int, size: UInt64)
    switch b.byte(1) {
    case 0x82: outer = (4, UInt64(b.big16(2)))
    case 0x83: outer = (5, UInt64(b.big32(1) & 0xFF_FFFF))
    default: return nil
    }
    guard outer.size + UInt64(outer.start) == fileByteCount else { return nil }
    return [0x02, 0x06, 0x30, 0x31, 0xA0].contains(b.byte(outer.start)) ? .recognised(.der) : nil
}

extension Walker {
    /// DER by itself has no signature: a sequence that fills the file exactly, and holds elements
    /// that fill it exactly.
    ///
    /// Source: ITU-T X.690 §8.1 and §10.1.
    mutating func walkDER() -> Walk {
        guard input.byte(0) == 0x30, let outer = derElement(0) else { return .none }
        guard outer.upperBound == input.byteCount, outer.count >= 8 else { return .none }
        return derHolds(outer, depth: 0) ? .walked(.der) : .none
    }

    private mutating func derHolds(_ range: Range<Int>, depth: Int) -> Bool {
        var at = range.lowerBound
        while at < range.upperBound {
            guard input.step(), let content = derElement(at) else { return false }
            guard content.upperBound <= range.upperBound else { return false }
            let tag = input.byte(at)
            if tag == 0 { return false }
            // Sequences and sets; others may hold anything.
            if tag & 0x20 != 0, depth < 16, !derHolds(content, depth: depth + 1) { return false }
            at = content.upperBound
        }
        return true
    }

    private mutating func derElement(_ at: Int) -> Range<Int>? {
        let first = Int(input.byte(at + 1))
        if first < 0x80 { return (at + 2)..<(at + 2 + first) }
        let count = first & 0x7F
        guard (1...4).contains(count) else { return nil }
        var size = 0
        for i in 0..<count { size = size << 8 | Int(input.byte(at + 2 + i)) }
        return (at + 2 + count)..<(at + 2 + count + size)
    }
}
