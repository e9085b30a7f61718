internal import Compression

/// Source: ISO 32000-1 §7.3.8 (streams), §7.5.4 and §7.5.5 (table of places, trailer).
extension Walker {
    mutating func walkPDF() -> Walk {
        let tailCount = 2048
        let hasEnd = input.findLast("%%EOF", within: tailCount) != nil
        if let end = input.findLast("startxref", within: tailCount) {
            let place = pdfNumber(after: end + 9)
            if isEncryptedPDF(trailerFrom: place) { return .encrypted(.pdf) }
        }
        var at = 0
        var decodedCount = 0
        var brokenCount = 0
        var flaw = Flaw.data
        while let found = input.find("stream", from: at, to: input.byteCount) {
            guard input.step() else { break }
            at = found + 6
            guard let start = pdfStream(found) else { continue }
            let dictionary = pdfDictionary(before: found)
            if dictionary.isEncryption { return .encrypted(.pdf) }
            guard dictionary.isFlate else { continue }
            switch decodeAndJudge(.zlib, input.rest(from: start)) {
            case .finished(let end): at = end
            case .corrupt, .mismatch: brokenCount += 1
            case .endsEarly: flaw = .endsEarly
            case .undecided: return .walked(.pdf)
            }
            decodedCount += 1
        }
        if input.isExhausted { return .walked(.pdf) }
        guard hasEnd else { return .broken(.pdf, brokenCount > 0 ? .data : .endsEarly) }
        // Some writers get a stream wrong; ciphertext gets nearly all of them wrong.
        let isSound = brokenCount == 0 || brokenCount * 10 < decodedCount
        return .checked(.pdf, isSound && flaw != .endsEarly, flaw)
    }

    /// The first byte after the keyword and its line end; nil if it is no such keyword.
    private mutating func pdfStream(_ at: Int) -> Int? {
        let before = input.byte(at - 1)
        guard isBlank(before) || before == 0x3E else { return nil }
        if input.big16(at + 6) == 0x0D0A { return at + 8 }
        let next = input.byte(at + 6)
        return next == 0x0A || next == 0x0D ? at + 7 : nil
    }

    private struct Dictionary {
        var isFlate = false
        var isEncryption = false
    }

    private mutating func pdfDictionary(before at: Int) -> Dictionary {
        let piece = input.bytes(at: max(0, at - 1024), count: min(at, 1024))
        let span = piece.span
        var start = piece.count
        while start > 0, !span.has(" obj", at: start) { start -= 1 }
        let text = span.extracting(start..<piece.count)
        var found = Dictionary()
        // Only where it is the first filter does zlib data follow.
        if let place = text.find("/FlateDecode", within: text.count) {
            found.isFlate = text.find("Decode", within: text.count) == place + 6
        }
        let isTable = text.find("/XRef", within: text.count) != nil
        found.isEncryption = isTable && text.find("/Encrypt", within: text.count) != nil
        return found
    }

    private mutating func pdfNumber(after start: Int) -> Int {
        var at = start
        while at < start + 16, isBlank(input.byte(at)) { at += 1 }
        var number = 0
        while at < start + 32, (0x30...0x39).contains(input.byte(at)) {
            number = min(number * 10 + Int(input.byte(at) - 0x30), 1 << 50)
            at += 1
        }
        return number
    }

    /// A trailer stands after the table, or it is the dictionary of a stream.
    private mutating func isEncryptedPDF(trailerFrom place: Int) -> Bool {
        let tail = input.bytes(at: max(0, input.byteCount - 4096), count: 4096)
        if isEncryption(tail.span), input.has("xref", at: place) { return true }
        let head = input.bytes(at: place, count: 1024)
        let span = head.span
        let end = span.find("stream", within: span.count) ?? span.count
        return !span.has("xref") && isEncryption(span.extracting(0..<end))
    }

    private func isEncryption(_ text: Span<UInt8>) -> Bool {
        guard let at = text.find("/Encrypt", within: text.count) else { return false }
        // Not "/EncryptMetadata".
        return isBlank(text.byte(at + 8)) || (0x30...0x3C).contains(text.byte(at + 8))
    }
}
