internal import CLinux

/// A signal number.
public enum Signal: Int32, Sendable {
    /// `SIGKILL`.
    case kill = 9
    /// `SIGSTOP`.
    case stop = 19
    /// `SIGCONT`.
    case cont = 18
    /// `SIGTERM`.
    case terminate = 15
    /// `SIGHUP`.
    case hangUp = 1
    /// `SIGINT`.
    case interrupt = 2
    /// `SIGPIPE`.
    case brokenPipe = 13
    /// `SIGCHLD`.
    case childEnded = 17
    /// No signal, only the question whether it could be sent.
    case none = 0
}

/// One process held by a pidfd, so that a reused number never stands for it.
public struct ProcessHandle: ~Copyable, Sendable {
    /// Readable when the process has ended.
    public let descriptor: FileDescriptor
    /// The number it had when opened.
    public let pid: Int32

    /// Takes over a pidfd.
    public init(owning descriptor: consuming FileDescriptor, pid: Int32) {
        self.descriptor = descriptor
        self.pid = pid
    }

    /// Opens the process with this number.
    public init(pid: Int32) throws(Errno) {
        descriptor = FileDescriptor(owning: try retrying { k_pidfd_open(pid, 0) })
        self.pid = pid
    }

    /// Sends a signal to the whole process.
    public borrowing func send(_ signal: Signal) throws(Errno) {
        let number = descriptor.rawValue
        try retrying { k_pidfd_send_signal(number, signal.rawValue) }
    }

    /// Takes a copy of a descriptor of that process.
    public borrowing func copyDescriptor(_ theirs: Int32) throws(Errno) -> FileDescriptor {
        let number = descriptor.rawValue
        return FileDescriptor(owning: try retrying { k_pidfd_getfd(number, theirs) })
    }

    /// Whether it has ended within `milliseconds`.
    public borrowing func hasEnded(withinMilliseconds milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&entry, 1, milliseconds) > 0
    }

    /// Sends a signal to one thread.
    public static func send(
        _ signal: Signal, toThread thread: Int32, of process: Int32
    ) throws(Errno) {
        try retrying { k_tgkill(process, thread, signal.rawValue) }
    }

    /// The calling process.
    public static var own: Int32 { getpid() }
    /// The calling thread.
    public static var ownThread: Int32 { k_gettid() }
    /// The parent of the calling process.
    public static var parent: Int32 { getppid() }
    /// Effective user of the calling process.
    public static var effectiveUser: UInt32 { geteuid() }
}
