/// What is wrong with a path in a policy.
public enum PathFault: Sendable, Equatable {
    case notAbsolute, containsNUL, parentComponent, notShortest, tooLong
}

extension PathFault {
    /// The first fault of a path; nil when it is absolute and in its shortest form.
    ///
    /// Two spellings of one folder would be compared as two folders, so only one is taken.
    static func first(in path: String) -> PathFault? {
        let bytes = Array(path.utf8)
        guard bytes.first == UInt8(ascii: "/") else { return .notAbsolute }
        if bytes.contains(0) { return .containsNUL }
        if bytes.count > Limits.pathByteCount { return .tooLong }
        if bytes.count == 1 { return nil }
        let components = bytes.dropFirst().split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        if components.contains(where: { $0.elementsEqual("..".utf8) }) { return .parentComponent }
        if components.contains(where: { $0.isEmpty || $0.elementsEqual(".".utf8) }) {
            return .notShortest
        }
        return components.contains { $0.count > Limits.nameByteCount } ? .tooLong : nil
    }

    /// Whether a path is a folder or lies beneath it; both in their shortest form.
    static func isPath(_ path: [UInt8], beneath folder: [UInt8]) -> Bool {
        if folder == [UInt8(ascii: "/")] { return true }
        guard path.starts(with: folder) else { return false }
        return path.count == folder.count || path[folder.count] == UInt8(ascii: "/")
    }
}
