extension Walker {
    /// Source: GIF89a specification §12 to §27: blocks of sub-blocks up to a trailer.
    mutating func walkGIF() -> Walk {
        var at = 13 + colourTable(flags: input.byte(10))
        var hasImage = false
        while at < input.byteCount {
            guard input.step() else { return .walked(.gif) }
            switch input.byte(at) {
            case 0x3B: return .walked(.gif)
            case 0x21: at += 2
            case 0x2C:
                let codeSize = at + 10 + colourTable(flags: input.byte(at + 9))
                let bits = input.byte(codeSize)
                guard (1...11).contains(bits) || codeSize >= input.byteCount else {
                    return input.isExhausted ? .walked(.gif) : .broken(.gif, .field)
                }
                at = codeSize + 1
                hasImage = true
            default: return input.isExhausted ? .walked(.gif) : .broken(.gif, .field)
            }
            while at < input.byteCount {
                guard input.step() else { return .walked(.gif) }
                let size = Int(input.byte(at))
                at += 1 + size
                if size == 0 { break }
            }
        }
        // The trailer is often left out.
        return .checked(.gif, hasImage && at == input.byteCount, .endsEarly)
    }

    private func colourTable(flags: UInt8) -> Int {
        flags & 0x80 != 0 ? 3 << (Int(flags & 7) + 1) : 0
    }

    /// Source: MS-WMF §2.2.2.9, BITMAPFILEHEADER: size, then where the pixels begin.
    mutating func walkBitmap() -> Walk {
        let offset = input.little32(10)
        let header = input.little32(14)
        let width = header == 12 ? input.little16(18) : input.little32(18) & 0x7FFF_FFFF
        let rawHeight = header == 12 ? input.little16(20) : input.little32(22)
        // A negative height means that the rows stand from the top.
        let height = rawHeight >= 1 << 31 ? 1 << 32 - rawHeight : rawHeight
        let depth = header == 12 ? input.little16(24) : input.little16(28)
        let method = header == 12 ? 0 : input.little32(30)
        guard width > 0, width < 1 << 20, height > 0, height < 1 << 20 else {
            return .broken(.bmp, .field)
        }
        judgeStored(input.rest(from: offset))
        let row = (width * depth + 31) / 32 * 4
        let isPlain = method == 0 || method == 3
        let holds = isPlain ? offset + row * height <= input.byteCount : offset < input.byteCount
        return .checked(.bmp, holds, .endsEarly)
    }

    /// Source: the ICONDIR structure: entries of 16 bytes, each a picture's size and place.
    mutating func walkIcon() -> Walk {
        for i in 0..<input.little16(4) {
            guard input.step() else { return .walked(.icon) }
            let size = input.little32(6 + 16 * i + 8)
            let offset = input.little32(6 + 16 * i + 12)
            guard offset + size <= input.byteCount else { return .broken(.icon, .endsEarly) }
            let first = input.big32(offset)
            let isBitmap = input.little32(offset) == 40 || first == 0x8950_4E47
            guard isBitmap || input.isExhausted else { return .broken(.icon, .field) }
        }
        return .walked(.icon)
    }

    /// Source: Adobe Photoshop File Formats: header, then sections with their lengths.
    mutating func walkPhotoshop() -> Walk {
        var at = 26
        let isLarge = input.big16(4) == 2
        for section in 0..<3 {
            let isWide = section == 2 && isLarge
            let size = isWide ? input.big64(at) : input.big32(at)
            at += size + (isWide ? 8 : 4)
            guard at <= input.byteCount else { return .broken(.photoshop, .endsEarly) }
        }
        return .checked(.photoshop, input.big16(at) <= 3)
    }

    /// Source: ITU-T T.800 §A: tile parts with lengths; packets hold no 0xFF90 or above.
    mutating func walkCodestream(_ range: Range<Int>) -> Walk {
        var at = range.lowerBound + 2
        while at + 2 <= range.upperBound {
            guard input.step() else { return .walked(.jpeg2000) }
            let marker = input.big16(at)
            if marker == 0xFFD9 { return .walked(.jpeg2000) }
            guard marker >= 0xFF30 else {
                return input.isExhausted ? .walked(.jpeg2000) : .broken(.jpeg2000, .field)
            }
            guard marker == 0xFF90 else {
                at += 2 + max(2, input.big16(at + 2))
                continue
            }
            let stated = input.big32(at + 6)
            // Zero means up to the end of the codestream.
            let end = stated == 0 ? range.upperBound - 2 : at + stated
            guard stated == 0 || stated >= 14 else { return .broken(.jpeg2000, .field) }
            guard end <= range.upperBound else { return .broken(.jpeg2000, .endsEarly) }
            guard let data = tileData(at, end), packetsHold(data, end) else {
                return input.isExhausted ? .walked(.jpeg2000) : .broken(.jpeg2000, .data)
            }
            at = end
        }
        return input.isExhausted ? .walked(.jpeg2000) : .broken(.jpeg2000, .endsEarly)
    }

    private mutating func tileData(_ start: Int, _ end: Int) -> Int? {
        var at = start
        while at + 2 <= end, input.step() {
            let marker = input.big16(at)
            if marker == 0xFF93 { return at + 2 }
            guard marker >= 0xFF30 else { return nil }
            at += 2 + max(2, input.big16(at + 2))
        }
        return nil
    }

    /// Packets may be framed by the markers SOP and EPH.
    private mutating func packetsHold(_ start: Int, _ end: Int) -> Bool {
        var at = start
        while let place = input.find(byte: 0xFF, from: at), place + 1 < end {
            let next = input.byte(place + 1)
            guard next <= 0x8F || next == 0x91 || next == 0x92 else { return false }
            at = place + 1
        }
        return true
    }
}
