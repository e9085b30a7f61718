internal import Linux

/// Paths and digests stand in the list as hexadecimal digits, since paths need not be UTF-8;
/// `shown` repeats the path for people and is never read.
extension Canary: Codable {
    private enum CodingKeys: String, CodingKey {
        case path, shown, device, inode, byteCount, digest, modified, type, hasOwnFolder, positions
    }

    /// Reads a canary.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func bytes(_ key: CodingKeys) throws -> [UInt8] {
            guard let bytes = [UInt8](hexadecimal: try values.decode(String.self, forKey: key))
            else {
                throw DecodingError.dataCorruptedError(
                    forKey: key, in: values, debugDescription: "not hexadecimal")
            }
            return bytes
        }
        self.init(
            path: BytePath(try bytes(.path)),
            device: try values.decode(UInt64.self, forKey: .device),
            inode: try values.decode(UInt64.self, forKey: .inode),
            byteCount: try values.decode(UInt64.self, forKey: .byteCount),
            digest: try bytes(.digest), modified: try values.decode(Int64.self, forKey: .modified),
            type: try values.decode(FileType.self, forKey: .type),
            hasOwnFolder: try values.decode(Bool.self, forKey: .hasOwnFolder),
            positions: try values.decode(Set<Position>.self, forKey: .positions))
    }

    /// Writes a canary.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(Hexadecimal.text(path.bytes), forKey: .path)
        try values.encode(path.description, forKey: .shown)
        try values.encode(device, forKey: .device)
        try values.encode(inode, forKey: .inode)
        try values.encode(byteCount, forKey: .byteCount)
        try values.encode(Hexadecimal.text(digest), forKey: .digest)
        try values.encode(modified, forKey: .modified)
        try values.encode(type, forKey: .type)
        try values.encode(hasOwnFolder, forKey: .hasOwnFolder)
        try values.encode(positions, forKey: .positions)
    }
}

extension [UInt8] {
    /// The bytes of an even number of digits; nil for anything else.
    init?(hexadecimal text: String) {
        let digits = Array<UInt8>(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        self = []
        for at in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.value(digits[at]), let low = Self.value(digits[at + 1]) else {
                return nil
            }
            append(high << 4 | low)
        }
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x61...0x66: digit - 0x57
        default: nil
        }
    }
}
