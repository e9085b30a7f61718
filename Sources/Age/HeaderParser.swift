internal import Sodium

extension Header {
    /// Reads the header at the start of `bytes` and says how long it is.
    ///
    /// `.truncated` asks for more bytes; what follows the header is left alone.
    public static func parse(
        _ bytes: Span<UInt8>, limits: Limits = .standard
    ) throws(HeaderError) -> (header: Header, byteCount: Int) {
        var lines = HeaderLines(limit: limits.headerBytes)
        let wanted = versionLine.count
        for index in 0..<min(wanted, bytes.count) where bytes[index] != versionLine[index] {
            throw .wrongVersion
        }
        guard try lines.next(bytes).count == wanted - 1 else { throw .wrongVersion }
        var stanzas: [Stanza] = []
        while true {
            let line = try lines.next(bytes)
            if starts(bytes, line, macMark) {
                guard !stanzas.isEmpty else { throw .noStanzas }
                return (Header(stanzas: stanzas, mac: try mac(bytes, line)), lines.offset)
            }
            guard stanzas.count < limits.stanzas else { throw .tooManyStanzas }
            let words = try arguments(bytes, line, stanza: stanzas.count)
            let body = try Self.body(bytes, &lines, stanza: stanzas.count, limits: limits)
            do {
                stanzas.append(
                    try Stanza(type: words[0], arguments: Array(words.dropFirst()), body: body))
            } catch { throw .malformedStanza(index: stanzas.count) }
        }
    }

    private static func starts(
        _ bytes: Span<UInt8>, _ line: Range<Int>, _ prefix: [UInt8]
    ) -> Bool {
        guard line.count >= prefix.count else { return false }
        for index in prefix.indices where bytes[line.lowerBound + index] != prefix[index] {
            return false
        }
        return true
    }

    private static func mac(
        _ bytes: Span<UInt8>, _ line: Range<Int>
    ) throws(HeaderError) -> [UInt8] {
        let start = line.lowerBound + macMark.count
        guard line.count == macMark.count + 1 + 43, bytes[start] == UInt8(ascii: " "),
            let mac = Base64.decode(bytes.extracting(start + 1..<line.upperBound))
        else { throw .malformedMAC }
        return mac
    }

    private static func arguments(
        _ bytes: Span<UInt8>, _ line: Range<Int>, stanza: Int
    ) throws(HeaderError) -> [String] {
        guard starts(bytes, line, Array("-> ".utf8)) else {
            throw .malformedStanza(index: stanza)
        }
        var words: [String] = []
        var start = line.lowerBound + 3
        for index in start...line.upperBound
        where index == line.upperBound || bytes[index] == UInt8(ascii: " ") {
            let word = bytes.extracting(start..<index)
            guard Stanza.isArgument(word) else { throw .malformedStanza(index: stanza) }
            words.append(String(decoding: word.indices.map { word[$0] }, as: UTF8.self))
            start = index + 1
        }
        return words
    }

    private static func body(
        _ bytes: Span<UInt8>, _ lines: inout HeaderLines, stanza: Int, limits: Limits
    ) throws(HeaderError) -> [UInt8] {
        var body: [UInt8] = []
        while true {
            let line = try lines.next(bytes)
            guard line.count <= columns,
                let piece = Base64.decode(bytes.extracting(line))
            else { throw .malformedBody(stanza: stanza) }
            body += piece
            guard body.count <= limits.bodyBytes else { throw .bodyTooLarge(stanza: stanza) }
            if line.count < columns { return body }
        }
    }
}

/// Where the next line of a header starts.
private struct HeaderLines {
    let limit: Int
    var offset = 0

    /// The next line without its end.
    mutating func next(_ bytes: Span<UInt8>) throws(HeaderError) -> Range<Int> {
        var end = offset
        while end < bytes.count, end < limit, bytes[end] != lineFeed { end += 1 }
        guard end < limit else { throw .headerTooLarge }
        guard end < bytes.count else { throw .truncated }
        let line = offset..<end
        offset = end + 1
        return line
    }
}
