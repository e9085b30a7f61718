extension Walker {
    /// Packs and packets, one after the other.
    ///
    /// Source: ISO/IEC 11172-1 §2.4.3 and 13818-1 §2.5.3 (program streams).
    mutating func walkMPEG() -> Walk {
        var at = 0
        while at + 4 <= input.byteCount {
            guard input.step() else { return .walked(.mpeg) }
            // Zeros may fill up what is between them.
            if input.big24(at) == 0, at > 0 {
                at += 1
                continue
            }
            let code = input.big32(at)
            switch code {
            case 0x1B9: at += 4
            case 0x1BA:
                let isFirst = input.byte(at + 4) & 0xF0 == 0x20
                at += isFirst ? 12 : 14 + Int(input.byte(at + 13) & 7)
            case 0x1BB...0x1FF: at += 6 + input.big16(at + 4)
            default: return .broken(.mpeg, .field)
            }
        }
        return .checked(.mpeg, at <= input.byteCount, .endsEarly)
    }

    /// Attributes, then a table of places, and there the chunks one after the other.
    ///
    /// Source: OpenEXR File Layout ("Version field", "Header", "Offset tables", "Chunk layout").
    mutating func walkOpenEXR() -> Walk {
        let flags = input.byte(5)
        var at = 8
        while input.byte(at) != 0 {
            guard input.step(), let type = input.find(byte: 0, from: at),
                let size = input.find(byte: 0, from: type + 1), size - at < 512
            else { return .broken(.openEXR, .field) }
            at = size + 5 + input.little32(size + 1)
        }
        // Of several parts, and of pixels of varying depth, the header is enough.
        guard flags & 0x18 == 0 else { return .walked(.openEXR) }
        let first = input.little64(at + 1)
        guard first > at + 1, (first - at - 1) % 8 == 0, first < input.byteCount else {
            return .broken(.openEXR, .field)
        }
        let header = flags & 2 == 0 ? 8 : 20
        for number in 0..<((first - at - 1) / 8) {
            guard input.step() else { break }
            let chunk = input.little64(at + 1 + 8 * number)
            let end = chunk + header + input.little32(chunk + header - 4)
            guard chunk >= first else { return .broken(.openEXR, .field) }
            guard end <= input.byteCount else { return .broken(.openEXR, .endsEarly) }
        }
        return .walked(.openEXR)
    }
}
