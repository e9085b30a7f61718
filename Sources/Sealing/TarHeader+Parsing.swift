internal import Linux

/// What one header block says.
enum TarBlock: Equatable {
    /// Zeros: the end begins.
    case end
    /// An entry.
    case entry(TarHeader)
    /// Records for the next entry, of this many bytes.
    case records(Int)
    /// Nothing that is understood.
    case malformed
}

extension TarHeader {
    /// The longest pax records that are read.
    static let recordLimit: UInt64 = 1 << 16

    /// Reads a block of 512 bytes.
    static func parse(_ block: [UInt8]) -> TarBlock {
        if block.allSatisfy({ $0 == 0 }) { return .end }
        let sum = block.enumerated().reduce(UInt64(0)) {
            $0 + ((148..<156).contains($1.offset) ? 32 : UInt64($1.element))
        }
        guard octal(block[148..<156]) == sum, Array(block[257..<262]) == Array("ustar".utf8),
            let size = octal(block[124..<136]), let mode = octal(block[100..<108]),
            let modified = octal(block[136..<148])
        else { return .malformed }
        if block[156] == 0x78 {
            return size <= recordLimit ? .records(Int(size)) : .malformed
        }
        let type: UInt8 = block[156] == 0 ? 0x30 : block[156]
        guard let kind = Kind(rawValue: type) else { return .malformed }
        var name = BytePath(block[0..<100])
        let prefix = BytePath(block[345..<500])
        if !prefix.bytes.isEmpty { name = prefix.appending(name) }
        return .entry(
            TarHeader(
                name: name, kind: kind, permissions: UInt32(mode & 0o777),
                byteCount: kind == .file ? size : 0, modified: Int64(clamping: modified),
                linkTarget: BytePath(block[157..<257])))
    }

    /// Puts pax records in place of what the block says; false if they are malformed.
    mutating func apply(_ records: [UInt8]) -> Bool {
        var rest = records[...]
        while !rest.isEmpty {
            guard let space = rest.firstIndex(of: 0x20),
                let count = Int(String(decoding: rest[..<space], as: UTF8.self)),
                count > space - rest.startIndex + 1, count <= rest.count,
                rest[rest.startIndex + count - 1] == 10
            else { return false }
            let record = rest[(space + 1)..<(rest.startIndex + count - 1)]
            rest = rest.dropFirst(count)
            guard let equals = record.firstIndex(of: 0x3d) else { return false }
            let value = record[(equals + 1)...]
            switch String(decoding: record[..<equals], as: UTF8.self) {
            case "path": name = BytePath(value)
            case "linkpath": linkTarget = BytePath(value)
            case "size":
                guard let size = UInt64(String(decoding: value, as: UTF8.self)) else {
                    return false
                }
                byteCount = size
            default: break
            }
        }
        return true
    }

    private static func octal(_ field: ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for byte in field.prefix(while: { $0 != 0 && $0 != 0x20 }) {
            guard (0x30...0x37).contains(byte) else { return nil }
            value = value << 3 | UInt64(byte - 0x30)
        }
        return value
    }
}
