internal import Control
internal import Detection
internal import Linux
internal import Messages
internal import Synchronization

/// Whose writes are refused now; a value for those who answer.
struct RefusedWriters {
    /// Main processes of services; what descends from them is meant as well.
    var keys = Set<ProcessKey>()
    /// Changes with `keys`.
    var version: UInt64 = 0
}

/// The services whose files may not be opened for writing, each for an incident and a time.
///
/// A service is its main process and what descends from it: workers come and go beneath it, while
/// its user and its control group may be those of others as well. The gate answers; with this
/// process the kernel forgets it.
final class WriteRefusals: Sendable {
    /// One service for one incident.
    struct Refusal: Sendable, Equatable {
        var incident: String
        var main: ProcessKey
        var executable: BytePath
        /// When it ends, on the clock since boot: setting the time moves it not.
        var bootEnd: UInt64
        /// Openings refused so far.
        var count: UInt64 = 0
    }

    private struct State {
        var refusals: [Refusal] = []
        var version: UInt64 = 0
    }

    private let state = Mutex(State())

    /// All that hold, oldest first.
    var all: [Refusal] { state.withLock { $0.refusals } }

    /// Whether anybody's are.
    var isHeld: Bool { state.withLock { !$0.refusals.isEmpty } }

    /// Whose writes are refused.
    var current: RefusedWriters {
        state.withLock { state in
            RefusedWriters(keys: Set(state.refusals.map(\.main)), version: state.version)
        }
    }

    /// Changes with `current`.
    var version: UInt64 { state.withLock { $0.version } }

    /// The incident because of which a service is refused; nil where it is not.
    func incident(of main: ProcessKey) -> String? {
        state.withLock { state in state.refusals.first { $0.main == main }?.incident }
    }

    /// Refuses from now on.
    func add(_ refusal: Refusal) {
        state.withLock { state in
            state.refusals.append(refusal)
            state.version += 1
        }
    }

    /// Counts an opening that was refused.
    func count(_ main: ProcessKey) {
        state.withLock { state in
            guard let index = state.refusals.firstIndex(where: { $0.main == main }) else { return }
            state.refusals[index].count += 1
        }
    }

    /// Ends what holds for an incident; nil where nothing does.
    func release(_ incident: String) -> Refusal? {
        take { $0.incident == incident }.first
    }

    /// Takes out what is over: by time, with the service, or, without a gate, all.
    ///
    /// - Returns: the incidents.
    func lookAfter(hasGate: Bool) -> [String] {
        let now = Clock.bootNanoseconds
        return take { refusal in
            !hasGate || refusal.bootEnd <= now
                || ProcessTable.status(refusal.main.pid)?.startTicks != refusal.main.startTicks
        }.map(\.incident)
    }

    private func take(where isOver: (Refusal) -> Bool) -> [Refusal] {
        state.withLock { state in
            let over = state.refusals.filter(isOver)
            if over.isEmpty { return over }
            state.refusals.removeAll { over.contains($0) }
            state.version += 1
            return over
        }
    }
}

extension WriteRefusals {
    /// What holds, for status.
    var reports: [RefusalReport] {
        all.map { refusal in
            RefusalReport(
                incident: refusal.incident, pid: refusal.main.pid,
                executable: CarriedPath(refusal.executable),
                until: HoldTime.wall(ofBoot: refusal.bootEnd), count: refusal.count)
        }
    }
}

extension WriteRefusals.Refusal {
    /// What became of a release, for people.
    var message: Message {
        let name = "\(executable.lastComponent) (\(main.pid))"
        return Message(en: "\(name) may write again", ja: "\(name) は再び書き込めます")
    }
}

extension GuardState {
    /// Ends the incidents whose services may write again by now.
    func endRefusals(hasGate: Bool) -> [IncidentReport] {
        refusals.lookAfter(hasGate: hasGate).compactMap { finish($0, as: .released) }
    }
}
