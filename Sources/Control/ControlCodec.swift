import FoundationEssentials

/// Messages as lines: one JSON object, ended by a line feed.
public enum ControlCodec {
    /// The longest message, with its line feed.
    ///
    /// Chosen by us: a thousand incidents of a few hundred bytes fit, and a client cannot make the
    /// daemon hold more than this.
    public static let maximumLineByteCount = 1 << 20

    /// The line of a request.
    public static func encode(_ request: ControlRequest) throws(ControlError) -> [UInt8] {
        try request.check()
        return try line(request)
    }

    /// The line of a reply.
    public static func encode(_ reply: ControlReply) throws(ControlError) -> [UInt8] {
        try line(reply)
    }

    /// The request in a line without its line feed.
    public static func request(from line: [UInt8]) throws(ControlError) -> ControlRequest {
        let request = try value(ControlRequest.self, from: line)
        try request.check()
        return request
    }

    /// The reply in a line without its line feed.
    public static func reply(from line: [UInt8]) throws(ControlError) -> ControlReply {
        try value(ControlReply.self, from: line)
    }

    private static func line(_ message: some Encodable) throws(ControlError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(message) else { throw .unencodable }
        guard data.count < maximumLineByteCount else {
            throw .lineTooLong(limit: maximumLineByteCount)
        }
        return [UInt8](data) + [UInt8(ascii: "\n")]
    }

    private static func value<Value: Decodable>(
        _: Value.Type, from line: [UInt8]
    ) throws(ControlError) -> Value {
        guard line.count < maximumLineByteCount else {
            throw .lineTooLong(limit: maximumLineByteCount)
        }
        // The decoder would take UTF-16 as well, and repair broken UTF-8.
        guard String(validating: line, as: UTF8.self) != nil, !line.contains(0),
            let value = try? JSONDecoder().decode(Value.self, from: Data(line))
        else { throw .malformed }
        return value
    }
}
