/// Weather, arrays, medicine, genes, learned weights and places.
func recogniseMeasurement(_ b: Span<UInt8>, fileByteCount: UInt64) -> Recognition? {
    switch b.big32(0) {
    case 0x4752_4942: return grib(b, fileByteCount)
    case 0x4255_4652:
        return .plausible(
            .bufr, (2...4).contains(b.byte(7)) && UInt64(b.big32(4) >> 8) <= fileByteCount)
    case 0x4344_4601, 0x4344_4602, 0x4344_4605:  // CDF
        // Source: The NetCDF Classic Format Specification: a list of dimensions is tag 10, or absent.
        let tag = b.byte(3) == 5 ? b.big32(12) : b.big32(8)
        return .plausible(.netCDF, tag == 10 || tag == 0)
    case 0x0E03_1301: return .plausible(.hdf4, (1...4096).contains(b.big16(4)))
    case 0x0000_0064:
        // Source: MNE, fiff constants: the first tag is the file's id, a structure of 20 bytes.
        return b.big32(4) == 31 && b.big32(8) == 20 ? .recognised(.fiff) : nil
    case 0x4E52_5244: return b.has("NRRD000") ? .recognised(.nrrd) : nil
    case 0x726F_6F74:
        // Source: ROOT, TFile: version, then where the first record begins.
        return .plausible(.root, (64...1024).contains(b.big32(8)) && b.big32(4) < 2_000_000)
    case 0x4F62_6A01: return b.find("avro.", within: 64) != nil ? .recognised(.avro) : nil
    case 0x4352_414D: return .plausible(.cram, (2...3).contains(b.byte(4)) && b.byte(5) <= 1)
    case 0x4747_5546:
        return .plausible(.gguf, (1...8).contains(b.little32(4)) && b.little32(12) < 1 << 20)
    case 0x4C41_5346: return .plausible(.pointCloud, b.byte(24) == 1 && b.byte(25) <= 4)
    default: break
    }
    // Source: OpenStreetMap PBF: a header's size in four bytes, then field 1 of 9 bytes.
    if b.big16(4) == 0x0A09, b.has("OSMHeader", at: 6) { return .recognised(.openStreetMap) }
    // Source: safetensors, "Format": the size of a JSON header in eight bytes.
    if b.byte(8) == 0x7B, b.byte(9) == 0x22, b.little32(4) == 0 {
        return UInt64(b.little32(0)) < fileByteCount ? .recognised(.safetensors) : nil
    }
    return nil
}

/// Source: WMO Manual on Codes, volume I.2, FM 92: edition 1 with three bytes of size, edition 2 with eight.
private func grib(_ b: Span<UInt8>, _ fileByteCount: UInt64) -> Recognition? {
    switch b.byte(7) {
    case 1: return .plausible(.grib, UInt64(b.big32(4) >> 8) <= fileByteCount)
    case 2: return .plausible(.grib, b.big64(8) <= fileByteCount)
    default: return nil
    }
}

/// Programs of other machines and languages.
func recogniseForeignProgram(_ b: Span<UInt8>) -> Recognition? {
    switch b.big32(0) {
    case 0xFEED_FACE, 0xFEED_FACF: return .plausible(.machO, b.big32(12) <= 12)
    case 0xCEFA_EDFE, 0xCFFA_EDFE: return .plausible(.machO, b.little32(12) <= 12)
    case 0x6465_780A: return .plausible(.dalvik, b.byte(7) == 0 && b.little32(36) == 112)
    case 0x464F_5231: return b.has("BEAM", at: 8) ? .recognised(.beam) : nil  // FOR1
    default: return nil
    }
}
