/// Formats that are one part after another, each of which says how long it is.
extension Walker {
    /// Source: ISO/IEC 13818-1 §2.4.3: packets of 188 bytes that begin with 0x47.
    mutating func walkTransportStream() -> Walk {
        walkMarks(.transportStream, every: 188, 0xFF, 0x47)
    }

    /// Source: ETSI EN 300 961 as stored: frames of 33 bytes whose first four bits are 1101.
    mutating func walkGSM() -> Walk { walkMarks(.gsm, every: 33, 0xF0, 0xD0) }

    private mutating func walkMarks(
        _ kind: Kind, every size: Int, _ mask: UInt8, _ mark: UInt8
    ) -> Walk {
        for at in stride(from: 0, to: input.byteCount, by: size) {
            guard input.step() else { return .walked(kind) }
            guard input.byte(at) & mask == mark else { return .broken(kind, .field) }
        }
        return .walked(kind)
    }

    /// Source: ISO/IEC 13818-7 §6.2: 13 bits of length in each frame; tags may follow the last one.
    mutating func walkADTS() -> Walk {
        var at = 0
        while at + 7 <= input.byteCount {
            guard input.step() else { return .walked(.adts) }
            guard input.big16(at) & 0xFFF6 == 0xFFF0 else {
                let isTag = input.has("TAG", at: at) || input.has("APETAGEX", at: at)
                return .checked(.adts, isTag || input.has("ID3", at: at))
            }
            let size = input.big32(at + 3) >> 13 & 0x1FFF
            guard size >= 7 else { return .broken(.adts, .field) }
            at += size
        }
        return .checked(.adts, at <= input.byteCount, .endsEarly)
    }

    /// Source: Adobe Flash Video File Format 10.1, annex E.3: after each tag its size once more.
    mutating func walkFlashVideo() -> Walk {
        var at = 13
        while at + 15 <= input.byteCount {
            guard input.step() else { return .walked(.flashVideo) }
            let size = input.big24(at + 1)
            guard [8, 9, 18].contains(input.byte(at) & 0x1F) else {
                return .broken(.flashVideo, .field)
            }
            // What is cut off has no second size.
            guard at + 15 + size <= input.byteCount else { return .broken(.flashVideo, .endsEarly) }
            let again = input.big32(at + 11 + size)
            guard again == size + 11 || again == size || again == 0 else {
                return .broken(.flashVideo, .field)
            }
            at += 15 + size
        }
        return .walked(.flashVideo)
    }

    /// Source: Audio Interchange File Format 1.3: chunks of a name and a size, at even places.
    mutating func walkAIFF() -> Walk {
        var at = 12
        while at + 8 <= min(input.byteCount, 8 + input.big32(4)) {
            guard input.step() else { return .walked(.aiff) }
            guard isFourCharacterCode(at) else { return .broken(.aiff, .field) }
            let size = input.big32(at + 4)
            at += 8 + size + size % 2
        }
        return .checked(.aiff, at <= input.byteCount + 1, .endsEarly)
    }

    /// Source: Advanced Systems Format §2.1: objects of a GUID and a size, up to the end.
    mutating func walkASF() -> Walk {
        var at = 0
        while at + 24 <= input.byteCount {
            guard input.step() else { return .walked(.asf) }
            let size = input.little64(at + 16)
            guard size >= 24 else { return .broken(.asf, .field) }
            guard size <= input.byteCount - at else { return .broken(.asf, .endsEarly) }
            at += size
        }
        return .walked(.asf)
    }

    /// Source: draft-ietf-opsawg-pcap §5: records of a time and two sizes; no packet is as long as this.
    mutating func walkCapture() -> Walk {
        let isBig = input.byte(0) == 0xA1
        guard isBig || input.byte(3) == 0xA1 else { return .magicOnly(.packetCapture) }
        var at = 24
        while at + 16 <= input.byteCount {
            guard input.step() else { return .walked(.packetCapture) }
            let (kept, whole) =
                isBig
                ? (input.big32(at + 8), input.big32(at + 12))
                : (input.little32(at + 8), input.little32(at + 12))
            guard kept <= whole, whole <= 1 << 20 else { return .broken(.packetCapture, .field) }
            at += 16 + kept
        }
        return .checked(.packetCapture, at <= input.byteCount, .endsEarly)
    }

    /// Source: PCI Firmware 3.0 §5.1.2: the image's size and whether it is the last one.
    mutating func walkOptionROM() -> Walk {
        var at = 0
        while at + 28 <= input.byteCount {
            guard input.step() else { return .walked(.optionROM) }
            let data = at + input.little16(at + 24)
            guard input.big16(at) == 0x55AA, input.has("PCIR", at: data) else {
                return .broken(.optionROM, .field)
            }
            let size = 512 * input.little16(data + 16)
            guard size > 0 else { return .broken(.optionROM, .field) }
            if input.byte(data + 21) & 0x80 != 0 { return .walked(.optionROM) }
            at += size
        }
        return .walked(.optionROM)
    }

    /// A disc's descriptors behind 32 KiB for the system, which are mostly zeros.
    ///
    /// Source: ECMA-119 §8.1 (sectors of 2048 bytes, `CD001`, version 1) and §8.3 (255 ends them).
    mutating func walkDisc() -> Walk {
        var at = 32_768
        while input.has("CD001", at: at + 1), input.byte(at + 6) == 1, input.step() {
            if input.byte(at) == 255 { return .walked(.diskImage) }
            at += 2048
        }
        return .none
    }
}
