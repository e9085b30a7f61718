public import Linux

/// What the name of a sealed file ends in.
private let suffix = Array(".age".utf8)

extension Source {
    /// The name of the sealed file beside it; nil for standard input, and for a folder that is named
    /// by its place alone (`.`, `..`, `/`).
    ///
    /// A label stands before the suffix.
    public func sealedPath(label: String? = nil) -> BytePath? {
        guard case .path(let path) = self else { return nil }
        let slash = UInt8(ascii: "/")
        // A folder may be named with slashes at its end, which are no part of its name.
        let end = path.bytes.lastIndex { $0 != slash } ?? path.bytes.endIndex - 1
        let name = BytePath(path.bytes[..<(end + 1)]).lastComponent.bytes
        if end < 0 || name.allSatisfy({ $0 == slash || $0 == UInt8(ascii: ".") }) { return nil }
        let mark = label.map { Array(".\($0)".utf8) } ?? []
        return BytePath(path.bytes[..<(end + 1)] + mark + suffix)
    }

    /// The name of the opened file beside it; nil for standard input and where no `.age` ends it.
    public var openedPath: BytePath? {
        guard case .path(let path) = self, path.bytes.suffix(suffix.count) == suffix[...],
            path.lastComponent.bytes.count > suffix.count
        else { return nil }
        return BytePath(path.bytes.dropLast(suffix.count))
    }
}
