/// Small gray baseline JPEG files.
///
/// Source: ITU-T T.81 annexes B, F and K.
///
/// The coefficients are invented directly, so no cosine transform is needed.
enum Photograph {
    /// Source: T.81 table K.1, in zigzag order.
    private static let quantisation: [UInt8] = [
        16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40,
        26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51,
        56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87,
        95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
    ]
    private static let end: [UInt8] = [0xff, 0xd9]
    private static let commentLimit = 65_000

    /// A picture of as many rows as fit, the rest of the size in a comment.
    static func make(_ budget: Int, using random: inout some RandomNumberGenerator) -> [UInt8] {
        let before = tables()
        // Frame header 13 bytes, scan header 10, comment header 4.
        let room = budget - before.count - end.count - 27
        let width = max(2, Bitmap.squareRoot(max(room, 16) / 4 * 4 / 3))
        var scan = Scan()
        var rows = 0
        repeat {
            let mark = scan
            for _ in 0..<width { scan.addBlock(using: &random) }
            if rows > 0, scan.byteCount + 1 > room {
                scan = mark
                break
            }
            rows += 1
        } while scan.byteCount < room
        let data = scan.finish()
        var bytes = before
        let rest = min(room - data.count, commentLimit)
        if rest > 8 { bytes.append(contentsOf: comment(rest, using: &random)) }
        bytes.append(contentsOf: frame(width: width * 8, height: rows * 8))
        bytes.append(contentsOf: data)
        return bytes + end
    }

    private static func tables() -> [UInt8] {
        var bytes: [UInt8] = [0xff, 0xd8, 0xff, 0xe0, 0, 16]
        bytes.append(text: "JFIF\0")
        bytes.append(contentsOf: [1, 1, 1, 0, 96, 0, 96, 0, 0])
        bytes.append(contentsOf: [0xff, 0xdb, 0, 67, 0] + quantisation)
        for (place, table) in [(UInt8(0), HuffmanTable.direct), (0x10, .alternating)] {
            bytes.append(contentsOf: [0xff, 0xc4])
            bytes.append(big: UInt16(19 + table.symbols.count))
            bytes.append(contentsOf: [place] + table.counts + table.symbols)
        }
        return bytes
    }

    private static func frame(width: Int, height: Int) -> [UInt8] {
        var bytes: [UInt8] = [0xff, 0xc0, 0, 11, 8]
        bytes.append(big: UInt16(clamping: height))
        bytes.append(big: UInt16(clamping: width))
        bytes.append(contentsOf: [1, 1, 0x11, 0])
        return bytes + [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]
    }

    private static func comment(
        _ count: Int, using random: inout some RandomNumberGenerator
    ) -> [UInt8] {
        var text = [UInt8]()
        while text.count < count {
            text.append(text: Prose.pick(Words.sentences, using: &random).english + " ")
        }
        var bytes: [UInt8] = [0xff, 0xfe]
        bytes.append(big: UInt16(count + 2))
        return bytes + text[..<count]
    }
}

/// A code table as it stands in the file, and its codes.
struct HuffmanTable {
    /// How many codes there are of each length from 1 to 16.
    let counts: [UInt8]
    /// The symbols in the order of their codes.
    let symbols: [UInt8]
    /// Code and length for each symbol.
    let codes: [UInt8: (bits: UInt32, length: Int)]

    init(counts: [UInt8], symbols: [UInt8]) {
        (self.counts, self.symbols) = (counts, symbols)
        var codes = [UInt8: (bits: UInt32, length: Int)]()
        var code: UInt32 = 0
        var next = 0
        for (index, count) in counts.enumerated() {
            for _ in 0..<Int(count) {
                codes[symbols[next]] = (code, index + 1)
                code += 1
                next += 1
            }
            code <<= 1
        }
        self.codes = codes
    }

    /// Source: T.81 table K.3.
    static let direct = HuffmanTable(
        counts: [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], symbols: Array(0...11))

    /// Source: T.81 table K.5.
    static let alternating = HuffmanTable(
        counts: [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d],
        symbols: [
            0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51,
            0x61, 0x07, 0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1,
            0x15, 0x52, 0xd1, 0xf0, 0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0a,
        ] + tail)

    /// The symbols of 16 bits that simply count up.
    private static let tail: [UInt8] = {
        let starts: [UInt8] = [
            0x16, 0x25, 0x34, 0x43, 0x53, 0x63, 0x73, 0x83, 0x92, 0xa2, 0xb2, 0xc2, 0xd2, 0xe1,
            0xf1,
        ]
        return starts.flatMap { start in Array(start...(start & 0xf0 | 0x0a)) }
    }()
}

/// The entropy-coded data of one scan.
private struct Scan {
    private var bytes: [UInt8] = []
    private var pending: UInt32 = 0
    private var pendingCount = 0
    private var shade = 0

    var byteCount: Int { bytes.count + (pendingCount > 0 ? 1 : 0) }

    /// A block of 8 by 8 points: a shade near the last one and some coarse structure.
    mutating func addBlock(using random: inout some RandomNumberGenerator) {
        let next = min(max(shade + Int.random(in: -4...4, using: &random), -50), 50)
        let size = Self.size(next - shade)
        write(HuffmanTable.direct, UInt8(size))
        write(value: next - shade, size: size)
        shade = next
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            let value =
                Int.random(in: 1...3, using: &random) * (Bool.random(using: &random) ? 1 : -1)
            let run = UInt8.random(in: 0...1, using: &random)
            let size = Self.size(value)
            write(HuffmanTable.alternating, run << 4 | UInt8(size))
            write(value: value, size: size)
        }
        write(HuffmanTable.alternating, 0)
    }

    /// The data, filled up with ones.
    consuming func finish() -> [UInt8] {
        if pendingCount > 0 { append((1 << UInt32(8 - pendingCount)) - 1, 8 - pendingCount) }
        return bytes
    }

    private static func size(_ value: Int) -> Int { Int.bitWidth - abs(value).leadingZeroBitCount }

    private mutating func write(_ table: HuffmanTable, _ symbol: UInt8) {
        guard let code = table.codes[symbol] else { preconditionFailure("symbol without a code") }
        append(code.bits, code.length)
    }

    private mutating func write(value: Int, size: Int) {
        append(UInt32(value >= 0 ? value : value + (1 << size) - 1), size)
    }

    private mutating func append(_ bits: UInt32, _ count: Int) {
        pending = pending << UInt32(count) | bits
        pendingCount += count
        while pendingCount >= 8 {
            let byte = UInt8(truncatingIfNeeded: pending >> UInt32(pendingCount - 8))
            bytes.append(byte)
            if byte == 0xff { bytes.append(0) }
            pendingCount -= 8
        }
    }
}
