internal import Deadline
internal import Linux
internal import Synchronization

/// The process that answers for the sensor's thread when that cannot; started again when it dies.
final class Companion: Sendable {
    /// Tells it that openings are being answered.
    let answered: EventCounter
    private let state = Mutex(State())

    private struct State {
        var group: Shared<FileDescriptor>?
        var child: Child?
        var startedAt: UInt64 = 0
    }

    private final class Child: Sendable {
        let process: ChildProcess
        init(_ process: consuming ChildProcess) { self.process = process }
    }

    /// What is left between two starts, so that one that cannot live does not take the processor.
    private static let pause: UInt64 = 200_000_000

    init() throws(Errno) {
        answered = try EventCounter()
    }

    /// Its program, which lies beside ours.
    static var executable: BytePath? {
        ProcessTable.executable(ProcessHandle.own)?.parent.appending("kanaria-deadline")
    }

    /// Whether there are openings to answer, and it does not run.
    var isMissing: Bool { state.withLock { $0.group != nil && $0.child == nil } }

    /// Starts it for the openings that this group holds up.
    func start(for group: borrowing FileDescriptor) {
        guard let copy = try? group.duplicate() else { return }
        let box = Shared(copy)
        state.withLock { state in
            state.group = box
            spawn(&state)
        }
    }

    /// Starts it again if it has ended.
    func revive() {
        state.withLock { state in
            if let child = state.child, child.process.poll() != nil { state.child = nil }
            if state.child == nil { spawn(&state) }
        }
    }

    /// Ends it; must come before its group can be closed for good.
    func end() {
        state.withLock { state in
            state.group = nil
            guard let child = state.child else { return }
            state.child = nil
            try? ProcessHandle(pid: child.process.pid).send(.kill)
            while child.process.poll() == nil { Clock.sleep(nanoseconds: 1_000_000) }
        }
    }

    private func spawn(_ state: inout State) {
        let now = Clock.monotonicNanoseconds
        guard let group = state.group, let executable = Self.executable,
            state.startedAt == 0 || now - state.startedAt >= Self.pause
        else { return }
        state.startedAt = now
        let process = try? DeadlineGuard.start(
            executable: executable, group: group.value, answered: answered)
        if let process { state.child = Child(process) }
    }
}
