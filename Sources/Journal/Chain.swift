internal import Linux
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
