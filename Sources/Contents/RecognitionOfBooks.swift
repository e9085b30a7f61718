/// Notes, books, drawings and layouts; formats of programs that keep all in one file.
func recogniseBook(_ b: Span<UInt8>, fileByteCount: UInt64) -> Recognition? {
    switch b.big32(0) {
    case 0xE452_5C7B where b.big32(4) == 0x8CD8_A74D:
        return .recognised(.oneNote)  // MS-ONESTORE §2.3.1
    case 0x0001_0000 where b.has("Standard Jet DB\0", at: 4) || b.has("Standard ACE DB\0", at: 4):
        return .plausible(.access, fileByteCount % 2048 == 0)
    case 0x4954_5346:  // ITSF
        return .plausible(.compiledHelp, (2...4).contains(b.little32(4)) && b.little32(8) == 96)
    case 0x4154_2654 where b.has("FORM", at: 4):  // AT&T
        let holds = b.has("DJV", at: 12) && UInt64(b.big32(8)) <= fileByteCount
        return .plausible(.djvu, holds)
    case 0x4143_3130 where isPrintable(b, 4..<6):  // AC10
        return drawing(b)
    case 0x0606_EDF5 where b.big32(4) == 0xD81D_46E5: return .recognised(.layout)
    case 0x4B61_7964 where b.has("Kaydara FBX Binary  \0"): return .recognised(.drawing)
    case 0x676C_5446:  // glTF
        // Source: glTF 2.0 §4.4.2: version, the size of the file, and a first chunk of JSON.
        let isWhole = UInt64(b.little32(8)) == fileByteCount
        return .plausible(.scene, b.little32(4) == 2 && isWhole && b.has("JSON", at: 16))
    case 0x786F_6620:  // xof
        // Source: DirectX, X file format: version in text, then the form, compressed or not.
        let isPacked = b.has("bzip", at: 8) || b.has("tzip", at: 8)
        return .plausible(.scene, b.has("030", at: 4) && isPacked)
    case 0x424C_454E where b.has("BLENDER"): return .recognised(.drawing)
    default: break
    }
    // Source: W3C, Embedded OpenType (EOT) File Format §3.1: both sizes, version, magic number.
    if b.little16(34) == 0x504C, UInt64(b.little32(0)) == fileByteCount {
        let isVersion = [0x0001_0000, 0x0002_0001, 0x0002_0002].contains(b.little32(8))
        return .plausible(.embeddedFont, isVersion && b.little32(4) < b.little32(0))
    }
    // Source: Palm File Format Specification: name, and type and creator at 60.
    guard b.has("BOOKMOBI", at: 60) || b.has("TEXtREAd", at: 60) else { return nil }
    return .plausible(.palmDatabase, b.big16(76) > 0 && b.byte(31) == 0)
}

/// Source: Open Design Specification for .dwg files §3 and §4: version in text, then zeros.
private func drawing(_ b: Span<UInt8>) -> Recognition? {
    let isVersion = (0x30...0x33).contains(b.byte(4)) && (0x30...0x39).contains(b.byte(5))
    return .plausible(.drawing, isVersion && b.big32(6) & 0xFFFF_FF00 == 0)
}

/// Databases, logs, captures and shares that programs write.
func recogniseStore(_ b: Span<UInt8>, fileByteCount: UInt64) -> Recognition? {
    switch b.big32(0) {
    case 0x5245_4449 where b.has("REDIS00"): return .plausible(.redis, isPrintable(b, 7..<9))
    case 0x3FD7_6C17:
        // Source: Lucene, CodecUtil.writeHeader: a name behind its length.
        let size = Int(b.byte(4))
        return .plausible(.lucene, (1...127).contains(size) && isPrintable(b, 5..<(5 + size)))
    case 0x7265_6766:  // regf
        return .plausible(.registryHive, b.little32(20) == 1 && b.little32(24) <= 6)
    case 0x456C_6646 where b.has("ElfFile\0"):
        return .plausible(.eventLog, b.little16(40) == 4096 || b.little32(32) == 128)
    case 0x4C50_4B53 where b.has("LPKSHHRH"): return .recognised(.journal)
    case 0xFE62_696E: return .plausible(.binaryLog, b.byte(8) == 15)
    case 0x377F_0682, 0x377F_0683:
        // Source: sqlite.org/fileformat2.html §4.1: the version, and a page size of 2^n.
        let page = b.big32(8)
        let isPage = page >= 512 && page <= 65_536 && page.nonzeroBitCount == 1
        return .plausible(.writeAheadLog, b.big32(4) == 3_007_000 && isPage)
    case 0xD9D5_05F9 where b.big32(4) == 0x20A1_63D7: return .recognised(.writeAheadLog)
    case 0x4449_5243:  // DIRC
        return .plausible(.gitIndex, (2...4).contains(b.big32(4)) && b.big32(8) < 1 << 24)
    case 0xD4C3_B2A1, 0xA1B2_C3D4, 0x4D3C_B2A1, 0xA1B2_3C4D: return capture(b)
    case 0x0A0D_0D0A:
        // Source: draft-ietf-opsawg-pcapng §4.1: the byte order follows the block's size.
        let order = b.big32(8)
        return .plausible(.packetCapture, order == 0x4D3C_2B1A || order == 0x1A2B_3C4D)
    case 0x03D9_A29A where b.big32(4) & 0xFCFF_FFFF == 0x64FB_4BB5: return .encrypted(.keePass)
    default: break
    }
    if b.little32(4) == 0x89AB_CDEF, b.little32(8) == 0x620 {
        return .recognised(.extensibleStorage)
    }
    return torrent(b)
}

/// Source: draft-ietf-opsawg-pcap §4: version 2.4 behind the magic number.
private func capture(_ b: Span<UInt8>) -> Recognition? {
    let version = b.big32(4)
    return .plausible(.packetCapture, version == 0x0200_0400 || version == 0x0002_0004)
}

/// Source: BEP 3: a dictionary; hashes of pieces, which are random, are one of its strings.
private func torrent(_ b: Span<UInt8>) -> Recognition? {
    let isDictionary = b.has("d8:announce") || b.has("d13:announce-") || b.has("d10:created ")
    let hasInfo = b.has("d4:infod") || isDictionary || b.has("d7:comment")
    return hasInfo ? .recognised(.torrent) : nil
}
