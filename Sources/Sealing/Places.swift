public import Linux

/// Where plaintext or a sealed file is read.
public enum Source: Equatable, Sendable {
    /// A file or folder.
    case path(BytePath)
    /// Standard input.
    case standardInput

    /// The path for messages.
    public var path: BytePath {
        switch self {
        case .path(let path): path
        case .standardInput: "-"
        }
    }
}

/// Where plaintext or a sealed file goes.
public enum Destination: Equatable, Sendable {
    /// A name that must not exist.
    case path(BytePath)
    /// Standard output.
    case standardOutput
    /// Nowhere: everything is only authenticated.
    case nowhere

    /// The path for messages.
    public var path: BytePath {
        switch self {
        case .path(let path): path
        case .standardOutput, .nowhere: "-"
        }
    }
}
