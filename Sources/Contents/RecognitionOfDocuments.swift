func recogniseDocument(_ b: Span<UInt8>, fileByteCount: UInt64) -> Recognition? {
    if let at = b.find("%PDF-", within: 1024) {
        guard at == 0 || b.count > at + 8 else { return nil }
        guard (0x31...0x32).contains(b.byte(at + 5)), b.byte(at + 6) == 0x2E else {
            return .broken(.pdf)
        }
        // Objects are text; the second line's comment is the only binary one before them.
        let hasObject = b.find(" obj", from: at, within: 4096) != nil || b.count < 64
        return .checked(.pdf, hasObject)
    }
    if b.big64(0) == 0xD0CF_11E0_A1B1_1AE1 { return ole(b) }
    if b.has("{\\rtf") {
        return .checked(.rtf, isPrintable(b, 0..<min(16, b.count)) || b.byte(6) <= 0x0D)
    }
    if b.has("%!PS") || b.has("\u{1B}%-12345X") { return .recognised(.postScript) }
    if b.has("!BDN"), b.has("SM", at: 8) { return .recognised(.personalFolders) }
    if b.has("SQLite format 3\0") { return .checked(.sqlite, sqliteHolds(b)) }
    return nil
}

/// Encrypted Office documents hold an "EncryptedPackage" stream, named in UTF-16.
///
/// Source: MS-OFFCRYPTO §2.3.4; MS-CFB §2.2 (version, byte order and sector shift).
private func ole(_ b: Span<UInt8>) -> Recognition {
    guard b.big16(28) == 0xFEFF, b.little16(26) == 3 || b.little16(26) == 4 else {
        return .broken(.ole)
    }
    guard b.little16(30) == 9 || b.little16(30) == 12, b.little16(32) == 6 else {
        return .broken(.ole)
    }
    return hasEncryptedPackage(b) ? .encrypted(.ole) : .recognised(.ole)
}

func hasEncryptedPackage(_ b: Span<UInt8>) -> Bool {
    for i in b.indices where b[i] == 0x45 {
        var matches = true
        var at = i
        for unit in "EncryptedPackage".utf8 {
            guard b.byte(at) == unit, b.byte(at + 1) == 0 else {
                matches = false
                break
            }
            at += 2
        }
        if matches { return true }
    }
    return false
}

/// Source: sqlite.org/fileformat2.html §1.3: page size a power of two (1 = 65,536), versions 1 or
/// 2, payload fractions 64, 32, 32.
private func sqliteHolds(_ b: Span<UInt8>) -> Bool {
    let page = b.big16(16)
    let isPageSize = page == 1 || (page >= 512 && page.nonzeroBitCount == 1)
    guard isPageSize, (1...2).contains(b.byte(18)), (1...2).contains(b.byte(19)) else {
        return false
    }
    return b.byte(21) == 64 && b.byte(22) == 32 && b.byte(23) == 32
}

func recogniseProgram(_ b: Span<UInt8>) -> Recognition? {
    if b.big32(0) == 0x7F45_4C46 {
        let isClass = (1...2).contains(b.byte(4)) && (1...2).contains(b.byte(5))
        return .checked(.elf, isClass && b.byte(6) == 1)
    }
    if b.has("MZ") { return portableExecutable(b) }
    if b.big32(0) == 0xCAFE_BABE {
        // A class file's version, or a universal binary's count of parts.
        let major = b.big16(6)
        return .checked(.javaClass, (45...90).contains(major) || (1...20).contains(b.big32(4)))
    }
    if b.big32(0) == 0x0061_736D { return .checked(.wasm, b.little32(4) == 1) }
    if b.big32(0) == 0xDE12_0495 || b.big32(0) == 0x9504_12DE {
        return .recognised(.messageCatalogue)
    }
    // A magic number that ends in CR LF, then flags of which two are known (PEP 552).
    if b.big16(2) == 0x0D0A, (0x0C...0x0F).contains(b.byte(1)), b.little32(4) <= 3 {
        return .recognised(.pythonCode)
    }
    if b.has("wOFF") || b.has("wOF2") {
        return .checked(.webFont, b.big16(12) > 0 && b.big16(12) < 256 && b.big16(14) == 0)
    }
    if b.has("ttcf") { return .checked(.font, b.big16(4) == 1 || b.big16(4) == 2) }
    if b.has("OTTO") || b.big32(0) == 0x0001_0000 || b.has("true") { return font(b) }
    return nil
}

/// Two bytes are no signature: the offset at 60 has to lead to "PE", or the DOS header has to hold.
private func portableExecutable(_ b: Span<UInt8>) -> Recognition? {
    let offset = Int(b.little32(60))
    if offset >= 64, offset < b.count {
        return b.big32(offset) == 0x5045_0000 ? .recognised(.portableExecutable) : nil
    }
    return nil
}

/// Source: OpenType 1.9 §"Table Directory": search range, selector and shift follow from the count.
private func font(_ b: Span<UInt8>) -> Recognition? {
    let tableCount = Int(b.big16(4))
    guard (1...64).contains(tableCount) else { return nil }
    var power = 1
    var selector = 0
    while power * 2 <= tableCount {
        power *= 2
        selector += 1
    }
    guard isPrintable(b, 12..<16) else { return nil }
    let holds = Int(b.big16(6)) == power * 16 && Int(b.big16(8)) == selector
    return holds || b.has("OTTO") ? .recognised(.font) : nil
}
