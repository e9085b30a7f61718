extension Walker {
    /// Source: RFC 3533 §6: pages with a CRC over themselves, taken with its field as zero.
    mutating func walkOgg() -> Walk {
        var at = 0
        var isLast = false
        while at < input.byteCount {
            guard input.step() else { return .walked(.ogg) }
            guard input.has("OggS", at: at), input.byte(at + 4) == 0 else {
                return input.isExhausted ? .walked(.ogg) : .broken(.ogg, .field)
            }
            let segmentCount = Int(input.byte(at + 26))
            var size = 27 + segmentCount
            for i in 0..<segmentCount { size += Int(input.byte(at + 27 + i)) }
            guard at + size <= input.byteCount else { return .broken(.ogg, .endsEarly) }
            var page = input.bytes(at: at, count: size)
            guard page.count == size else { return .walked(.ogg) }
            let stated = page.span.little32(22)
            for i in 22..<26 { page[i] = 0 }
            guard oggChecksum.sum(over: page.span) == stated else {
                return .broken(.ogg, .checksum)
            }
            isLast = page[5] & 4 != 0
            at += size
        }
        return isLast ? .verified(.ogg) : .walked(.ogg)
    }

    /// Source: ID3v2.4 §3.1 and ISO/IEC 11172-3 §2.4.1: a tag, then frame after frame.
    mutating func walkMP3() -> Walk {
        var at = 0
        while input.has("ID3", at: at), input.step() {
            let size = sevenBits(at + 6)
            at += 10 + size + (input.byte(at + 5) & 0x10 != 0 ? 10 : 0)
        }
        guard at <= input.byteCount else { return .broken(.mp3, .endsEarly) }
        let first = at
        var lost = 0
        var frameCount = 0
        while at < input.byteCount {
            guard input.step() else { return .walked(.mp3) }
            let head = input.bytes(at: at, count: 4)
            if let size = mp3FrameByteCount(head.span, 0), size > 4 {
                frameCount += 1
                at += size
            } else if isMP3Tail(at) {
                break
            } else if frameCount == 0, lost < 65_536 {
                // Some players leave room between the tag and the first frame.
                lost += 1
                at += 1
            } else {
                guard let next = input.find(byte: 0xFF, from: at + 1) else { break }
                lost += next - at
                at = next
            }
        }
        if input.isExhausted { return .walked(.mp3) }
        let isMostlyFrames = lost <= 2048 + (input.byteCount - first) / 20
        return .checked(.mp3, isMostlyFrames && (frameCount > 0 || first == input.byteCount))
    }

    private mutating func sevenBits(_ at: Int) -> Int {
        var size = 0
        for i in 0..<4 { size = size << 7 | Int(input.byte(at + i) & 0x7F) }
        return size
    }

    private mutating func isMP3Tail(_ at: Int) -> Bool {
        input.has("TAG", at: at) || input.has("APETAGEX", at: at) || input.has("LYRICS", at: at)
    }

    /// Source: Standard MIDI Files 1.0: chunks with lengths.
    mutating func walkMIDI() -> Walk {
        var at = 0
        while at + 8 <= input.byteCount {
            guard input.step() else { return .walked(.midi) }
            guard input.has("MT", at: at) || isFourCharacterCode(at) else {
                return input.isExhausted ? .walked(.midi) : .broken(.midi, .field)
            }
            at += 8 + input.big32(at + 4)
        }
        return .checked(.midi, at <= input.byteCount, .endsEarly)
    }
}
