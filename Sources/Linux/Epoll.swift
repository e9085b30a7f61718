internal import CLinux

/// Waits on several descriptors at once.
public struct Epoll: ~Copyable, Sendable {
    private let descriptor: FileDescriptor

    /// Makes an empty set.
    public init() throws(Errno) {
        descriptor = FileDescriptor(owning: try retrying { epoll_create1(Int32(EPOLL_CLOEXEC)) })
    }

    /// Watches a descriptor for being readable (or hung up); `token` comes back from `wait`.
    public borrowing func add(
        _ watched: borrowing FileDescriptor, token: UInt64
    ) throws(Errno) {
        var event = unsafe epoll_event()
        unsafe event.events = EPOLLIN.rawValue
        unsafe event.data.u64 = token
        let (own, other) = (descriptor.rawValue, watched.rawValue)
        try retrying { unsafe epoll_ctl(own, EPOLL_CTL_ADD, other, &event) }
    }

    /// Says `token` when this other set has something to say.
    public borrowing func add(_ set: borrowing Epoll, token: UInt64) throws(Errno) {
        try add(set.descriptor, token: token)
    }

    /// Stops watching a descriptor.
    public borrowing func remove(_ watched: borrowing FileDescriptor) throws(Errno) {
        let (own, other) = (descriptor.rawValue, watched.rawValue)
        try retrying { epoll_ctl(own, EPOLL_CTL_DEL, other, nil) }
    }

    /// Waits for at most `milliseconds` (-1: for ever).
    ///
    /// - Returns: the token of one ready descriptor; nil when the time is over or a signal came.
    public borrowing func wait(milliseconds: Int32) throws(Errno) -> UInt64? {
        var event = unsafe epoll_event()
        let count = unsafe epoll_wait(descriptor.rawValue, &event, 1, milliseconds)
        if count == -1 {
            let error = Errno.current
            if error == .interrupted { return nil }
            throw error
        }
        return unsafe count == 0 ? nil : event.data.u64
    }
}

/// A counter that wakes a waiting thread.
public struct EventCounter: ~Copyable, Sendable {
    /// For `Epoll`.
    public let descriptor: FileDescriptor

    /// Makes a counter at zero.
    public init() throws(Errno) {
        let flags = Int32(EFD_CLOEXEC | EFD_NONBLOCK)
        descriptor = FileDescriptor(owning: try retrying { eventfd(0, flags) })
    }

    /// Adds one.
    public borrowing func signal() {
        _ = eventfd_write(descriptor.rawValue, 1)
    }

    /// Takes all; 0 when nothing was there.
    @discardableResult
    public borrowing func drain() -> UInt64 {
        var value: eventfd_t = 0
        return unsafe eventfd_read(descriptor.rawValue, &value) == 0 ? value : 0
    }
}

/// A repeating timer on the monotonic clock.
public struct Timer: ~Copyable, Sendable {
    /// For `Epoll`.
    public let descriptor: FileDescriptor

    /// Starts a timer with the given period.
    public init(everyNanoseconds period: UInt64) throws(Errno) {
        let flags = Int32(TFD_CLOEXEC | TFD_NONBLOCK)
        let made = FileDescriptor(owning: try retrying { timerfd_create(CLOCK_MONOTONIC, flags) })
        let time = timespec(Int64(clamping: period))
        var setting = itimerspec(it_interval: time, it_value: time)
        let number = made.rawValue
        try retrying { unsafe timerfd_settime(number, 0, &setting, nil) }
        descriptor = made
    }

    /// How often it fired since the last call.
    @discardableResult
    public borrowing func drain() -> UInt64 {
        var count: UInt64 = 0
        let size = unsafe read(descriptor.rawValue, &count, 8)
        return size == 8 ? count : 0
    }
}

/// Signals of this process as something to wait for.
public struct SignalWatch: ~Copyable, Sendable {
    /// For `Epoll`.
    public let descriptor: FileDescriptor

    /// Blocks the signals for this thread and those it starts later, and collects them.
    public init(_ signals: [Int32]) throws(Errno) {
        var set = sigset_t()
        _ = unsafe sigemptyset(&set)
        for signal in signals { _ = unsafe sigaddset(&set, signal) }
        _ = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        let flags = Int32(SFD_CLOEXEC | SFD_NONBLOCK)
        descriptor = FileDescriptor(owning: try retrying { unsafe signalfd(-1, &set, flags) })
    }

    /// The next signal that came, if any.
    public borrowing func next() -> Int32? {
        var info = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        let count = unsafe read(descriptor.rawValue, &info, size)
        return count == size ? Int32(bitPattern: info.ssi_signo) : nil
    }
}
