/// Source: RFC 8794 (EBML) and RFC 9559 (Matroska).
extension Walker {
    mutating func walkMatroska() -> Walk {
        var at = 0
        while at < input.byteCount {
            guard input.step() else { return .walked(.matroska) }
            guard let id = elementID(at), let size = elementSize(at + id.count) else {
                return input.isExhausted ? .walked(.matroska) : .broken(.matroska, .field)
            }
            let start = at + id.count + size.count
            switch id.value {
            case 0x1853_8067, 0x1F43_B675:
                // Segments and clusters, whose children follow.
                at = start
                continue
            case _ where isKnown(id.value): break
            default: return input.isExhausted ? .walked(.matroska) : .broken(.matroska, .field)
            }
            guard let byteCount = size.value else { return .broken(.matroska, .field) }
            at = start + byteCount
            guard at <= input.byteCount else { return .broken(.matroska, .endsEarly) }
        }
        return .walked(.matroska)
    }

    private mutating func elementID(_ at: Int) -> (value: Int, count: Int)? {
        switch input.byte(at).leadingZeroBitCount {
        case 0: (Int(input.byte(at)), 1)
        case 1: (input.big16(at), 2)
        case 2: (input.big24(at), 3)
        case 3: (input.big32(at), 4)
        default: nil
        }
    }

    /// Nil as the value where the size is unknown.
    private mutating func elementSize(_ at: Int) -> (value: Int?, count: Int)? {
        let first = input.byte(at)
        let extra = first.leadingZeroBitCount
        guard extra < 8 else { return nil }
        var value = Int(first) & (0x7F >> extra)
        var isUnknown = value == 0x7F >> extra
        for i in 0..<extra {
            let byte = input.byte(at + 1 + i)
            if byte != 0xFF { isUnknown = false }
            value = value << 8 | Int(byte)
        }
        return (isUnknown ? nil : min(value, 1 << 60), extra + 1)
    }

    /// Elements of the first levels and of clusters.
    private func isKnown(_ id: Int) -> Bool {
        [
            0x1A45_DFA3, 0x114D_9B74, 0x1549_A966, 0x1654_AE6B, 0x1C53_BB6B, 0x1254_C367,
            0x1941_A469, 0x1043_A770, 0xEC, 0xBF, 0xE7, 0xA3, 0xA0, 0xA7, 0xAB, 0x5854, 0xAF, 0xFB,
        ].contains(id)
    }
}
