func recogniseArchive(_ b: Span<UInt8>, fileByteCount: UInt64) -> Recognition? {
    if b.big32(0) == 0x504B_0304 { return zip(b) }
    // A Java module is an archive behind a short header (JEP 261).
    if b.big32(0) == 0x4A4D_0100, b.big32(4) == 0x504B_0304 { return .recognised(.zip) }
    if b.big32(0) == 0x504B_0506 {
        return .checked(.zip, b.big64(4) == 0 && fileByteCount < 70_000)
    }
    if b.big32(0) == 0x377A_BCAF, b.big16(4) == 0x271C { return sevenZip(b, fileByteCount) }
    if b.has("Rar!\u{1A}\u{7}") { return rar(b) }
    if b.has("!<arch>\n") { return .checked(.ar, fileByteCount == 8 || b.big16(66) == 0x600A) }
    if b.has("MSCF"), b.big32(4) == 0 {
        return .checked(.cabinet, b.little32(8) > 0 && b.byte(25) <= 1)
    }
    if b.has("PACK"), b.big32(4) == 2 || b.big32(4) == 3 { return .recognised(.gitPack) }
    if b.big32(0) == 0xFF74_4F63, b.big32(4) == 2 { return .recognised(.gitPack) }
    if b.has("ustar", at: 257) || isOldTar(b) { return .checked(.tar, hasTarChecksum(b)) }
    return nil
}

/// Source: PKWARE APPNOTE 6.3.10 §4.3.7 (local file header) and §4.4.4 (bit 0: encrypted).
private func zip(_ b: Span<UInt8>) -> Recognition {
    let flags = b.little16(6)
    let method = b.little16(8)
    let nameByteCount = Int(b.little16(26))
    let isMethodKnown = method <= 19 || (93...99).contains(method)
    guard nameByteCount > 0, nameByteCount <= 1024, isMethodKnown else { return .broken(.zip) }
    // Control characters never stand in a member's name.
    for i in 30..<(30 + nameByteCount) where i < b.count && b[i] < 0x20 { return .broken(.zip) }
    return flags & 1 == 1 ? .encrypted(.zip) : .recognised(.zip)
}

/// Source: 7zFormat.txt: signature, version 0.x, CRC, then offset, size and CRC of the next
/// header.
///
/// AES is known only from that header, which an archive without packed headers ends with.
private func sevenZip(_ b: Span<UInt8>, _ fileByteCount: UInt64) -> Recognition {
    guard b.count >= 32, b[6] == 0 else { return .broken(.sevenZip) }
    let next = UInt64(b.little32(12)) | UInt64(b.little32(16)) << 32
    let size = UInt64(b.little32(20)) | UInt64(b.little32(24)) << 32
    let (end, overflow) = next.addingReportingOverflow(size)
    guard !overflow, end <= fileByteCount, crc32(b, 12..<32) == b.little32(8) else {
        return .broken(.sevenZip)
    }
    return hasSevenZipAES(b) ? .encrypted(.sevenZip) : .recognised(.sevenZip)
}

/// Whether the coder id of 7-Zip's AES-256 stands in the bytes.
///
/// Source: 7-Zip Methods.txt, 06F10701.
func hasSevenZipAES(_ b: Span<UInt8>) -> Bool {
    guard b.count >= 5 else { return false }
    for i in 0..<(b.count - 4) where b[i] == 0x24 {
        if b.big32(i + 1) == 0x06F1_0701 { return true }
    }
    return false
}

/// Source: RAR 5.0 archive format: an encryption header is type 4, the main header type 1; in
/// RAR 4 the main header is type 0x73 and its flag 0x80 says that headers are encrypted.
private func rar(_ b: Span<UInt8>) -> Recognition {
    if b.byte(6) == 0 {
        guard b.byte(9) == 0x73 else { return .broken(.rar) }
        let isEncrypted =
            b.little16(10) & 0x80 != 0
            || (b.byte(22) == 0x74 && b.little16(23) & 0x04 != 0)
        return isEncrypted ? .encrypted(.rar) : .recognised(.rar)
    }
    guard b.byte(6) == 1, b.byte(7) == 0 else { return .broken(.rar) }
    // CRC32, then the size as a variable number of at most three bytes, then the type.
    var at = 12
    while at < 15, b.byte(at) & 0x80 != 0 { at += 1 }
    switch b.byte(at + 1) {
    case 4: return .encrypted(.rar)
    case 1: return .recognised(.rar)
    default: return .broken(.rar)
    }
}

/// An archive from before the signature existed: recognised by its checksum alone.
private func isOldTar(_ b: Span<UInt8>) -> Bool {
    guard b.count >= 512, b[0] > 0x20, b[0] < 0x7F else { return false }
    for i in 100..<107 where !(isOctal(b[i]) || b[i] == 0x20) { return false }
    return hasTarChecksum(b)
}

private func isOctal(_ byte: UInt8) -> Bool { (0x30...0x37).contains(byte) }

/// Source: POSIX.1-2017 pax, ustar interchange format: the sum of the header's bytes, with the
/// checksum's own eight taken as spaces, in octal.
func hasTarChecksum(_ b: Span<UInt8>) -> Bool {
    guard b.count >= 512 else { return false }
    var stated: UInt32 = 0
    for i in 148..<156 where isOctal(b[i]) { stated = stated &* 8 &+ UInt32(b[i] - 0x30) }
    var sum: UInt32 = 8 * 0x20
    for i in 0..<512 where !(148..<156).contains(i) { sum &+= UInt32(b[i]) }
    return sum == stated
}

/// Source: RFC 1952 §8, one bit at a time since only headers are checked.
func crc32(_ b: Span<UInt8>, _ range: Range<Int>) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for i in range {
        crc ^= UInt32(b.byte(i))
        for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
}

func recogniseCompressed(_ b: Span<UInt8>) -> Recognition? {
    if b.big16(0) == 0x1F8B { return gzip(b) }
    if b.big32(0) == 0xFD37_7A58, b.big16(4) == 0x5A00 {
        // Stream flags: a zero byte, the check's number, their CRC. Source: xz-file-format §2.1.1.
        return .checked(.xz, b.byte(6) == 0 && crc32(b, 6..<8) == b.little32(8))
    }
    if b.big32(0) == 0x28B5_2FFD {
        // Bit 3 of the descriptor is reserved. Source: RFC 8878 §3.1.1.1.1.
        return .checked(.zstd, b.byte(4) & 0x08 == 0)
    }
    if b.has("BZh"), (0x31...0x39).contains(b.byte(3)) {
        let magic = b.big32(4)
        if magic == 0x3141_5926 || magic == 0x1772_4538 { return .recognised(.bzip2) }
        return .broken(.bzip2)
    }
    if b.big32(0) == 0x0422_4D18 {
        // Version 01 in bits 6 and 7, bit 1 reserved. Source: lz4_Frame_format.md 1.6.
        return .checked(.lz4, b.byte(4) >> 6 == 1 && b.byte(4) & 2 == 0 && b.byte(5) & 0x8F == 0)
    }
    return nil
}

/// Two bytes are no signature: method and flags have to hold, and the extra flags and the
/// operating system as well.
///
/// Source: RFC 1952 §2.3.
private func gzip(_ b: Span<UInt8>) -> Recognition? {
    guard b.byte(2) == 8, b.byte(3) & 0xE0 == 0 else { return nil }
    let system = b.byte(9)
    guard [0, 2, 4].contains(b.byte(8)), system <= 13 || system == 255 else { return nil }
    var at = 10
    if b.byte(3) & 4 != 0 { at += 2 + Int(b.little16(10)) }
    for flag: UInt8 in [8, 16] where b.byte(3) & flag != 0 {
        while at < b.count, b[at] != 0 { at += 1 }
        at += 1
    }
    if b.byte(3) & 2 != 0 { at += 2 }
    // Block type 3 is reserved in deflate. Source: RFC 1951 §3.2.3.
    return .checked(.gzip, at >= b.count || b[at] >> 1 & 3 != 3)
}
