/// Film, sound and pictures besides the widespread ones.
func recogniseRecording(_ b: Span<UInt8>, fileByteCount: UInt64) -> Recognition? {
    switch b.big32(0) {
    case 0x3026_B275 where b.big32(4) == 0x8E66_CF11:
        // Source: Advanced Systems Format §3.1: the header object's size, its count, reserved 1 and 2.
        return .plausible(.asf, b.byte(28) == 1 && b.byte(29) == 2)
    case 0x2E52_4D46:  // .RMF
        return .plausible(.realMedia, b.big16(8) <= 1 && b.big32(4) == 18)
    case 0x464C_5601:  // FLV, version 1
        return .plausible(.flashVideo, b.byte(4) & 0xFA == 0 && b.big32(5) == 9)
    case 0x7776_706B:  // wvpk
        return .plausible(.wavPack, b.byte(9) == 4 && b.little32(4) < 1 << 20)
    case 0x4D41_4320: return .plausible(.monkeysAudio, (3000...4100).contains(b.little16(4)))
    case 0x2321_414D where b.has("#!AMR"): return .recognised(.amr)
    case 0x6361_6666:
        return .plausible(.coreAudio, b.big32(4) == 0x0001_0000 && b.has("desc", at: 8))
    case 0x464F_524D:  // FORM
        guard b.has("AIFF", at: 8) || b.has("AIFC", at: 8) else { return nil }
        return .plausible(.aiff, UInt64(b.big32(4)) <= fileByteCount)
    case 0x2E73_6E64:  // .snd
        return .plausible(.sunAudio, (24...1024).contains(b.big32(4)) && b.big32(12) <= 27)
    case 0x4746_3150 where b.has("GF1PATCH1"): return .plausible(.soundPatch, b.has("ID#0", at: 12))
    case 0x0000_000C where b.big32(4) == 0x4A58_4C20 && b.big32(8) == 0x0D0A_870A:
        return .recognised(.jpegXL)
    case 0x4949_BC01: return .plausible(.jpegXR, UInt64(b.little32(4)) < fileByteCount)
    default: return laterRecording(b, fileByteCount: fileByteCount)
    }
}

private func laterRecording(_ b: Span<UInt8>, fileByteCount: UInt64) -> Recognition? {
    if b.has("gimp xcf ") {
        return .plausible(
            .gimpImage, b.has("file\0", at: 9) || b.byte(9) == 0x76 && b.byte(13) == 0)
    }
    if b.has("FUJIFILMCCD-RA") { return .recognised(.cameraRaw) }
    // Source: libraw identify.cpp: Olympus and Panasonic write TIFF with versions of their own.
    if b.has("IIRO") || b.has("IIRS") || b.has("IIU\0") || b.has("MMOR") {
        return .plausible(.cameraRaw, b.little32(4) < 1024 || b.big32(4) < 1024)
    }
    if b.has("FOVb"), b.little16(4) < 64, b.little16(6) < 8 { return .recognised(.cameraRaw) }
    if isCompressedFlash(b) { return .recognised(.flash) }
    if b.byte(0) == 0x47, isTransportStream(b) { return .recognised(.transportStream) }
    if b.byte(0) >> 4 == 0xD, fileByteCount % 33 == 0, isGSM(b) { return .recognised(.gsm) }
    if b.big16(0) & 0xFFF6 == 0xFFF0, isADTS(b) { return .recognised(.adts) }
    return nil
}

/// Source: SWF File Format Specification 19, chapter 2: zlib behind eight bytes, or plain.
private func isCompressedFlash(_ b: Span<UInt8>) -> Bool {
    guard b.has("WS", at: 1), (1...50).contains(b.byte(3)) else { return false }
    switch b.byte(0) {
    case 0x43: return b.byte(8) == 0x78 && b.big16(8) % 31 == 0 && b.byte(7) < 16
    case 0x5A: return b.byte(12) == 0x5D && b.byte(7) < 16
    default: return false
    }
}

/// Source: ISO/IEC 13818-1 §2.4.3: a packet of 188 bytes begins with 0x47; six in a row.
private func isTransportStream(_ b: Span<UInt8>) -> Bool {
    guard b.count > 188 * 5 else { return false }
    for at in stride(from: 0, to: b.count, by: 188) where b[at] != 0x47 { return false }
    return true
}

/// Source: ETSI EN 300 961 as stored: frames of 33 bytes whose first four bits are 1101.
private func isGSM(_ b: Span<UInt8>) -> Bool {
    guard b.count >= 33 * 10 else { return false }
    for at in stride(from: 0, to: b.count, by: 33) where b[at] >> 4 != 0xD { return false }
    return true
}

/// Frames that lead to one another, with the same layer, rate and channels.
///
/// Source: ISO/IEC 13818-7 §6.2 (adts_frame).
private func isADTS(_ b: Span<UInt8>) -> Bool {
    var at = 0
    var frameCount = 0
    while at + 7 <= b.count {
        guard b.big16(at) & 0xFFF6 == 0xFFF0, (b.big16(at + 2) ^ b.big16(2)) & 0xFDC0 == 0 else {
            return false
        }
        let size = Int(b.big32(at + 3) >> 13 & 0x1FFF)
        guard size >= 7 else { return false }
        at += size
        frameCount += 1
    }
    return frameCount >= 3
}
