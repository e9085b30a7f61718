internal import Sodium

/// One recipient's part of the header, or a note that rides along with them.
public struct Stanza: Equatable, Hashable, Sendable {
    /// The first argument.
    public let type: String
    /// The arguments behind the type.
    public let arguments: [String]
    /// The decoded body.
    public let body: [UInt8]

    /// Checks that type and arguments are visible ASCII.
    public init(type: String, arguments: [String], body: [UInt8]) throws(HeaderError) {
        for argument in [type] + arguments {
            guard Self.isArgument(Array(argument.utf8).span) else { throw .invalidArgument }
        }
        self.type = type
        self.arguments = arguments
        self.body = body
    }

    /// The stanza as it stands in a header.
    public func encoded() -> [UInt8] {
        var text = Array("-> ".utf8)
        text += Array(([type] + arguments).joined(separator: " ").utf8)
        text.append(lineFeed)
        let base64 = Base64.encode(body.span)
        var index = 0
        while base64.count - index >= columns {
            text += base64[index..<index + columns]
            text.append(lineFeed)
            index += columns
        }
        text += base64[index...]
        text.append(lineFeed)
        return text
    }

    static func isArgument(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count > 0 else { return false }
        for index in bytes.indices {
            guard (0x21...0x7e).contains(bytes[index]) else { return false }
        }
        return true
    }
}

let lineFeed = UInt8(ascii: "\n")
/// Columns of a full base64 line, in stanza bodies and in the armor.
let columns = 64
