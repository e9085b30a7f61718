/// Where in a policy file something stands.
public struct Place: Sendable, Hashable, CustomStringConvertible {
    /// The line, from 1.
    public let line: Int
    /// The column in Unicode scalars, from 1.
    public let column: Int
    /// The keys that lead there, as `allow[0].executable`; empty for the whole file.
    public let keys: String

    /// Names a place.
    public init(line: Int, column: Int, keys: String) {
        self.line = line
        self.column = column
        self.keys = keys
    }

    /// Line, column and keys, as compilers write it: `12:5: pace.calm`.
    public var description: String {
        keys.isEmpty ? "\(line):\(column)" : "\(line):\(column): \(keys)"
    }
}
