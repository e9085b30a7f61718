internal import CLinux

/// How to open a file; the C names are given in the documentation.
public struct OpenOptions: OptionSet, Sendable {
    /// The C value.
    public let rawValue: Int32
    /// Wraps a C value.
    public init(rawValue: Int32) { self.rawValue = rawValue }
    /// `O_RDONLY`.
    public static let readOnly: OpenOptions = []
    /// `O_WRONLY`.
    public static let writeOnly = OpenOptions(rawValue: O_WRONLY)
    /// `O_RDWR`.
    public static let readWrite = OpenOptions(rawValue: O_RDWR)
    /// `O_CREAT`.
    public static let create = OpenOptions(rawValue: O_CREAT)
    /// `O_EXCL`.
    public static let exclusive = OpenOptions(rawValue: O_EXCL)
    /// `O_TRUNC`.
    public static let truncate = OpenOptions(rawValue: O_TRUNC)
    /// `O_APPEND`.
    public static let append = OpenOptions(rawValue: O_APPEND)
    /// `O_DIRECTORY`.
    public static let directory = OpenOptions(rawValue: O_DIRECTORY)
    /// `O_NOFOLLOW`.
    public static let noFollow = OpenOptions(rawValue: O_NOFOLLOW)
    /// `O_NONBLOCK`.
    public static let nonBlocking = OpenOptions(rawValue: O_NONBLOCK)
    /// `O_NOATIME`.
    public static let noAccessTime = OpenOptions(rawValue: 0o1000000)
    /// `O_PATH`.
    public static let pathOnly = OpenOptions(rawValue: 0o10000000)
    /// `O_TMPFILE`.
    public static let unnamed = OpenOptions(rawValue: 0o20200000)
}

/// What path resolution must refuse; see `openat2(2)`.
public struct ResolveOptions: OptionSet, Sendable {
    /// The C value.
    public let rawValue: UInt64
    /// Wraps a C value.
    public init(rawValue: UInt64) { self.rawValue = rawValue }
    /// `RESOLVE_NO_XDEV`.
    public static let sameMount = ResolveOptions(rawValue: 0x01)
    /// `RESOLVE_NO_SYMLINKS`.
    public static let noSymbolicLinks = ResolveOptions(rawValue: 0x04)
    /// `RESOLVE_BENEATH`.
    public static let beneath = ResolveOptions(rawValue: 0x08)
}

extension FileDescriptor {
    /// Opens a path; always close-on-exec.
    public static func open(
        _ path: BytePath, _ options: OpenOptions = .readOnly, permissions: UInt32 = 0o600
    ) throws(Errno) -> FileDescriptor {
        FileDescriptor(owning: try openNumber(AT_FDCWD, path, options, permissions))
    }

    /// Opens a name relative to this directory; always close-on-exec.
    public func open(
        _ name: BytePath, _ options: OpenOptions = .readOnly, permissions: UInt32 = 0o600
    ) throws(Errno) -> FileDescriptor {
        FileDescriptor(owning: try Self.openNumber(rawValue, name, options, permissions))
    }

    /// Opens a path relative to this directory with limits on its resolution.
    public func open(
        _ path: BytePath, _ options: OpenOptions, resolving: ResolveOptions,
        permissions: UInt32 = 0o600
    ) throws(Errno) -> FileDescriptor {
        var how = open_how()
        how.flags = UInt64(UInt32(bitPattern: options.rawValue | O_CLOEXEC))
        let makes = options.contains(.create) || options.contains(.unnamed)
        how.mode = makes ? UInt64(permissions) : 0
        how.resolve = resolving.rawValue
        let number = rawValue
        return FileDescriptor(
            owning: try retrying {
                unsafe path.withCString { unsafe k_openat2(number, $0, &how) }
            })
    }

    private static func openNumber(
        _ directory: Int32, _ path: BytePath, _ options: OpenOptions, _ permissions: UInt32
    ) throws(Errno) -> Int32 {
        let flags = options.rawValue | O_CLOEXEC
        return try retrying {
            unsafe path.withCString { unsafe k_openat(directory, $0, flags, permissions) }
        }
    }
}

extension FileDescriptor {
    /// Takes an exclusive lock on the open file without waiting; false if another has it.
    public func tryLock() throws(Errno) -> Bool {
        if flock(rawValue, LOCK_EX | LOCK_NB) == 0 { return true }
        let error = Errno.current
        if error == .wouldBlock { return false }
        throw error
    }

    /// Gives the lock back, also for a copy of the descriptor in a child that was just forked and
    /// has not started its program yet: closing alone leaves the lock to that copy.
    public func unlock() { _ = flock(rawValue, LOCK_UN) }
}
