internal import Linux
internal import Messages

/// Tells the service manager how the guard is, over the socket that `$NOTIFY_SOCKET` names.
///
/// Nothing waits for it: a message that cannot be taken at once is dropped.
/// Source: sd_notify(3), sd_watchdog_enabled(3).
struct ServiceManager: Sendable {
    private let socket: BytePath?
    private let language: Language
    /// Within what time it wants a sign of life; nil: never.
    let watchdogMilliseconds: UInt64?

    init(_ environment: [String: String], _ language: Language) {
        let name = environment["NOTIFY_SOCKET"] ?? ""
        socket = name.hasPrefix("/") || name.hasPrefix("@") ? BytePath(name) : nil
        self.language = language
        let isMeant = environment["WATCHDOG_PID"].map { Int32($0) == ProcessHandle.own } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap { UInt64($0) } ?? 0
        watchdogMilliseconds = isMeant && microseconds > 0 ? max(1, microseconds / 1000) : nil
    }

    /// Everything is watched.
    func ready() { send("READY=1") }

    /// The policy is being read again; `ready` follows, whether that works or not.
    func reloading() {
        send("RELOADING=1\nMONOTONIC_USEC=\(Clock.monotonicNanoseconds / 1000)")
    }

    /// The guard was told to end.
    func stopping() { send("STOPPING=1") }

    /// The sensor's thread goes round its loop.
    func alive() { send("WATCHDOG=1") }

    /// What `systemctl status` shows.
    func tell(_ status: Message) {
        let line = status.text(language).map { $0.isNewline ? " " : String($0) }.joined()
        send("STATUS=" + line)
    }

    private func send(_ text: String) {
        guard let socket else { return }
        try? UnixSocket.sendDatagram(Array(text.utf8).span, to: socket)
    }
}
