internal import Compression

/// Source: 7-Zip's 7zFormat.txt and Methods.txt.
extension Walker {
    mutating func walkSevenZip() -> Walk {
        let start = 32 + input.little64(12)
        let size = input.little64(20)
        let end = start + size
        guard end <= input.byteCount else { return .broken(.sevenZip, .endsEarly) }
        if size == 0 { return .walked(.sevenZip) }
        guard size <= 1 << 20 else { return .walked(.sevenZip) }
        let header = input.bytes(at: start, count: size)
        guard header.count == size else { return .walked(.sevenZip) }
        guard Int(crc32(header.span)) == input.little32(28) else {
            return .broken(.sevenZip, .checksum)
        }
        if hasSevenZipAES(header.span) { return .encrypted(.sevenZip) }
        guard header[0] == 0x17 else { return walkFirstFolder(header) }
        guard let packed = PackedHeader(header) else { return .walked(.sevenZip) }
        return walkPacked(packed)
    }

    /// The header itself is compressed.
    private mutating func walkPacked(_ packed: PackedHeader) -> Walk {
        let start = 32 + packed.offset
        guard let format = packed.format, packed.unpacked <= 1 << 20 else {
            return .walked(.sevenZip)
        }
        guard input.contains(start..<(start + packed.packed)) else {
            return .broken(.sevenZip, .field)
        }
        var header: [UInt8] = []
        let decoded = decode(format, start..<(start + packed.packed)) { piece in
            for i in 0..<min(piece.count, packed.unpacked - header.count) {
                header.append(piece[i])
            }
        }
        if decoded == .undecided, header.count < packed.unpacked { return .walked(.sevenZip) }
        guard header.count == packed.unpacked else { return .broken(.sevenZip, .data) }
        if hasSevenZipAES(header.span) { return .encrypted(.sevenZip) }
        return walkFirstFolder(header)
    }

    /// The content of the first folder, if it has one simple coder; others are believed.
    private mutating func walkFirstFolder(_ header: [UInt8]) -> Walk {
        guard let packed = PackedHeader(header), let format = packed.format else {
            return .walked(.sevenZip)
        }
        let start = 32 + packed.offset
        guard input.contains(start..<(start + packed.packed)) else {
            return .broken(.sevenZip, .field)
        }
        var tally = PayloadTally()
        let decoded = decode(format, start..<(start + packed.packed)) { tally.add($0) }
        // Without an end marker the decoder goes on into the coder's last bytes.
        if decoded == .corrupt, tally.byteCount < packed.unpacked {
            return .broken(.sevenZip, .data)
        }
        judge(tally)
        return .walked(.sevenZip)
    }
}

/// Where the first packed stream lies and how its one coder is called.
private struct PackedHeader {
    var offset = 0
    var packed = 0
    var unpacked = 0
    var format: Compression?

    init?(_ header: [UInt8]) {
        var fields = Fields(bytes: header)
        let first = fields.byte()
        // Header with its streams' information, or that information alone.
        if first == 0x01 {
            guard fields.byte() == 0x04 else { return nil }
        } else {
            guard first == 0x17 else { return nil }
        }
        guard fields.byte() == 0x06 else { return nil }
        offset = fields.number()
        let streamCount = fields.number()
        guard streamCount >= 1, streamCount <= 1024, fields.byte() == 0x09 else { return nil }
        packed = fields.number()
        for _ in 1..<streamCount { _ = fields.number() }
        guard fields.skips(toFolders: streamCount), fields.byte() == 0x0B else { return nil }
        guard fields.number() >= 1, fields.byte() == 0 else { return nil }
        guard fields.number() == 1 else { return }
        readCoder(&fields)
        guard fields.byte() == 0x0C else { return }
        unpacked = fields.number()
    }

    private mutating func readCoder(_ fields: inout Fields) {
        let flags = fields.byte()
        let id = fields.bytes(Int(flags & 15))
        let properties = flags & 0x20 != 0 ? fields.bytes(fields.number()) : []
        if id == [3, 1, 1], properties.count == 5 {
            var packed: UInt64 = 0
            for byte in properties.reversed() { packed = packed << 8 | UInt64(byte) }
            format = .rawLZMA(properties: packed)
        } else if id == [0x21], let dictionary = properties.first {
            format = .rawLZMA2(dictionary: dictionary)
        } else if id == [4, 2, 2] {
            format = .bzip2
        } else if id == [4, 1, 8] {
            format = .deflate
        }
    }
}

private struct Fields {
    var bytes: [UInt8]
    var at = 0

    mutating func byte() -> UInt8 {
        defer { at += 1 }
        return at < bytes.count ? bytes[at] : 0xFF
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        guard count >= 0, count <= bytes.count - at else { return [] }
        defer { at += count }
        return Array(bytes[at..<(at + count)])
    }

    /// Leading ones of the first byte say how many little-endian bytes follow.
    mutating func number() -> Int {
        let first = byte()
        let extra = (~first).leadingZeroBitCount
        var value: UInt64 = 0
        for i in 0..<extra { value |= UInt64(byte()) << UInt64(8 * i) }
        if extra < 7 {
            let high = UInt64(first) & (1 << UInt64(7 - extra) - 1)
            value |= high << UInt64(8 * extra)
        }
        return Int(min(value, 1 << 60))
    }

    /// Digests of packed streams may stand before the folders.
    mutating func skips(toFolders count: Int) -> Bool {
        var id = byte()
        if id == 0x0A {
            guard byte() == 1 else { return false }
            _ = bytes(4 * count)
            id = byte()
        }
        return id == 0 && byte() == 0x07
    }
}
