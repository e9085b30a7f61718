func recognisePicture(_ b: Span<UInt8>, fileByteCount: UInt64) -> Recognition? {
    if b.big32(0) == 0x8950_4E47, b.big32(4) == 0x0D0A_1A0A {
        return .checked(
            .png, b.big32(8) == 13 && b.has("IHDR", at: 12) && crc32(b, 12..<29) == b.big32(29))
    }
    if b.big16(0) == 0xFFD8, b.byte(2) == 0xFF { return jpeg(b) }
    if b.has("GIF87a") || b.has("GIF89a") { return .checked(.gif, gifHolds(b)) }
    if b.big32(0) == 0x4949_2A00 || b.big32(0) == 0x4949_2B00 {
        return .checked(.tiff, isPlace(UInt64(b.little32(4)), within: fileByteCount))
    }
    if b.big32(0) == 0x4D4D_002A || b.big32(0) == 0x4D4D_002B {
        return .checked(.tiff, isPlace(UInt64(b.big32(4)), within: fileByteCount))
    }
    if b.has("BM") { return bitmap(b, fileByteCount) }
    if b.big32(0) == 0x0000_0100 || b.big32(0) == 0x0000_0200 { return icon(b, fileByteCount) }
    if b.has("8BPS"), b.big16(4) == 1 || b.big16(4) == 2 {
        return .checked(.photoshop, b.big32(6) == 0)
    }
    if b.big64(0) == 0x0000_000C_6A50_2020, b.big32(8) == 0x0D0A_870A {
        return .checked(.jpeg2000, b.has("ftyp", at: 16))
    }
    if b.big32(0) == 0x762F_3101 { return .checked(.openEXR, b.byte(4) == 2 && b.byte(6) == 0) }
    if b.big32(0) == 0xFF4F_FF51 { return .checked(.jpeg2000, b.big16(4) >= 41) }
    return nil
}

/// Every segment up to the scan has to begin with a marker.
///
/// Source: ITU-T T.81 §B.1.
private func jpeg(_ b: Span<UInt8>) -> Recognition? {
    let first = b.byte(3)
    // Application data, tables, comment or frame: nothing else follows the start of an image.
    guard first >= 0xC0, first != 0xFF, !(0xD0...0xD9).contains(first) else { return nil }
    var at = 2
    var segmentCount = 0
    while at + 4 <= b.count {
        guard b[at] == 0xFF else { return segmentCount == 0 ? nil : .broken(.jpeg) }
        let marker = b[at + 1]
        if marker == 0xFF {
            at += 1
            continue
        }
        let byteCount = Int(b.big16(at + 2))
        guard marker >= 0xC0, byteCount >= 2 else { return .broken(.jpeg) }
        if marker == 0xDA { return scanHolds(b, from: at + 2 + byteCount) }
        at += 2 + byteCount
        segmentCount += 1
    }
    return .recognised(.jpeg)
}

/// In a scan 0xFF is followed by 0, a restart or the end; ciphertext breaks that within 4 KiB.
private func scanHolds(_ b: Span<UInt8>, from start: Int) -> Recognition {
    var at = start
    while at + 1 < b.count {
        if b[at] == 0xFF {
            let next = b[at + 1]
            if next == 0xD9 || next == 0xC4 || next == 0xDA || next == 0xFE || next == 0xDD {
                return .recognised(.jpeg)
            }
            guard next == 0 || next == 0xFF || (0xD0...0xD7).contains(next) else {
                return .broken(.jpeg)
            }
        }
        at += 1
    }
    return .recognised(.jpeg)
}

private func gifHolds(_ b: Span<UInt8>) -> Bool {
    guard b.count > 13, b.little16(6) > 0, b.little16(8) > 0 else { return false }
    let tableByteCount = b[10] & 0x80 != 0 ? 3 << Int(b[10] & 7 + 1) : 0
    let next = 13 + tableByteCount
    return next >= b.count || [0x21, 0x2C, 0x3B].contains(b[next])
}

/// Two bytes are no signature: the size, the pixels' offset and the second header have to hold.
private func bitmap(_ b: Span<UInt8>, _ fileByteCount: UInt64) -> Recognition? {
    let header = b.little32(14)
    guard [12, 40, 52, 56, 64, 108, 124].contains(header) else { return nil }
    let planes = header == 12 ? b.little16(22) : b.little16(26)
    let depth = header == 12 ? b.little16(24) : b.little16(28)
    guard planes == 1, [0, 1, 2, 4, 8, 16, 24, 32].contains(depth) else { return nil }
    return .checked(.bmp, UInt64(b.little32(10)) <= fileByteCount && b.little32(10) >= 26)
}

private func icon(_ b: Span<UInt8>, _ fileByteCount: UInt64) -> Recognition? {
    let imageCount = Int(b.little16(4))
    guard (1...64).contains(imageCount), b.count >= 22, b[9] == 0 else { return nil }
    let size = UInt64(b.little32(14))
    let offset = UInt64(b.little32(18))
    guard offset >= UInt64(6 + 16 * imageCount), size > 0, offset + size <= fileByteCount else {
        return nil
    }
    return .recognised(.icon)
}

func recogniseFilm(_ b: Span<UInt8>, fileByteCount: UInt64) -> Recognition? {
    if b.has("RIFF") || b.has("RIFX") || b.has("RF64") { return riff(b) }
    if b.has("ftyp", at: 4) {
        let size = b.big32(0)
        return .checked(
            .isoMedia,
            size >= 16 && size % 4 == 0 && UInt64(size) <= fileByteCount && isPrintable(b, 8..<12))
    }
    for name in ["moov", "mdat", "wide", "free"] where b.has(name, at: 4) {
        let size = UInt64(b.big32(0))
        if size == 1 || isPlace(size, within: fileByteCount) { return .recognised(.isoMedia) }
    }
    if b.has("OggS") { return .checked(.ogg, b.byte(4) == 0 && b.byte(5) <= 7) }
    if b.has("fLaC") { return .checked(.flac, b.byte(4) & 0x7F == 0 && b.big16(6) == 34) }
    if b.has("ID3") {
        guard (2...4).contains(b.byte(3)), b.byte(4) != 0xFF, b.byte(5) & 0x0F == 0 else {
            return nil
        }
        return b.big32(6) & 0x8080_8080 == 0 ? .recognised(.mp3) : nil
    }
    if b.byte(0) == 0xFF, b.byte(1) & 0xE0 == 0xE0 { return mp3(b) }
    if b.has("MThd") { return .checked(.midi, b.big32(4) == 6 && b.big16(8) <= 2) }
    if b.big32(0) == 0x0000_01BA {
        // Source: ISO/IEC 11172-1 §2.4.3.2 and 13818-1 §2.5.3.3: marker bits around the clock.
        let isFirst = b.byte(4) & 0xF1 == 0x21
        return .checked(.mpeg, isFirst || b.byte(4) & 0xC4 == 0x44)
    }
    if b.big32(0) == 0x1A45_DFA3 {
        let hasType = b.find("webm", within: 80) != nil || b.find("matroska", within: 80) != nil
        return .checked(.matroska, hasType)
    }
    return nil
}

func isPrintable(_ b: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for i in range where !(0x20...0x7E).contains(b.byte(i)) { return false }
    return true
}

private func riff(_ b: Span<UInt8>) -> Recognition {
    guard isPrintable(b, 8..<16) else { return .broken(.riff) }
    if b.has("WAVE", at: 8) {
        // The format chunk may come after others, whose size then has to stay small.
        let size = b.has("RIFX") ? b.big32(16) : b.little32(16)
        if b.has("fmt ", at: 12) { return .checked(.riff, (16...64).contains(size)) }
        return .checked(.riff, size < 1 << 20)
    }
    if b.has("WEBP", at: 8) { return .checked(.riff, b.has("VP8", at: 12)) }
    if b.has("AVI ", at: 8) { return .checked(.riff, b.has("LIST", at: 12)) }
    return .recognised(.riff)
}

/// A frame's sync alone is no signature: four frames have to follow one another.
private func mp3(_ b: Span<UInt8>) -> Recognition? {
    var at = 0
    var frameCount = 0
    while frameCount < 4 {
        guard let byteCount = mp3FrameByteCount(b, at) else { return nil }
        frameCount += 1
        at += byteCount
        if at >= b.count { break }
    }
    return frameCount >= 3 ? .recognised(.mp3) : nil
}

/// Source: ISO/IEC 11172-3 §2.4.2.3 and 13818-3 (layer III only).
func mp3FrameByteCount(_ b: Span<UInt8>, _ at: Int) -> Int? {
    let rates: InlineArray<16, Int> = [
        0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0,
    ]
    let lowRates: InlineArray<16, Int> = [
        0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0,
    ]
    let samplings: InlineArray<4, Int> = [44_100, 48_000, 32_000, 0]
    guard b.byte(at) == 0xFF, b.byte(at + 1) & 0xE6 == 0xE2 else { return nil }
    let version = b.byte(at + 1) >> 3 & 3
    guard version != 1 else { return nil }
    let index = Int(b.byte(at + 2) >> 4)
    let rate = version == 3 ? rates[index] : lowRates[index]
    var sampling = samplings[Int(b.byte(at + 2) >> 2 & 3)]
    guard rate > 0, sampling > 0 else { return nil }
    if version != 3 { sampling /= version == 2 ? 2 : 4 }
    let padding = Int(b.byte(at + 2) >> 1 & 1)
    return (version == 3 ? 144_000 : 72_000) * rate / sampling + padding
}
