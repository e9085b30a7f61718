internal import Linux

/// Numbers for the parts of a file's name; equal parts have equal numbers, nothing has 0.
public struct NameParts: Sendable, Equatable {
    /// The part before the first dot: `a.docx` and `a.docx.locked` share it.
    public var stem: UInt64
    /// The part behind the last dot; 0 where there is none.
    public var suffix: UInt64

    /// Reads a name without its folder.
    public init(_ name: Span<UInt8>) {
        var start = 0
        while start < name.count, name[start] == UInt8(ascii: ".") { start += 1 }
        var first = start
        while first < name.count, name[first] != UInt8(ascii: ".") { first += 1 }
        var last = name.count - 1
        while last > start, name[last] != UInt8(ascii: ".") { last -= 1 }
        stem = first > start ? name.extracting(start..<first).fingerprint : 0
        let hasSuffix = last > start && last + 1 < name.count
        suffix = hasSuffix ? name.extracting((last + 1)..<name.count).fingerprint : 0
    }
}
