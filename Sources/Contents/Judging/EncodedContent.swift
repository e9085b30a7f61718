/// Random bytes behind an alphabet (A2).
enum EncodedContent: Equatable {
    /// The alphabet's bytes decode to random ones.
    case uniform
    /// They decode to a format that is encrypted on purpose.
    case encrypted(Kind)

    /// Bytes of a file that are decoded at most.
    static let sampleByteCount = 1 << 16

    /// Decodes content by the alphabets of RFC 4648, uuencode, and any of 2^n or k symbols.
    ///
    /// - Parameters:
    ///   - sample: the file's first bytes.
    ///   - counts: how often each value came in the whole file.
    /// - Returns: what stands behind the alphabet; nil if nothing random does.
    static func find(in sample: [UInt8], counts: borrowing Histogram) -> EncodedContent? {
        let span = sample.span
        if span.has("begin "), let decoded = decodedUU(span) { return verdict(on: decoded) }
        let body = span.has("-----BEGIN ") ? pemBody(span) : sample
        var own = Histogram()
        own.add(bytes: body.span)
        let alphabets: [Alphabet] = [.hexadecimal, .base32, .base64]
        for alphabet in alphabets where alphabet.covers(own, counts, isPart: body != sample) {
            let found = verdict(on: alphabet.decode(body.span))
            if found != nil || alphabet == .base64 { return found }
        }
        if body != sample { return nil }
        if let found = symbols(span, counts) { return found }
        return lanes(span)
    }

    private static func verdict(on decoded: [UInt8]) -> EncodedContent? {
        let walk = Walker.walk(decoded)
        if walk.finding == .encrypted { return .encrypted(walk.kind) }
        // Private keys are random numbers within a structure of their own.
        guard walk.finding == .none, !decoded.span.has("openssh-key-v1") else { return nil }
        var tally = PayloadTally()
        tally.add(decoded.span)
        return tally.byteCount >= PayloadTally.leastByteCount && tally.isUniform ? .uniform : nil
    }

    /// Lines between the first armour line and the next.
    private static func pemBody(_ text: Span<UInt8>) -> [UInt8] {
        var body: [UInt8] = []
        var at = 0
        var isFirst = true
        while at < text.count {
            var end = at
            while end < text.count, text[end] != 0x0A { end += 1 }
            let isArmour = text.has("-----", at: at)
            if isArmour, !isFirst { break }
            // Lines as "Proc-Type: 4,ENCRYPTED" are no part of the body.
            if !isFirst, text.find(":", from: at, within: max(0, end - at)) == nil {
                for i in at..<end { body.append(text[i]) }
            }
            isFirst = false
            at = end + 1
        }
        return body
    }

    /// Source: POSIX.1-2017 uuencode: a length, then four characters for three bytes.
    private static func decodedUU(_ text: Span<UInt8>) -> [UInt8]? {
        guard var at = text.find("\n", within: 128).map({ $0 + 1 }) else { return nil }
        var decoded: [UInt8] = []
        while at < text.count {
            let size = Int((text[at] &- 32) & 63)
            guard (0x20...0x60).contains(text[at]), size > 0 else { break }
            var pending: UInt32 = 0
            let end = min(text.count, at + 1 + (size + 2) / 3 * 4)
            for (i, place) in (at + 1..<end).enumerated() {
                guard (0x20...0x60).contains(text[place]) else { return nil }
                pending = pending << 6 | UInt32((text[place] &- 32) & 63)
                guard i % 4 == 3 else { continue }
                for shift: UInt32 in [16, 8, 0] {
                    decoded.append(UInt8(truncatingIfNeeded: pending >> shift))
                }
            }
            guard let next = text.find("\n", from: end, within: 4) else { break }
            at = next + 1
        }
        return decoded.isEmpty ? nil : decoded
    }
}

/// An alphabet whose symbols stand for a fixed number of bits.
private enum Alphabet {
    case hexadecimal, base32, base64

    /// Whether nothing but its symbols, padding and line ends occurs.
    func covers(_ own: borrowing Histogram, _ whole: borrowing Histogram, isPart: Bool) -> Bool {
        var sum = own.count(of: 9...10) + own.count(of: 13...13) + own.count(of: 32...32)
        var all = whole.count(of: 9...10) + whole.count(of: 13...13) + whole.count(of: 32...32)
        for value in UInt8(33)...126 where value == 0x3D || number(value) != nil {
            sum += own.count(of: value...value)
            all += whole.count(of: value...value)
        }
        let isWhole = all == whole.total
        let isOwn = sum == own.total
        return sum > 0 && isOwn && (isPart || isWhole)
    }

    private func number(_ byte: UInt8) -> UInt32? {
        switch (self, byte) {
        case (.hexadecimal, 0x30...0x39): UInt32(byte - 0x30)
        case (.hexadecimal, 0x41...0x46): UInt32(byte - 0x41 + 10)
        case (.hexadecimal, 0x61...0x66): UInt32(byte - 0x61 + 10)
        case (.base32, 0x41...0x5A): UInt32(byte - 0x41)
        case (.base32, 0x61...0x7A): UInt32(byte - 0x61)
        case (.base32, 0x32...0x37): UInt32(byte - 0x32 + 26)
        case (.base64, 0x41...0x5A): UInt32(byte - 0x41)
        case (.base64, 0x61...0x7A): UInt32(byte - 0x61 + 26)
        case (.base64, 0x30...0x39): UInt32(byte - 0x30 + 52)
        case (.base64, 0x2B), (.base64, 0x2D): 62
        case (.base64, 0x2F), (.base64, 0x5F): 63
        default: nil
        }
    }

    private var bitCount: UInt32 {
        switch self {
        case .hexadecimal: 4
        case .base32: 5
        case .base64: 6
        }
    }

    func decode(_ text: Span<UInt8>) -> [UInt8] {
        var packer = BitPacker()
        for i in text.indices {
            if let number = number(text[i]) { packer.add(number, bitCount: bitCount) }
        }
        return packer.bytes
    }
}

struct BitPacker {
    private(set) var bytes: [UInt8] = []
    private var pending: UInt32 = 0
    private var pendingCount: UInt32 = 0

    mutating func add(_ number: UInt32, bitCount: UInt32) {
        pending = pending << bitCount | number
        pendingCount += bitCount
        while pendingCount >= 8 {
            pendingCount -= 8
            bytes.append(UInt8(truncatingIfNeeded: pending >> pendingCount))
        }
        pending &= 1 << pendingCount - 1
    }
}
