public import Linux
internal import Sodium
internal import Synchronization

/// The content that a program must have.
public enum ProgramDigest: Sendable, Equatable {
    /// SHA-256.
    case sha256([UInt8])
    /// BLAKE2b of as many bytes as it has.
    case blake2b([UInt8])
}

/// A program that may do what others may not, and the limits of that.
public struct AllowedProgram: Sendable {
    /// Where it is, in the guard's own view of the files.
    public var path: BytePath
    /// Its content; nil for what stands at the path when the list is made.
    public var digest: ProgramDigest?
    /// The user it must run as; nil for any.
    public var user: UInt32?
    /// The folder in which it may; nil for everywhere.
    public var folder: BytePath?

    /// Names a program by its path.
    public init(path: BytePath) { self.path = path }
}

/// What a process may.
public enum Permission: Sendable, Equatable {
    /// Nothing special.
    case none
    /// What it does beneath these folders is not held against it.
    case beneath([BytePath])
    /// Nothing is held against it.
    case everywhere
}

/// The programs that may, each known by path, inode and content.
///
/// A program's content is read when a process first runs it and whenever its inode, time or size
/// is another one than before. What a running program's file is called after a replacement does
/// not matter: it stays what it was.
public final class AllowList: Sendable {
    /// Longer programs are not read on the sensor's thread, and so are never allowed.
    static let byteLimit = 64 << 20

    private struct Identity: Hashable {
        var device: UInt64
        var inode: UInt64
        var modified: WallNanoseconds
        var byteCount: UInt64

        init(_ status: FileStatus) {
            (device, inode) = (status.device, status.inode)
            (modified, byteCount) = (status.modified, status.byteCount)
        }
    }

    private let programs: [AllowedProgram]
    /// Which of the programs a file is, by what it was when it was read.
    private let known = Mutex<[Identity: [Int]]>([:])

    /// Takes the rules; a program without a digest is the one that stands at its path now, and
    /// nothing at all if none does.
    public init(_ programs: [AllowedProgram]) {
        self.programs = programs.compactMap { program in
            if program.digest != nil { return program }
            var pinned = program
            pinned.digest = Self.content(of: program.path).flatMap { content in
                (try? BLAKE2b.hash(content.span)).map { .blake2b($0) }
            }
            return pinned.digest == nil ? nil : pinned
        }
        // Read now, so that the first process that runs one finds it known.
        for program in self.programs {
            if let status = try? FileStatus.following(program.path) {
                _ = matches(status, program.path)
            }
        }
    }

    /// Whether it names no program.
    public var isEmpty: Bool { programs.isEmpty }

    /// What the process may by the program it runs and its user.
    public func permission(of pid: Int32) -> Permission {
        if programs.isEmpty { return .none }
        guard let status = ProcessTable.executableStatus(pid) else { return .none }
        let matches = matches(status, BytePath("/proc/\(pid)/exe"))
        if matches.isEmpty { return .none }
        let user = ProcessTable.user(pid)
        var folders = [BytePath]()
        for index in matches {
            let program = programs[index]
            if let wanted = program.user, wanted != user { continue }
            guard let folder = program.folder else { return .everywhere }
            folders.append(folder)
        }
        return folders.isEmpty ? .none : .beneath(folders)
    }

    private func matches(_ status: FileStatus, _ file: BytePath) -> [Int] {
        let identity = Identity(status)
        if let found = known.withLock({ $0[identity] }) { return found }
        // Only the file that our own path leads to is read, so that nobody can make us read his.
        let candidates = programs.indices.filter { index in
            guard let named = try? FileStatus.following(programs[index].path) else { return false }
            return Identity(named) == identity
        }
        if candidates.isEmpty { return [] }
        let content = Self.content(of: file)
        let found = candidates.filter { Self.hasDigest(content, programs[$0].digest) }
        known.withLock { known in
            if known.count >= 1024 { known = [:] }
            known[identity] = found
        }
        return found
    }

    private static func hasDigest(_ content: [UInt8]?, _ digest: ProgramDigest?) -> Bool {
        guard let content else { return false }
        switch digest {
        case .sha256(let wanted): return (try? SHA256.hash(content.span)) == wanted
        case .blake2b(let wanted):
            return (try? BLAKE2b.hash(content.span, count: wanted.count)) == wanted
        case nil: return false
        }
    }

    private static func content(of path: BytePath) -> [UInt8]? {
        guard let file = try? FileDescriptor.open(path, [.readOnly, .nonBlocking]),
            let content = try? file.readToEnd(limit: byteLimit + 1), content.count <= byteLimit
        else { return nil }
        return content
    }
}
