func recogniseScience(_ b: Span<UInt8>, fileByteCount: UInt64) -> Recognition? {
    if b.has("DICM", at: 128) {
        // File meta elements are group 2, and their value type is two capital letters.
        let holds = b.little16(132) == 2 && isCapital(b.byte(136)) && isCapital(b.byte(137))
        return .checked(.dicom, holds || b.little16(132) == 8)
    }
    if b.little32(0) == 348 || b.big32(0) == 348 {
        return b.has("n+1\0", at: 344) || b.has("ni1\0", at: 344) ? .recognised(.nifti) : nil
    }
    if b.little32(0) == 540, b.has("n+2\0", at: 4) { return .recognised(.nifti) }
    if b.has("0       "), isPrintable(b, 8..<min(184, b.count)) {
        return .recognised(.europeanData)
    }
    if b.byte(0) == 0xFF, b.has("BIOSEMI", at: 1) { return .recognised(.europeanData) }
    if b.has("SIMPLE  ="), b.count >= 80 {
        return .checked(.fits, isPrintable(b, 9..<80))
    }
    if b.big64(0) == 0x8948_4446_0D0A_1A0A { return .checked(.hdf5, b.byte(8) <= 3) }
    if b.has("MATLAB 5.0 "), b.has("MI", at: 126) || b.has("IM", at: 126) {
        return .recognised(.matlab)
    }
    if b.has("PAR1") || b.has("PARE") {
        // A Thrift page header, or the footer's length, follows; the first byte is a small field.
        guard b.has("PAR1") else { return .encrypted(.parquet) }
        return .checked(.parquet, [0x15, 0x1C, 0x18, 0x19, 0x04].contains(b.byte(4)))
    }
    if b.has("ARROW1\0\0") || b.has("FEA1") { return .recognised(.arrow) }
    if b.byte(0) == 0x93, b.has("NUMPY", at: 1) {
        return .checked(.numpy, (1...3).contains(b.byte(6)) && b.find("descr", within: 32) != nil)
    }
    return nil
}

private func isCapital(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }

func recogniseEncrypted(_ b: Span<UInt8>) -> Recognition? {
    if b.has("Salted__") { return .encrypted(.saltedOpenSSL) }
    if b.has("age-encryption.org/v1\n") || b.has("-----BEGIN AGE ENCRYPTED FILE-----") {
        return .encrypted(.age)
    }
    if b.has("-----BEGIN PGP MESSAGE-----") { return .encrypted(.openPGP) }
    if b.big32(0) == 0x4C55_4B53, b.big16(4) == 0xBABE {
        return .checkedContainer(.luks, b.big16(6) == 1 || b.big16(6) == 2)
    }
    return openPGP(b) ?? keyring(b)
}

extension Recognition {
    static func checkedContainer(_ kind: Kind, _ isPlausible: Bool) -> Recognition {
        isPlausible ? encrypted(kind) : broken(kind)
    }
}

/// A message encrypted for a passphrase or a key, by its first packet's fields.
///
/// Source: RFC 9580 §5.1 (tag 1: version, key, algorithm) and §5.3 (tag 3: version, cipher, S2K).
private func openPGP(_ b: Span<UInt8>) -> Recognition? {
    let first = b.byte(0)
    guard first & 0x80 != 0 else { return nil }
    let isNew = first & 0x40 != 0
    let tag = isNew ? first & 0x3F : first >> 2 & 0x0F
    guard tag == 1 || tag == 3 else { return nil }
    var body = 2
    var byteCount = Int(b.byte(1))
    if isNew {
        guard byteCount < 224 || byteCount == 255 else { return nil }
        if byteCount >= 192, byteCount < 224 {
            byteCount = (byteCount - 192) << 8 + Int(b.byte(2)) + 192
            body = 3
        }
    } else if first & 3 == 1 {
        byteCount = Int(b.big16(1))
        body = 3
    } else if first & 3 != 0 {
        return nil
    }
    let holds = tag == 3 ? passphrasePacket(b, body, byteCount) : keyPacket(b, body, byteCount)
    guard holds, isDataPacket(b.byte(body + byteCount)) || body + byteCount >= b.count else {
        return nil
    }
    return .encrypted(.openPGP)
}

/// What follows a session key is another one or the encrypted data (tags 9, 18, 20).
private func isDataPacket(_ byte: UInt8) -> Bool {
    guard byte & 0x80 != 0 else { return false }
    let tag = byte & 0x40 != 0 ? byte & 0x3F : byte >> 2 & 0x0F
    return [1, 3, 9, 18, 20].contains(tag)
}

private func passphrasePacket(_ b: Span<UInt8>, _ at: Int, _ byteCount: Int) -> Bool {
    let version = b.byte(at)
    guard (4...6).contains(version), byteCount >= 4, byteCount < 128 else { return false }
    if version != 4 { return (1...13).contains(b.byte(at + (version == 6 ? 2 : 1))) }
    let hash = b.byte(at + 3)
    let isHash = (1...3).contains(hash) || (8...14).contains(hash)
    return (1...13).contains(b.byte(at + 1)) && [0, 1, 3, 4].contains(b.byte(at + 2)) && isHash
}

private func keyPacket(_ b: Span<UInt8>, _ at: Int, _ byteCount: Int) -> Bool {
    let version = b.byte(at)
    guard version == 3 || version == 6, byteCount >= 40, byteCount < 2100 else { return false }
    guard version == 3 else { return true }
    return [1, 2, 16, 18, 25, 26].contains(b.byte(at + 9))
}

/// A public or secret key as it is exported, by its first packet's fields.
///
/// Source: RFC 9580 §5.5.2 (version, time, algorithm) and §4.2 (tags 5 and 6).
private func keyring(_ b: Span<UInt8>) -> Recognition? {
    let first = b.byte(0)
    // Old headers with one or two bytes of length, and the new one.
    let body: Int
    switch first {
    case 0x94, 0x98, 0xC5, 0xC6: body = b.byte(1) >= 192 && first >= 0xC0 ? 3 : 2
    case 0x95, 0x99: body = 3
    default: return nil
    }
    // The algorithm, then either an integer of 1 to 16 Kbit or a curve's name of a few bytes.
    guard b.byte(body) == 4 else { return nil }
    let bits = b.big16(body + 6)
    switch b.byte(body + 5) {
    case 1...3, 16, 17: return (1000...16_384).contains(bits) ? .recognised(.openPGP) : nil
    case 18, 19, 22: return (5...10).contains(b.byte(body + 6)) ? .recognised(.openPGP) : nil
    default: return nil
    }
}
