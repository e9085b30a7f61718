public import Control
internal import Linux

/// What `/proc` said of a process while it stood still.
public struct ProcessFacts: Codable, Sendable, Equatable {
    /// Number, parent, process group and session.
    public var pid, parent, group, session: Int32
    /// State letter such as T.
    public var state: String
    /// When it started, in clock ticks since boot.
    public var startTicks: UInt64
    /// The same on the wall clock, as it is set now.
    public var startedAt: UnixTime
    /// Its program; nil where that can't be told.
    public var executable: CarriedPath?
    /// The copy of the program in the folder; nil where there is none.
    public var executableCopy: String?
    /// Its arguments.
    public var command: [String] = []
    /// Where it works.
    public var workingDirectory: CarriedPath?
    /// What it has for the root directory.
    public var rootDirectory: CarriedPath?
    /// Names in its environment; values are never taken.
    public var environmentNames: [String] = []
    /// Its control groups, as the kernel has them.
    public var controlGroups: [String] = []
    /// Its namespaces, by kind.
    public var namespaces: [String: String] = [:]
    /// Users, groups, capabilities, seccomp and the rest of `/proc/PID/status`.
    public var status: [String: String] = [:]
    /// What it has open.
    public var files: [OpenFileFacts] = []
    /// Whether it has more open than is told.
    public var hasMoreFiles = false
}

/// One descriptor of a process.
public struct OpenFileFacts: Codable, Sendable, Equatable {
    /// Its number.
    public var number: Int32
    /// The file, or what it is in words of the kernel such as `socket:[123]`.
    public var target: CarriedPath
    /// The position; nil where it can't be told.
    public var position: UInt64?
    /// The flags of `open(2)` in octal digits.
    public var flags: String?
    /// The other end of a connection.
    public var peer: String?
    /// The ports of a connection: there, here.
    public var peerPort, localPort: UInt16?
}

/// Texts of `/proc`, taken apart; pure.
public enum ProcessText {
    /// Names of an environment: what stands before the first `=`.
    ///
    /// A program may write anything there; what does not look like a name is left out, since it
    /// may be part of a value.
    public static func names(inEnvironment text: [UInt8]) -> [String] {
        text.split(separator: 0).compactMap { entry in
            guard let end = entry.firstIndex(of: UInt8(ascii: "=")), end > entry.startIndex else {
                return nil
            }
            let name = entry[..<end]
            return name.count <= 256 && name.allSatisfy(isOfName)
                ? String(decoding: name, as: UTF8.self) : nil
        }
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "_"): true
        default: false
        }
    }

    /// Lines `name:\tvalue`.
    public static func fields(_ text: [UInt8]) -> [String: String] {
        var found: [String: String] = [:]
        for line in text.split(separator: 10) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let value = line[(colon + 1)...].map { $0 == 9 ? 32 : $0 }.drop { $0 == 32 }
            found[shown(line[..<colon])] = shown(value)
        }
        return found
    }

    /// Where the environment lies in memory, from `/proc/PID/stat`; empty where it does not tell.
    ///
    /// Source: proc_pid_stat(5), fields 50 and 51.
    public static func environmentRange(inStatus text: [UInt8]) -> Range<UInt64> {
        guard let close = text.lastIndex(of: UInt8(ascii: ")")) else { return 0..<0 }
        // The first behind the name is field 3.
        let fields = text[(close + 1)...].filter { $0 != 10 }.split(separator: 32)
        guard fields.count > 48,
            let start = UInt64(String(decoding: fields[47], as: UTF8.self)),
            let end = UInt64(String(decoding: fields[48], as: UTF8.self)), start < end
        else { return 0..<0 }
        return start..<end
    }

    /// Bytes as text that steers no screen.
    static func shown(_ bytes: some Sequence<UInt8>) -> String { BytePath(bytes).description }
}
