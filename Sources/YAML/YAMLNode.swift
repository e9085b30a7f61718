/// Where in a text something stands.
public struct YAMLMark: Sendable, Equatable {
    /// The line, from 1.
    public let line: Int
    /// The column in Unicode scalars, from 1.
    public let column: Int
}

/// Why a text is not one YAML document.
public enum YAMLError: Error, Sendable, Equatable {
    /// The text breaks YAML's grammar here; `problem` is what libyaml says.
    case malformed(problem: String, at: YAMLMark)
    /// What YAML does not allow anywhere stands at this byte.
    case unreadable(problem: String, byte: Int)
    /// A second document begins here.
    case severalDocuments(at: YAMLMark)
}

/// One value of a document, as it is written.
public struct YAMLNode: Sendable {
    /// What stands there.
    public indirect enum Value: Sendable {
        /// A word, number or text; plain where it has no quotes and is no block.
        case scalar(String, isPlain: Bool)
        /// Values in their order.
        case sequence([YAMLNode])
        /// Keys with their values in their order; a key may be there twice.
        case mapping([(key: YAMLNode, value: YAMLNode)])
        /// A reference to a value with an anchor, which need not exist.
        case alias
    }

    /// What stands there.
    public let value: Value
    /// Where it begins.
    public let mark: YAMLMark
    /// Whether others can refer to it.
    public let hasAnchor: Bool
    /// The tag that is written there; nil for none.
    public let tag: String?
}
