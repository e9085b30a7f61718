internal import Age
public import Linux
internal import Sodium

/// One line of a user's records: who did what to which file, and how it ended.
public struct SealRecord: Sendable {
    /// What was done.
    public enum Action: String, Sendable {
        /// A file was opened.
        case unlock
        /// A file was authenticated without being written.
        case verify
        /// An export was looked through and sealed.
        case protect
        /// The names of a folder were listed.
        case list
        /// What is authentic of a damaged file was written.
        case recover
        /// The recipients of a file were changed.
        case rekey
    }

    /// What was done.
    public var action: Action
    /// The file as the user named it.
    public var path: BytePath
    /// What tells the sealed file from every other; nil where its header can't be read.
    public var fileID: String?
    /// `begun`, `done`, or the exit code of a failure.
    public var result: String
    /// How often each kind of sensitive data was found, in the order of the kinds.
    public var findings: [(kind: String, count: Int)]
    /// Checks of the signature that were switched off: until a file is open those that the user
    /// named, then those that it would not have passed.
    public var waived = [Waiver]()

    /// Starts a record of what is about to be done to a file.
    public init(_ action: Action, _ source: Source) {
        self.action = action
        path = source.path
        fileID = FileIdentifier.of(source)
        result = "begun"
        findings = []
    }

    /// Adds this record to logs, the same text to each.
    ///
    /// - Parameter logs: the logs of the user who runs the program.
    /// - Returns: what kept some of them from taking it.
    public func append(to logs: [RecordLog]) -> [RecordLogError] {
        let fields = fields(
            time: Clock.timestamp(), user: ProcessHandle.effectiveUser, host: Self.host)
        var failures = [RecordLogError]()
        for log in logs {
            do throws(RecordLogError) { try log.append(fields) } catch { failures.append(error) }
        }
        return failures
    }

    private static var host: String {
        let name = try? FileDescriptor.open("/proc/sys/kernel/hostname").readToEnd(limit: 256)
        return String(decoding: (name ?? []).prefix { $0 != 10 }, as: UTF8.self)
    }

    private func fields(time: String, user: UInt32, host: String) -> String {
        var text = "\"time\":\"\(time)\",\"user\":\(user),\"host\":\(Self.quoted(host)),"
        text += "\"action\":\"\(action.rawValue)\",\"path\":\(Self.quoted("\(path)")),"
        text += "\"file\":\(fileID.map(Self.quoted) ?? "null"),\"result\":\(Self.quoted(result))"
        if !waived.isEmpty {
            let names = waived.map { Self.quoted($0.rawValue) }
            text += ",\"waived\":[\(names.joined(separator: ","))]"
        }
        if findings.isEmpty { return text }
        let counts = findings.map { "\(Self.quoted($0.kind)):\($0.count)" }
        return text + ",\"findings\":{\(counts.joined(separator: ","))}"
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

/// What tells a sealed file from every other without a key: the digest of its header.
public enum FileIdentifier {
    /// Reads the header of a file; nil where that fails or would use up a pipe.
    public static func of(_ source: Source) -> String? {
        guard case .path(let path) = source,
            (try? FileStatus.following(path))?.kind == .regular,
            let sealed = try? SealedFile(source),
            let digest = try? BLAKE2b.hash(sealed.header.encoded().span, count: 16)
        else { return nil }
        return Hexadecimal.text(digest)
    }
}
