/// Whether a head of text is the code of random bytes that are no known format (A2).
///
/// Base64 in both alphabets and hexadecimal, with any line ends. Source: RFC 4648 §4, §5, §8.
func encodesUniformBytes(_ head: Span<UInt8>, counts: borrowing Histogram) -> Bool {
    let blank =
        counts.count(of: 0x09...0x0A) + counts.count(of: 0x0D...0x0D)
        + counts.count(of: 0x20...0x20)
    let digits = counts.count(of: 0x30...0x39)
    let hexLetters = counts.count(of: 0x41...0x46) + counts.count(of: 0x61...0x66)
    if blank + digits + hexLetters == head.count { return decodesUniform(head, bits: 4) }
    let letters = counts.count(of: 0x41...0x5A) + counts.count(of: 0x61...0x7A)
    let signs =
        counts.count(of: 0x2B...0x2B) + counts.count(of: 0x2D...0x2D)
        + counts.count(of: 0x2F...0x2F) + counts.count(of: 0x5F...0x5F)
        + counts.count(of: 0x3D...0x3D)
    guard blank + digits + letters + signs == head.count else { return false }
    return decodesUniform(head, bits: 6)
}

private func decodesUniform(_ head: Span<UInt8>, bits: Int) -> Bool {
    var decoded = InlineArray<4096, UInt8>(repeating: 0)
    var byteCount = 0
    var pending: UInt32 = 0
    var pendingBits = 0
    for i in head.indices {
        guard let value = bits == 4 ? hexValue(head[i]) : base64Value(head[i]) else { continue }
        pending = pending << UInt32(bits) | UInt32(value)
        pendingBits += bits
        guard pendingBits >= 8 else { continue }
        pendingBits -= 8
        guard byteCount < 4096 else { break }
        decoded[byteCount] = UInt8(truncatingIfNeeded: pending >> UInt32(pendingBits))
        byteCount += 1
    }
    let bytes = decoded.span.extracting(0..<byteCount)
    var straight = Histogram()
    straight.add(bytes: bytes)
    guard straight.isUniform else { return false }
    var lagged = Histogram()
    lagged.addNibbleLag(of: bytes)
    guard lagged.isUniform else { return false }
    return recognise(head: bytes, fileByteCount: .max).structure == .none
}

private func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
}

private func base64Value(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x41...0x5A: byte - 0x41
    case 0x61...0x7A: byte - 0x61 + 26
    case 0x30...0x39: byte - 0x30 + 52
    case 0x2B, 0x2D: 62
    case 0x2F, 0x5F: 63
    default: nil
    }
}
