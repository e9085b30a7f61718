import FoundationEssentials
public import Linux

/// A path in JSON: text for people, and the bytes where the text is not exactly them.
public struct CarriedPath: Codable, Sendable, Hashable {
    /// The path itself.
    public let path: BytePath

    /// The path for people, with escapes.
    public var text: String { path.description }

    /// Takes a path.
    public init(_ path: BytePath) {
        self.path = path
    }

    private enum CodingKeys: String, CodingKey {
        case path, rawPath
    }

    /// Reads `{path}` or `{path, rawPath}`; the raw bytes decide.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let text = try fields.decode(String.self, forKey: .path)
        guard let encoded = try fields.decodeIfPresent(String.self, forKey: .rawPath) else {
            path = BytePath(text)
            return
        }
        // Text that does not follow from the bytes would show one file and mean another.
        guard let bytes = Data(base64Encoded: encoded).map([UInt8].init), !bytes.contains(0),
            BytePath(bytes).description == text
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .rawPath, in: fields, debugDescription: "not the bytes of the path")
        }
        path = BytePath(bytes)
    }

    /// Writes `{path}`, and `rawPath` in base64 where the path had to be escaped.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(text, forKey: .path)
        if !text.utf8.elementsEqual(path.bytes) {
            try fields.encode(Data(path.bytes).base64EncodedString(), forKey: .rawPath)
        }
    }
}
