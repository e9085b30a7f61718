internal import Linux

/// Answers permission events in place of the daemon, always with *allow*.
struct StandIn: ~Copyable {
    let group: Fanotify
    let daemon: ProcessHandle
    private let answered: FileDescriptor
    private let queue: Epoll
    private let either: Epoll

    /// `answered` is an event counter that the daemon adds to whenever it has answered.
    init(
        group: consuming Fanotify, daemon: consuming ProcessHandle,
        answered: consuming FileDescriptor
    ) throws(Errno) {
        let queue = try Epoll()
        let either = try Epoll()
        try queue.add(group.descriptor, token: 1)
        try either.add(group.descriptor, token: 1)
        try either.add(daemon.descriptor, token: 2)
        self.queue = queue
        self.either = either
        self.group = group
        self.daemon = daemon
        self.answered = answered
    }

    /// Looks at the daemon and the queue.
    borrowing func view() throws(Errno) -> DaemonView {
        let state = ProcessTable.status(daemon.pid)?.state
        return DaemonView(
            milliseconds: Clock.monotonicNanoseconds / 1_000_000,
            isEnded: daemon.hasEnded(withinMilliseconds: 0),
            isStopped: state == UInt8(ascii: "T") || state == UInt8(ascii: "t"),
            hasUnread: try queue.wait(milliseconds: 0) != nil,
            hasAnswered: hasAnswered())
    }

    /// Takes the count; a counter without one would block, which is an error here.
    private borrowing func hasAnswered() -> Bool {
        var count = InlineArray<8, UInt8>(repeating: 0)
        var bytes = count.mutableSpan
        return (try? answered.read(into: &bytes)) == 8
    }

    /// Sleeps until an event comes or the daemon ends.
    borrowing func rest(milliseconds: Int32) throws(Errno) {
        _ = try either.wait(milliseconds: milliseconds)
    }

    /// Allows the events that the daemon took under these numbers.
    borrowing func allow(_ numbers: some Sequence<Int32>) {
        for number in numbers { allow(number) }
    }

    /// Takes all unread events and allows them.
    borrowing func allowUnread() throws(Errno) {
        var buffer = [UInt8](
            repeating: 0, count: DeadlineLimits.recordsAtOnce * DeadlineLimits.recordByteCount)
        while try allowSome(&buffer) {}
    }

    /// Returns false when the queue is empty.
    private borrowing func allowSome(_ buffer: inout [UInt8]) throws(Errno) -> Bool {
        do throws(Fanotify.QueueError) {
            let filled = try group.read(into: &buffer) { record, _ in
                guard record.event >= 0 else { return }
                let file = FileDescriptor(owning: record.event)
                allow(file.rawValue)
            }
            return filled > 0
        } catch {
            switch error {
            case .cannotRead(let error): throw error
            // Only the kernel writes here; a record that can't be read ends the batch.
            case .malformed: return true
            }
        }
    }

    /// Answers until the kernel knows no further event of that number.
    private borrowing func allow(_ number: Int32) {
        for _ in 0..<DeadlineLimits.answersPerNumber {
            do throws(Errno) {
                try group.answer(number, allow: true)
            } catch {
                return
            }
        }
    }
}
