/// A cyclic redundancy check that takes bits from the top, without inversions.
struct TopBitChecksum<Word: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    private let table: [Word]

    init(polynomial: Word) {
        let top = Word(1) << Word(Word.bitWidth - 1)
        table = (0..<256).map { index in
            var entry = Word(index) << Word(Word.bitWidth - 8)
            for _ in 0..<8 { entry = entry & top != 0 ? entry << 1 ^ polynomial : entry << 1 }
            return entry
        }
    }

    func sum(over bytes: Span<UInt8>, from earlier: Word = 0) -> Word {
        let entries = table.span
        var sum = earlier
        for i in bytes.indices {
            let index = Int(truncatingIfNeeded: sum >> Word(Word.bitWidth - 8)) ^ Int(bytes[i])
            sum = sum << 8 ^ entries[index]
        }
        return sum
    }
}

/// Source: RFC 3533 §6.
let oggChecksum = TopBitChecksum<UInt32>(polynomial: 0x04C1_1DB7)

/// Source: RFC 9639 §9.3.
let flacFrameChecksum = TopBitChecksum<UInt16>(polynomial: 0x8005)

/// Source: RFC 9639 §9.1.8.
let flacHeaderChecksum = TopBitChecksum<UInt8>(polynomial: 0x07)
