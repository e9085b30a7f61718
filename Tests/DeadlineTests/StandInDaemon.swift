import Linux

/// A daemon in Python with the real companion beside it; ends with the value's last use.
struct StandInDaemon: ~Copyable {
    let canary: Canary
    let companion: Int32
    private let process: ChildProcess

    static let executable =
        ProcessTable.executable(ProcessHandle.own)?.parent.appending("kanaria-deadline")
        ?? BytePath("kanaria-deadline")

    private static let python: BytePath = "/usr/bin/python3"

    static var canRun: Bool {
        ProcessHandle.effectiveUser == 0
            && (try? FileStatus.following(executable)) != nil
            && (try? FileStatus.following(python)) != nil
    }

    var pid: Int32 { process.pid }

    init(_ behaviour: String) throws(Errno) {
        let canary = try Canary()
        var options = ChildProcess.Options()
        let output = try FileDescriptor.open(canary.output, [.readWrite, .create])
        options.descriptors = [(output.rawValue, 1)]
        process = try ChildProcess(
            Self.python,
            arguments: [
                "-c", BytePath(Self.script), BytePath(behaviour), canary.file, Self.executable,
            ], options: options)
        var number: Int32?
        Self.wait {
            let text = ProcessTable.contents(canary.output, limit: 64) ?? []
            number = Int32(String(decoding: text.prefix { $0 != 10 }, as: UTF8.self))
            return text.last == 10
        }
        companion = number ?? -1
        self.canary = canary
    }

    deinit {
        try? send(.kill)
        _ = try? process.wait()
    }

    borrowing func send(_ signal: Signal) throws(Errno) {
        try ProcessHandle(pid: process.pid).send(signal)
    }

    /// Whether the daemon has come to a stop within 5 s.
    borrowing func hasStopped() -> Bool {
        let pid = process.pid
        return Self.wait { ProcessTable.status(pid)?.state == UInt8(ascii: "T") }
    }

    /// Looks every millisecond, for nothing tells that a process was stopped; gives up after 5 s.
    @discardableResult
    private static func wait(_ condition: () -> Bool) -> Bool {
        for _ in 0..<5000 {
            if condition() { return true }
            Clock.sleep(nanoseconds: 1_000_000)
        }
        return false
    }

    /// Makes a group, marks the canary, starts the companion, prints its number and behaves.
    ///
    /// A second process kills it after 8 s, so that a failing test does not hang.
    private static let script = """
        import ctypes, os, select, signal, struct, sys, time
        behaviour, path, companion = sys.argv[1:]
        me = os.getpid()
        if os.fork() == 0:
            os.close(1)
            for i in range(80):
                time.sleep(0.1)
                if os.getppid() != me: os._exit(0)
            os.kill(me, signal.SIGKILL)
            os._exit(0)
        libc = ctypes.CDLL(None, use_errno=True)
        group = libc.fanotify_init(0x1 | 0x2 | 0x4 | 0x100, 0o2000000)
        libc.fanotify_mark.argtypes = [ctypes.c_int, ctypes.c_uint, ctypes.c_uint64,
                                       ctypes.c_int, ctypes.c_char_p]
        if group < 0 or libc.fanotify_mark(group, 1, 0x10000, -100, path.encode()) != 0:
            sys.exit("fanotify: %d" % ctypes.get_errno())
        answered = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        handle = os.pidfd_open(me)
        actions = [(os.POSIX_SPAWN_DUP2, handle, 14), (os.POSIX_SPAWN_DUP2, answered, 15),
                   (os.POSIX_SPAWN_DUP2, group, 3), (os.POSIX_SPAWN_DUP2, 14, 4),
                   (os.POSIX_SPAWN_DUP2, 15, 5), (os.POSIX_SPAWN_CLOSE, 14),
                   (os.POSIX_SPAWN_CLOSE, 15)]
        pid = os.posix_spawn(companion, [companion], {}, file_actions=actions, setsid=True)
        print(pid, flush=True)
        def stop(): os.kill(me, signal.SIGSTOP)
        def take():
            select.select([group], [], [])
            try: data = os.read(group, 24 * 256)
            except BlockingIOError: return []
            return [struct.unpack_from("<i", data, at + 16)[0] for at in range(0, len(data), 24)]
        if behaviour == "stops at once": stop()
        if behaviour == "stops after reading":
            while not take(): pass
            stop()
        if behaviour == "dies after reading":
            while not take(): pass
            os.kill(me, signal.SIGKILL)
        if behaviour == "stops at the first event":
            select.select([group], [], [])
            stop()
        if behaviour == "hangs after reading one":
            select.select([group], [], [])
            os.read(group, 24)
        delay = {"denies": 0, "denies after 5 ms": 0.005, "denies after 300 ms": 0.3}
        while behaviour in delay:
            for number in take():
                time.sleep(delay[behaviour])
                os.write(group, struct.pack("<iI", number, 2))
                os.close(number)
                os.eventfd_write(answered, 1)
        time.sleep(60)
        """
}
