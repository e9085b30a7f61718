/// Small gray PNG files that are not compressed.
///
/// Source: RFC 2083 (PNG) and RFC 1951 §3.2.4.
enum Bitmap {
    private static let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    private static let storedLimit = 65_535

    /// A picture whose size is made by its width and height.
    static func make(_ budget: Int, using random: inout some RandomNumberGenerator) -> [UInt8] {
        let room = budget - 100
        let width = squareRoot(max(room, 64) * 4 / 3)
        // Five bytes for each stored block, one filter byte for each line.
        let height = max(1, (room - 5 * (room / storedLimit + 1)) / (width + 1))
        let pixels = Shading.lines(width: width, height: height, filter: [0], using: &random)
        var header = [UInt8]()
        header.append(big: UInt32(width))
        header.append(big: UInt32(height))
        header.append(contentsOf: [8, 0, 0, 0, 0])
        return signature + chunk("IHDR", header) + chunk("IDAT", stored(pixels)) + chunk("IEND", [])
    }

    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        var at = 0
        repeat {
            let end = min(at + storedLimit, bytes.count)
            stream.append(end == bytes.count ? 1 : 0)
            stream.append(little: UInt16(end - at))
            stream.append(little: ~UInt16(end - at))
            stream.append(contentsOf: bytes[at..<end])
            at = end
        } while at < bytes.count
        stream.append(big: Checksum.adler32(bytes))
        return stream
    }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        var bytes = [UInt8]()
        bytes.append(big: UInt32(content.count))
        let body = Array(name.utf8) + content
        bytes.append(contentsOf: body)
        bytes.append(big: Checksum.crc32(body))
        return bytes
    }

    /// The whole part of a square root.
    static func squareRoot(_ value: Int) -> Int { Int(Double(max(value, 1)).squareRoot()) }
}

/// Soft shades with a little noise, as scans have them.
enum Shading {
    /// Gray lines, each behind a prefix.
    static func lines(
        width: Int, height: Int, filter prefix: [UInt8],
        using random: inout some RandomNumberGenerator
    ) -> [UInt8] {
        var bytes = [UInt8]()
        bytes.reserveCapacity(height * (width + prefix.count))
        let base = Int.random(in: 30...90, using: &random)
        let (across, down) = (
            Int.random(in: 20...80, using: &random), Int.random(in: 20...80, using: &random)
        )
        var noise: UInt64 = 0
        for y in 0..<height {
            bytes.append(contentsOf: prefix)
            for x in 0..<width {
                if x % 32 == 0 { noise = random.next() }
                let grain = Int(noise >> UInt64(2 * (x % 32)) & 3)
                bytes.append(UInt8(clamping: base + x * across / width + y * down / height + grain))
            }
        }
        return bytes
    }
}
