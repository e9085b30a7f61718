/// A program that may rewrite many files, and the limits of that.
public struct AllowRule: Sendable, Equatable {
    /// The path of the program.
    public let executable: String
    /// The contents the program must have; nil for any.
    public let digest: ExecutableDigest?
    /// The user it must run as; nil for any.
    public let user: UserSelector?
    /// The folder it may do so in; nil for every watched one.
    public let folder: String?
    /// Why it may.
    public let reason: String
}

/// The digest of a program.
public enum ExecutableDigest: Sendable, Equatable {
    /// SHA-256, 32 bytes.
    case sha256([UInt8])
    /// BLAKE2b without a key, 32 or 64 bytes, as `b2sum` gives it.
    case blake2b([UInt8])
}

/// A user by name or by number.
public enum UserSelector: Sendable, Equatable {
    case name(String)
    case id(UInt32)
}

extension AllowRule {
    private static let keys = ["executable", "sha256", "blake2b", "user", "folder", "reason"]

    init(_ entry: Entry, watch: [String]) throws(PolicyError) {
        let fields = try entry.fields(Self.keys)
        executable = try fields.required("executable").path()
        digest = try Self.digest(fields)
        user = try fields["user"].map { (entry) throws(PolicyError) in try Self.user(entry) }
        folder = try fields["folder"].map { (entry) throws(PolicyError) in
            try entry.watchedPath(watch)
        }
        reason = try fields.required("reason").line()
    }

    private static func digest(_ fields: Fields) throws(PolicyError) -> ExecutableDigest? {
        switch (fields["sha256"], fields["blake2b"]) {
        case (nil, nil): return nil
        case (let sha?, nil): return .sha256(try sha.bytes(digitCounts: [64]))
        case (nil, let blake?): return .blake2b(try blake.bytes(digitCounts: [64, 128]))
        case (_?, let second?):
            throw .conflictingKeys(at: second.place, "sha256", "blake2b")
        }
    }

    private static func user(_ entry: Entry) throws(PolicyError) -> UserSelector {
        if case .integer = entry.value {
            // The last number means "no user" to the kernel.
            return .id(UInt32(try entry.integer(0...Int(UInt32.max) - 1)))
        }
        let name = try entry.line()
        guard !name.utf8.contains(where: { $0 <= 0x20 || [0x2f, 0x3a].contains($0) }) else {
            throw .badText(at: entry.place, text: name)
        }
        return .name(name)
    }
}

extension Entry {
    /// A path that is, or lies beneath, a watched folder.
    func watchedPath(_ watch: [String]) throws(PolicyError) -> String {
        let path = try path()
        guard watch.contains(where: { PathFault.isPath(Array(path.utf8), beneath: Array($0.utf8)) })
        else { throw .outsideWatch(at: place, text: path) }
        return path
    }
}
