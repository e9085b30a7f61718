internal import CLinux

/// How a started program ended.
public enum ExitStatus: Sendable, Equatable {
    /// It returned this code, 0...255.
    case exited(Int32)
    /// This signal ended it.
    case signalled(Int32)
}

/// A program started by us.
public struct ChildProcess: ~Copyable, Sendable {
    /// Its number; valid until `wait` returned.
    public let pid: Int32

    /// What the program gets beside its arguments.
    public struct Options: Sendable {
        /// `NAME=value` entries.
        public var environment: [BytePath] = []
        /// Descriptors of ours and the numbers under which the program finds them.
        public var descriptors: [(ours: Int32, theirs: Int32)] = []
        /// Whether it starts a session of its own.
        public var newSession = false
        /// Whether it starts a process group of its own.
        public var newGroup = false
        /// Nothing but the defaults.
        public init() {}
    }

    /// Starts a program without searching for it; standard descriptors are inherited.
    public init(
        _ executable: BytePath, arguments: [BytePath], options: Options = Options()
    ) throws(Errno) {
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        _ = unsafe posix_spawn_file_actions_init(&actions)
        _ = unsafe posix_spawnattr_init(&attributes)
        for pair in options.descriptors {
            _ = unsafe posix_spawn_file_actions_adddup2(&actions, pair.ours, pair.theirs)
        }
        var flags: Int32 = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        if options.newSession { flags |= 0x80 }
        if options.newGroup { flags |= POSIX_SPAWN_SETPGROUP }
        _ = unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
        var everything = sigset_t()
        _ = unsafe sigfillset(&everything)
        _ = unsafe posix_spawnattr_setsigdefault(&attributes, &everything)
        var made: pid_t = 0
        let result = unsafe Self.withPointers([executable] + arguments) { arguments in
            unsafe Self.withPointers(options.environment) { environment in
                unsafe executable.withCString {
                    unsafe posix_spawn(&made, $0, &actions, &attributes, arguments, environment)
                }
            }
        }
        _ = unsafe posix_spawn_file_actions_destroy(&actions)
        _ = unsafe posix_spawnattr_destroy(&attributes)
        if result != 0 { throw Errno(rawValue: result) }
        pid = made
    }

    /// Waits for the end and takes the status.
    public consuming func wait() throws(Errno) -> ExitStatus {
        var status: Int32 = 0
        let number = pid
        try retrying { unsafe waitpid(number, &status, 0) }
        return Self.decode(status)
    }

    /// Takes the status if it has ended.
    public borrowing func poll() -> ExitStatus? {
        var status: Int32 = 0
        return unsafe waitpid(pid, &status, WNOHANG) == pid ? Self.decode(status) : nil
    }

    private static func decode(_ status: Int32) -> ExitStatus {
        k_wifexited(status) != 0 ? .exited(k_wexitstatus(status)) : .signalled(k_wtermsig(status))
    }

    private static func withPointers<R>(
        _ strings: [BytePath], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> R
    ) -> R {
        var pointers = unsafe strings.map { string in
            unsafe string.withCString { unsafe strdup($0) }
        }
        unsafe pointers.append(nil)
        defer {
            for index in unsafe pointers.indices { unsafe free(pointers[index]) }
        }
        return unsafe pointers.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { preconditionFailure("never empty") }
            return unsafe body(start)
        }
    }
}
