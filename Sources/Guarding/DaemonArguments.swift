public import Linux

/// What `kanariad` was asked to do.
public struct DaemonArguments: Equatable, Sendable {
    /// One thing that the program can do.
    public enum Task: Equatable, Sendable {
        /// Say how it is called.
        case help
        /// Say which version it is.
        case version
        /// Read the policy and try what it needs, change nothing.
        case check(BytePath)
        /// Guard until told to end.
        case run(BytePath, inspector: BytePath?)
    }

    /// What to do.
    public let task: Task
    /// The language that was asked for.
    public let language: String?

    /// The options, as suggestions name them.
    static let options = [
        "--check", "--help", "--inspector", "--lang", "--policy", "--version",
    ]

    /// Reads the arguments behind the program's name.
    public init(_ arguments: [BytePath]) throws(UsageError) {
        var reader = Reader(rest: arguments[...])
        while let argument = reader.rest.popFirst() { try reader.take(argument) }
        language = reader.language
        if reader.wantsHelp {
            task = .help
        } else if reader.wantsVersion {
            task = .version
        } else {
            guard let policy = reader.policy else { throw .missingPolicy }
            task =
                reader.checks
                ? .check(policy) : .run(policy, inspector: reader.inspector)
        }
    }

    /// The language that is asked for somewhere, also where the rest is wrong.
    public static func language(in arguments: [BytePath]) -> String? {
        var reader = Reader(rest: arguments[...])
        while let argument = reader.rest.popFirst() { try? reader.take(argument) }
        return reader.language
    }
}

/// Why the arguments can't be followed.
public enum UsageError: Error, Equatable, Sendable {
    /// No option is called that.
    case unknownOption(BytePath)
    /// The option needs a value behind it.
    case missingValue(String)
    /// The option takes no value.
    case needlessValue(String)
    /// The option may be given once.
    case repeated(String)
    /// Something that is not an option.
    case unexpectedArgument(BytePath)
    /// A language that is not spoken here.
    case unknownLanguage(BytePath)
    /// `--policy` is not there.
    case missingPolicy
}

private struct Reader {
    var rest: ArraySlice<BytePath>
    var policy: BytePath?
    var inspector: BytePath?
    var language: String?
    var checks = false
    var wantsHelp = false
    var wantsVersion = false

    mutating func take(_ argument: BytePath) throws(UsageError) {
        guard argument.bytes.first == UInt8(ascii: "-"), argument.bytes.count > 1 else {
            throw .unexpectedArgument(argument)
        }
        let parts = argument.bytes.split(
            separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        let value = parts.count == 2 ? BytePath(parts[1]) : nil
        let name = String(decoding: parts[0], as: UTF8.self)
        switch name {
        case "--policy":
            if policy != nil { throw .repeated(name) }
            policy = try self.value(of: name, value)
        case "--inspector":
            if inspector != nil { throw .repeated(name) }
            inspector = try self.value(of: name, value)
        case "--lang": try speak(try self.value(of: name, value))
        case "--check": checks = try flag(name, value)
        case "--help", "-h": wantsHelp = try flag(name, value)
        case "--version": wantsVersion = try flag(name, value)
        default: throw .unknownOption(BytePath(parts[0]))
        }
    }

    private func flag(_ name: String, _ value: BytePath?) throws(UsageError) -> Bool {
        if value != nil { throw .needlessValue(name) }
        return true
    }

    private mutating func value(
        of name: String, _ attached: BytePath?
    ) throws(UsageError) -> BytePath {
        guard let value = attached ?? rest.popFirst(), !value.bytes.isEmpty else {
            throw .missingValue(name)
        }
        return value
    }

    private mutating func speak(_ name: BytePath) throws(UsageError) {
        guard ["en", "ja"].contains(name.description) else { throw .unknownLanguage(name) }
        language = name.description
    }
}
