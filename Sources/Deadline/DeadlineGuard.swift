public import Linux

/// Keeps openers of canaries from hanging while the daemon cannot answer.
///
/// A companion process shares the permission group with the daemon. It never answers while the
/// daemon does; it allows what waits too long, and ends with the daemon.
public enum DeadlineGuard {
    private static let groupNumber: Int32 = 3
    private static let daemonNumber: Int32 = 4
    private static let answeredNumber: Int32 = 5

    /// Starts the companion of the calling process.
    ///
    /// `executable` calls `run`. The caller keeps the value, restarts the companion when it
    /// ends early, and must not hand `group` to any other process. It signals `answered` after
    /// each batch of answers: without that, a flood of openings that keeps the queue filled for
    /// `DeadlineLimits.unreadMilliseconds` looks like a daemon that hangs.
    public static func start(
        executable: BytePath, group: borrowing FileDescriptor, answered: borrowing EventCounter
    ) throws(Errno) -> ChildProcess {
        let own = try ProcessHandle(pid: ProcessHandle.own)
        // Their numbers must be none of those that the companion expects.
        let first = try group.duplicate(from: answeredNumber + 1)
        let second = try own.descriptor.duplicate(from: answeredNumber + 1)
        let third = try answered.descriptor.duplicate(from: answeredNumber + 1)
        var options = ChildProcess.Options()
        options.descriptors = [
            (first.rawValue, groupNumber), (second.rawValue, daemonNumber),
            (third.rawValue, answeredNumber),
        ]
        // Stopping or ending the daemon's group or terminal must not reach the companion.
        options.newSession = true
        return try ChildProcess(executable, arguments: [], options: options)
    }

    /// Starts the companion of a process that does not say when it has answered.
    public static func start(
        executable: BytePath, group: borrowing FileDescriptor
    ) throws(Errno) -> ChildProcess {
        try start(executable: executable, group: group, answered: EventCounter())
    }

    /// Watches until the daemon ends.
    ///
    /// Expects the group as descriptor 3, a pidfd of its parent as 4 and the event counter of
    /// answers as 5; group and counter must not block.
    ///
    /// - Returns: the exit code; 0 when the daemon ended.
    public static func run() -> Int32 {
        do throws(Errno) {
            // A shutdown signals both; the daemon is to be outlived, and then nothing is left.
            let signals = try SignalWatch([
                Signal.terminate.rawValue, Signal.hangUp.rawValue, Signal.interrupt.rawValue,
            ])
            let group = Fanotify(owning: FileDescriptor(owning: groupNumber))
            let daemon = ProcessHandle(
                owning: FileDescriptor(owning: daemonNumber), pid: ProcessHandle.parent)
            reserveNumbers(like: signals.descriptor)
            let answered = FileDescriptor(owning: answeredNumber)
            try watch(StandIn(group: group, daemon: daemon, answered: answered))
            return 0
        } catch {
            return 1
        }
    }

    /// Leaves the low descriptor numbers to the daemon, for good.
    private static func reserveNumbers(like descriptor: borrowing FileDescriptor) {
        while let copy = try? descriptor.duplicate() {
            // At the limit of descriptors there must be some left for events.
            if copy.rawValue >= DeadlineLimits.firstOwnNumber - 1 { return }
            _ = copy.release()
        }
    }

    private static func watch(_ standIn: borrowing StandIn) throws(Errno) {
        let process = standIn.daemon.pid
        var watch = DeadlineWatch()
        var noted = HeldNumbers(targets: [:])
        while true {
            switch watch.step(after: try standIn.view()) {
            case .leave:
                return
            case .rest(let milliseconds):
                try standIn.rest(milliseconds: milliseconds)
            case .look(let milliseconds):
                _ = standIn.daemon.hasEnded(withinMilliseconds: milliseconds)
            case .note:
                noted = HeldNumbers.of(process)
            case .relieve:
                standIn.allow(HeldNumbers.of(process).targets.keys)
                try standIn.allowUnread()
                try standIn.rest(milliseconds: DeadlineLimits.standInMilliseconds)
            case .relieveNoted:
                standIn.allow(noted.unchanged(in: HeldNumbers.of(process)))
                try standIn.allowUnread()
            }
        }
    }
}
