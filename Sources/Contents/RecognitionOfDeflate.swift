/// A bare zlib stream, as git's loose objects are.
///
/// The two bytes of the header are no signature: the first block's fields have to hold as well,
/// which leaves random bytes about one chance in 60,000.
///
/// Source: RFC 1950 §2.2 (method 8, window 32 KiB, check modulo 31) and RFC 1951 §3.2.
func recogniseZlib(_ b: Span<UInt8>) -> Recognition? {
    guard b.count >= 8, b[0] == 0x78, b.big16(0) % 31 == 0, b[1] & 0x20 == 0 else { return nil }
    switch b[2] >> 1 & 3 {
    case 0: return b.little16(3) == ~b.little16(5) ? .recognised(.zlib) : nil
    case 1: return .recognised(.zlib)
    case 2: return hasWholeCode(b) ? .recognised(.zlib) : nil
    default: return nil
    }
}

/// The decoded size, in four bytes, before a zlib stream.
///
/// Sizes from 16 MiB on are left out, for fewer random matches.
///
/// Source: qCompress of Qt, and R Internals §1.8 (lazy-load databases, records of that form).
func recogniseSizedZlib(_ b: Span<UInt8>) -> Recognition? {
    guard b.count >= 12, b[0] == 0, b.big32(0) > 0 else { return nil }
    return recogniseZlib(b.extracting(droppingFirst: 4))
}

/// Whether the lengths that open a dynamic block form a complete prefix code.
private func hasWholeCode(_ b: Span<UInt8>) -> Bool {
    let literalCount = bits(b, at: 3, count: 5)
    let distanceCount = bits(b, at: 8, count: 5)
    guard literalCount <= 29, distanceCount <= 29 else { return false }
    let lengthCount = bits(b, at: 13, count: 4) + 4
    var filled = 0
    for i in 0..<lengthCount {
        let length = bits(b, at: 17 + 3 * i, count: 3)
        if length > 0 { filled += 128 >> length }
    }
    return filled == 128
}

/// Bits of the deflate stream, which follows the two bytes of the header.
private func bits(_ b: Span<UInt8>, at: Int, count: Int) -> Int {
    let place = 2 + at / 8
    let word = Int(b.byte(place)) | Int(b.byte(place + 1)) << 8
    return word >> (at % 8) & (1 << count - 1)
}
