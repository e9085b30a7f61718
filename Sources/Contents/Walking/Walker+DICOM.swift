/// Source: DICOM PS3.10 §7.1 (file meta information) and PS3.5 §7 (data elements), §A.4 (fragments).
extension Walker {
    private struct Encoding {
        var isExplicit = true
        var isBig = false
    }

    mutating func walkDICOM() -> Walk {
        var at = 132
        var encoding = Encoding()
        // Group 2 is always explicit and little endian, and names how the rest is coded.
        while at + 8 <= input.byteCount, input.little16(at) == 2 {
            guard input.step() else { return .walked(.dicom) }
            guard let element = element(at, Encoding()) else {
                return input.isExhausted ? .walked(.dicom) : .broken(.dicom, .field)
            }
            if input.little16(at + 2) == 0x10 {
                let name = input.bytes(at: element.start, count: min(element.size, 64))
                if name.span.has("1.2.840.10008.1.2.1.99") { return .walked(.dicom) }
                encoding = self.encoding(name.span)
            }
            at = element.start + element.size
        }
        return walkElements(from: at, encoding)
    }

    private func encoding(_ name: Span<UInt8>) -> Encoding {
        let uid = "1.2.840.10008.1.2"
        guard name.has(uid) else { return Encoding() }
        let rest = name.byte(uid.utf8.count)
        if rest == 0 || rest == 0x20 { return Encoding(isExplicit: false, isBig: false) }
        return Encoding(isExplicit: true, isBig: name.has(".2", at: uid.utf8.count))
    }

    private mutating func walkElements(from start: Int, _ encoding: Encoding) -> Walk {
        var at = start
        while at + 8 <= input.byteCount {
            guard input.step() else { return .walked(.dicom) }
            let group = number16(at, encoding)
            // Padding up to a block's end.
            if group == 0, number16(at + 2, encoding) == 0 { return .walked(.dicom) }
            guard let element = element(at, encoding) else {
                return input.isExhausted ? .walked(.dicom) : .broken(.dicom, .field)
            }
            if group == 0x7FE0, element.size < Self.undefined {
                judgeStored(input.stretch(element.start, element.start + element.size))
            }
            // Sequences and items are entered; what follows stands inside them.
            let isEntered = group == 0xFFFE || element.isSequence || element.size == Self.undefined
            let isFragment = group == 0xFFFE && isInPixels && element.size < Self.undefined
            if group == 0x7FE0 { isInPixels = element.size == Self.undefined }
            if group == 0xFFFE, number16(at + 2, encoding) == 0xE0DD { isInPixels = false }
            if isFragment {
                judgeStored(input.stretch(element.start, element.start + element.size))
            }
            at = element.start + (isEntered && !isFragment ? 0 : element.size)
            guard at <= input.byteCount else { return .broken(.dicom, .endsEarly) }
        }
        return .walked(.dicom)
    }

    private static let undefined = 0xFFFF_FFFF

    private mutating func number16(_ at: Int, _ encoding: Encoding) -> Int {
        encoding.isBig ? input.big16(at) : input.little16(at)
    }

    private mutating func number32(_ at: Int, _ encoding: Encoding) -> Int {
        encoding.isBig ? input.big32(at) : input.little32(at)
    }

    private mutating func element(
        _ at: Int, _ encoding: Encoding
    ) -> (start: Int, size: Int, isSequence: Bool)? {
        // Items have no type.
        if number16(at, encoding) == 0xFFFE || !encoding.isExplicit {
            let size = number32(at + 4, encoding)
            let isSane = size == Self.undefined || at + 8 + size <= input.byteCount
            return isSane ? (at + 8, size, false) : nil
        }
        let type = input.big16(at + 4)
        guard let isLong = Self.types[type] else { return nil }
        guard isLong else { return (at + 8, number16(at + 6, encoding), false) }
        let size = number32(at + 8, encoding)
        return (at + 12, size, type == 0x5351)
    }

    /// The types of PS3.5 §6.2 by their two letters, and whether their length takes four bytes.
    private static let types: [Int: Bool] = {
        var types: [Int: Bool] = [:]
        let short = "AEASATCSDADSDTFDFLISLOLTPNSHSLSSSTTMUIULUS"
        let long = "OBODOFOLOVOWSQSVUCUNURUTUV"
        for (names, isLong) in [(short, false), (long, true)] {
            let letters = Array(names.utf8)
            for i in stride(from: 0, to: letters.count, by: 2) {
                types[Int(letters[i]) << 8 | Int(letters[i + 1])] = isLong
            }
        }
        return types
    }()
}
