internal import Sodium

/// The text form of an age file: strict PEM.
public enum Armor {
    static let begin = Array("-----BEGIN AGE ENCRYPTED FILE-----".utf8)
    static let end = Array("-----END AGE ENCRYPTED FILE-----".utf8)

    /// Whether `prefix` starts like armor, after white space.
    public static func isArmored(_ prefix: Span<UInt8>) -> Bool {
        var start = 0
        while start < prefix.count, isSpace(prefix[start]) { start += 1 }
        let mark = Array("-----BEGIN".utf8)
        guard prefix.count - start >= mark.count else { return false }
        return mark.indices.allSatisfy { prefix[start + $0] == mark[$0] }
    }

    /// The armored form of `bytes`.
    public static func encode(_ bytes: Span<UInt8>) -> [UInt8] {
        var encoder = ArmorEncoder()
        var text: [UInt8] = []
        encoder.feed(bytes, into: &text)
        encoder.finish(into: &text)
        return text
    }

    /// The bytes in `text`.
    public static func decode(_ text: Span<UInt8>) throws(ArmorError) -> [UInt8] {
        var decoder = ArmorDecoder()
        var bytes: [UInt8] = []
        try decoder.feed(text, into: &bytes)
        try decoder.finish(into: &bytes)
        return bytes
    }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (0x09...0x0d).contains(byte)
    }
}

/// Writes armor piece by piece.
public struct ArmorEncoder: Sendable {
    private var held: [UInt8] = []
    private var isStarted = false

    /// Starts before the begin line.
    public init() {}

    /// Takes the next bytes and appends the lines that are full.
    public mutating func feed(_ bytes: Span<UInt8>, into text: inout [UInt8]) {
        start(&text)
        for index in bytes.indices {
            held.append(bytes[index])
            if held.count == columns / 4 * 3 { flush(&text) }
        }
    }

    /// Appends the last line and the end line.
    public mutating func finish(into text: inout [UInt8]) {
        start(&text)
        if !held.isEmpty { flush(&text) }
        text += Armor.end + [lineFeed]
    }

    private mutating func start(_ text: inout [UInt8]) {
        if !isStarted { text += Armor.begin + [lineFeed] }
        isStarted = true
    }

    private mutating func flush(_ text: inout [UInt8]) {
        text += Base64.encode(held.span, padded: true) + [lineFeed]
        held.removeAll(keepingCapacity: true)
    }
}

/// Reads armor piece by piece.
public struct ArmorDecoder: Sendable {
    private enum Place { case before, inside, lastLineSeen, after }

    private var place = Place.before
    private var line: [UInt8] = []
    private var number = 0

    /// Longest line that is looked at: 64 columns and CR.
    private static let longest = columns + 1

    /// Starts before the begin line.
    public init() {}

    /// Takes the next text and appends the bytes of its complete lines.
    public mutating func feed(
        _ text: Span<UInt8>, into bytes: inout [UInt8]
    ) throws(ArmorError) {
        for index in text.indices {
            let byte = text[index]
            if place == .after {
                guard Armor.isSpace(byte) else { throw .trailingData }
                continue
            }
            if place == .before, line.isEmpty, Armor.isSpace(byte) { continue }
            if byte == lineFeed {
                try endLine(&bytes)
            } else {
                line.append(byte)
                if line.count > Self.longest { throw overlong }
            }
        }
    }

    /// Says that nothing follows.
    public mutating func finish(into bytes: inout [UInt8]) throws(ArmorError) {
        // The end line alone may lack its line end.
        if place != .after, line.starts(with: Armor.end) { try endLine(&bytes) }
        guard place != .before else { throw .missingBegin }
        guard place == .after else { throw .missingEnd }
    }

    private var overlong: ArmorError {
        place == .before ? .missingBegin : .wrongLineLength(line: number + 1)
    }

    private mutating func endLine(_ bytes: inout [UInt8]) throws(ArmorError) {
        defer { line.removeAll(keepingCapacity: true) }
        number += 1
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        if place == .before {
            guard line == Armor.begin else { throw .missingBegin }
            place = .inside
        } else if line.starts(with: Armor.end) {
            guard line.dropFirst(Armor.end.count).allSatisfy(Armor.isSpace) else {
                throw .malformedLine(line: number)
            }
            place = .after
        } else {
            guard place == .inside, (1...columns).contains(line.count) else {
                throw .wrongLineLength(line: number)
            }
            guard let piece = Base64.decode(line.span, padded: true) else {
                throw .malformedLine(line: number)
            }
            bytes += piece
            if piece.count < columns / 4 * 3 { place = .lastLineSeen }
        }
    }
}
