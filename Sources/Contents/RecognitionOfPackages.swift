/// Older and rarer archives and packages.
func recognisePackage(_ b: Span<UInt8>, fileByteCount: UInt64) -> Recognition? {
    switch b.big32(0) {
    case 0x4C5A_4950:  // LZIP
        // Source: lzip manual, "File format": version 1, dictionary of 2^12 to 2^29 bytes.
        return .plausible(.lzip, b.byte(4) <= 1 && (12...29).contains(b.byte(5) & 0x1F))
    case 0x894C_5A4F where b.big32(4) == 0x000D_0A1A && b.byte(8) == 0x0A:
        return .recognised(.lzop)
    case 0xEDAB_EEDB:
        // Source: RPM file format, "The lead": major 3 or 4, binary or source, signature type 5.
        let holds = (3...4).contains(b.byte(4)) && b.big16(6) <= 1 && b.big16(78) == 5
        return .plausible(.rpm, holds && b.big32(96) == 0x8EAD_E801)
    case 0x7861_7221:  // xar!
        return .plausible(.xar, (28...512).contains(b.big16(4)) && b.big16(6) == 1)
    case 0x4D53_5749 where b.big32(4) == 0x4D00_0000:  // MSWIM
        return .plausible(.windowsImage, b.little32(8) == 208 && b.little16(40) > 0)
    case 0x5041_5232 where b.big32(4) == 0x0050_4B54:  // PAR2 NUL PKT
        let size = UInt64(b.little32(8))
        return .plausible(.parity, size >= 64 && size % 4 == 0 && b.little32(12) == 0)
    case 0x3037_3037: return cpio(b)  // 0707
    default: break
    }
    if b.big16(0) == 0x1F9D, startsLZW(b) { return .recognised(.unixCompress) }
    if b.big16(0) == 0x60EA { return arj(b) }
    if b.byte(2) == 0x2D, b.byte(6) == 0x2D { return lha(b, fileByteCount) }
    return isLZMA(b) || isSizedLZMA(b) ? .recognised(.lzma) : nil
}

/// Source: cpio(5): "070701" and "070702" with 13 hexadecimal, "070707" with 70 octal digits.
private func cpio(_ b: Span<UInt8>) -> Recognition? {
    let isOld = b.byte(4) == 0x30 && b.byte(5) == 0x37
    guard isOld || b.byte(4) == 0x30 && (0x31...0x32).contains(b.byte(5)) else { return nil }
    for i in 6..<(isOld ? 76 : 110) where !isHexadecimal(b.byte(i)) { return nil }
    return .recognised(.cpio)
}

private func isHexadecimal(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
}

/// Two bytes and a width are no signature: no code may be one that the table has not yet.
///
/// Source: ncompress 4.2, compress.c: codes of 9 bits at first, from the lowest bit on; 256 clears.
private func startsLZW(_ b: Span<UInt8>) -> Bool {
    guard b.byte(2) & 0x60 == 0, (9...16).contains(b.byte(2) & 0x1F), b.count > 30 else {
        return false
    }
    for number in 0..<24 {
        let place = number * 9
        let code = Int(b.little16(3 + place / 8)) >> (place % 8) & 0x1FF
        guard code <= (number == 0 ? 255 : 256 + number) else { return false }
    }
    return true
}

/// Source: ARJ technical note: the basic header's size, its own part, version, host, and a CRC.
private func arj(_ b: Span<UInt8>) -> Recognition? {
    let size = Int(b.little16(2))
    guard (30...2600).contains(size), (30...60).contains(b.byte(4)), b.byte(7) <= 11 else {
        return nil
    }
    guard size + 8 <= b.count else { return nil }
    return crc32(b, 4..<(4 + size)) == b.little32(4 + size) ? .recognised(.arj) : nil
}

/// Source: LHA header levels 0 to 2, as in `header.c` of LHa for UNIX.
private func lha(_ b: Span<UInt8>, _ fileByteCount: UInt64) -> Recognition? {
    guard b.has("lh", at: 3) || b.has("lz", at: 3), b.byte(20) <= 2 else { return nil }
    let method = b.byte(5)
    guard (0x30...0x37).contains(method) || method == 0x64 || method == 0x73,
        UInt64(b.little32(7)) <= fileByteCount
    else { return nil }
    if b.byte(20) == 2 { return .plausible(.lha, (26...8192).contains(b.little16(0))) }
    let size = Int(b.byte(0))
    guard size >= 22, size + 2 <= b.count else { return nil }
    var sum: UInt8 = 0
    for i in 2..<(2 + size) { sum &+= b.byte(i) }
    return .plausible(.lha, sum == b.byte(1))
}

/// No signature, but nineteen bytes of which few values are used.
///
/// Source: LZMA SDK, lzma-specification.txt: properties, a dictionary of 2^n or 3 · 2^n bytes, a size or
/// none, and a first byte that is zero.
private func isLZMA(_ b: Span<UInt8>) -> Bool {
    guard b.byte(0) == 0x5D || b.byte(0) == 0x5E || b.byte(0) == 0x6D, b.count > 18 else {
        return false
    }
    let dictionary = b.little32(1)
    let odd = dictionary >> UInt32(min(31, dictionary.trailingZeroBitCount))
    guard dictionary >= 4096, odd == 1 || odd == 3 else { return false }
    let isUnsized = b.big64(5) == .max
    return b.byte(13) == 0 && (isUnsized || b.little32(9) < 256)
}

/// A size, a letter, and a raw LZMA2 stream whose first chunk states the same size.
///
/// Source: R, src/main/connections.c (R_compress3); xz, lzma2_decoder.c: 0xE0 and the size less one.
private func isSizedLZMA(_ b: Span<UInt8>) -> Bool {
    guard b.byte(4) == 0x5A, b.byte(5) & 0xE0 == 0xE0 else { return false }
    let size = Int(b.byte(5) & 0x1F) << 16 | Int(b.big16(6)) + 1
    return size >= 256 && Int(b.big32(0)) == size && b.byte(10) == 0x5D
}
