internal import Sodium

/// Links lines into a chain: each carries the digest of the line before it.
///
/// A line begins with `{"previous":"…",`, where the digits are BLAKE2b-256 of the bytes of the
/// line before without its end, and of no bytes in front of the first line.
public struct Chain: Sendable, Equatable {
    /// The digest that the next line has to carry.
    public private(set) var digest: String

    /// Digits of a digest.
    static let digitCount = 64

    /// A chain without a line.
    public init() { self.init(after: []) }

    /// A chain that ends with this line.
    public init(after line: [UInt8]) { digest = Self.digest(of: line) }

    /// A chain whose last line has this digest.
    init(digest: String) { self.digest = digest }

    /// How the next line begins.
    public var link: String { "{\"previous\":\"\(digest)\"," }

    /// Whether a line follows the last one.
    public func isFollowed(by line: [UInt8]) -> Bool { line.starts(with: link.utf8) }

    /// The digest of a line without its end, in hexadecimal digits.
    public static func digest(of line: [UInt8]) -> String {
        Hexadecimal.text((try? BLAKE2b.hash(line.span)) ?? [])
    }
}

/// Bytes as pairs of hexadecimal digits.
public enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".utf8)

    /// The digits of bytes, in lower case.
    public static func text(_ bytes: [UInt8]) -> String {
        let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a text; nil where it is anything but pairs of digits.
    public static func bytes(_ text: String) -> [UInt8]? {
        let values = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard values.count == text.utf8.count, values.count % 2 == 0 else { return nil }
        return stride(from: 0, to: values.count, by: 2).map {
            UInt8(values[$0] * 16 + values[$0 + 1])
        }
    }
}
