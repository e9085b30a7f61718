internal import Linux

/// One entry of a tar stream: ustar, with pax records for what does not fit.
///
/// Source: POSIX.1-2017, pax, "ustar Interchange Format".
struct TarHeader: Equatable, Sendable {
    /// Kinds of entries that are packed.
    enum Kind: UInt8, Sendable {
        case file = 0x30
        case link = 0x32
        case folder = 0x35
    }

    static let blockSize = 512

    var name: BytePath
    var kind: Kind
    var permissions: UInt32
    var byteCount: UInt64
    /// Seconds since 1970.
    var modified: Int64
    var linkTarget: BytePath = ""

    /// The blocks that stand before the content.
    func encoded() -> [UInt8] {
        var records = [UInt8]()
        if name.bytes.count > 100 { records += Self.record("path", name.bytes) }
        if linkTarget.bytes.count > 100 { records += Self.record("linkpath", linkTarget.bytes) }
        if byteCount >= 1 << 33 { records += Self.record("size", Array("\(byteCount)".utf8)) }
        var blocks = [UInt8]()
        if !records.isEmpty {
            let extra = Self.block("././@PaxHeader", 0x78, UInt64(records.count), (0o600, 0), [])
            blocks = extra + Self.padded(records)
        }
        return blocks
            + Self.block(
                name, kind.rawValue, kind == .file ? byteCount : 0,
                (permissions, max(0, modified)), linkTarget.bytes)
    }

    /// Zeros up to the next block.
    static func padding(_ byteCount: UInt64) -> Int {
        Int((512 - byteCount % 512) % 512)
    }

    private static func padded(_ bytes: [UInt8]) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: padding(UInt64(bytes.count)))
    }

    private static func record(_ key: String, _ value: [UInt8]) -> [UInt8] {
        let rest = Array(" \(key)=".utf8) + value + [10]
        var count = rest.count + 1
        while "\(count)".utf8.count + rest.count != count { count += 1 }
        return Array("\(count)".utf8) + rest
    }

    private static func block(
        _ name: BytePath, _ type: UInt8, _ byteCount: UInt64, _ state: (UInt32, Int64),
        _ target: [UInt8]
    ) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: blockSize)
        func put(_ bytes: [UInt8], at place: Int, limit: Int) {
            for (index, byte) in bytes.prefix(limit).enumerated() { block[place + index] = byte }
        }
        func octal(_ value: UInt64, _ width: Int) -> [UInt8] {
            let digits = Array(String(value, radix: 8).utf8)
            return [UInt8](repeating: 0x30, count: max(0, width - digits.count))
                + digits.suffix(width)
        }
        put(name.bytes, at: 0, limit: 100)
        put(octal(UInt64(state.0 & 0o7777), 7), at: 100, limit: 7)
        put(octal(0, 7), at: 108, limit: 7)
        put(octal(0, 7), at: 116, limit: 7)
        put(octal(byteCount, 11), at: 124, limit: 11)
        put(octal(UInt64(clamping: state.1), 11), at: 136, limit: 11)
        put([UInt8](repeating: 0x20, count: 8), at: 148, limit: 8)
        block[156] = type
        put(target, at: 157, limit: 100)
        put(Array("ustar\u{0}00".utf8), at: 257, limit: 8)
        let sum = block.reduce(0) { $0 + UInt64($1) }
        put(octal(sum, 6) + [0, 0x20], at: 148, limit: 8)
        return block
    }
}
