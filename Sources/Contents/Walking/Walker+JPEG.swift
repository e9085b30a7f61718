extension Walker {
    /// Source: ITU-T T.81 §B.1: segments, and scans in which 0xFF is followed by zero or a restart.
    mutating func walkJPEG() -> Walk {
        var at = 2
        var hasScan = false
        while at + 2 <= input.byteCount {
            guard input.step() else { return .walked(.jpeg) }
            guard input.byte(at) == 0xFF else {
                return input.isExhausted ? .walked(.jpeg) : .broken(.jpeg, .field)
            }
            let marker = input.byte(at + 1)
            switch marker {
            case 0xFF: at += 1
            case 0xD9: return .checked(.jpeg, hasScan)
            case 0x01, 0xD0...0xD7: at += 2
            case 0xC0...0xFE:
                let size = input.big16(at + 2)
                guard size >= 2 else { return .broken(.jpeg, .field) }
                guard at + 2 + size <= input.byteCount else { return .broken(.jpeg, .endsEarly) }
                if (0xE0...0xEF).contains(marker) || marker == 0xFE {
                    judgeStored(input.stretch(at + 4, at + 2 + size))
                }
                at += 2 + size
                if marker == 0xDA {
                    hasScan = true
                    guard let end = scanEnd(from: at) else {
                        return input.isExhausted ? .walked(.jpeg) : .broken(.jpeg, .endsEarly)
                    }
                    at = end
                }
            default: return .broken(.jpeg, .field)
            }
        }
        return input.isExhausted ? .walked(.jpeg) : .broken(.jpeg, .endsEarly)
    }

    /// Where the next marker stands that is no restart.
    private mutating func scanEnd(from start: Int) -> Int? {
        var at = start
        while let place = input.find(byte: 0xFF, from: at) {
            let next = input.byte(place + 1)
            if next == 0 || (0xD0...0xD7).contains(next) {
                at = place + 2
            } else if next == 0xFF {
                at = place + 1
            } else {
                return place + 1 < input.byteCount ? place : nil
            }
        }
        return nil
    }
}
