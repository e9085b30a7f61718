internal import Attribution
internal import Contents
internal import Control
internal import Detection
internal import Journal
internal import Linux
internal import Policies
internal import Response
internal import Synchronization

/// Stops actors as the policy says and keeps what was done.
final class Enforcer: Sendable {
    let mode: ResponseMode
    let clientPolicy: ClientPolicy
    let isolation: IsolationPolicy
    let evidence: EvidencePolicy
    private let lease: Duration
    let protection: Protection
    let responder: Responder
    let state: GuardState
    let record: IncidentRecord
    private let handled = Mutex(HandledActors())
    private let suspected = Mutex(Set<ProcessKey>())
    let mounts: [Shared<FileDescriptor>]
    /// Whether openings can be refused.
    let hasGate: Bool

    init(
        policy: GuardPolicy, protection: Protection, state: GuardState, record: IncidentRecord,
        hasGate: Bool
    ) throws(Errno) {
        self.hasGate = hasGate
        (mode, lease, clientPolicy) = (policy.mode, policy.freezeLease, policy.clients)
        isolation = policy.isolation
        evidence = policy.evidence
        (self.protection, self.state, self.record) = (protection, state, record)
        responder = Responder(protection)
        state.useSamba(policy.clients, responder)
        var boxes = [Shared<FileDescriptor>]()
        for folder in policy.watch {
            boxes.append(Shared(try FileDescriptor.open(BytePath(folder), [.directory])))
        }
        mounts = boxes
    }

    /// Whether writing openings of canaries are refused.
    var denies: Bool { mode != .observe }

    /// Allows a new response to a process that was released.
    func forget(_ key: ProcessKey) {
        handled.withLock { $0.remove(key) }
    }

    /// Whether one of these was stopped and not let go since.
    func hasStopped(anyOf lineage: Lineage) -> Bool {
        handled.withLock { handled in
            (0..<lineage.count).contains { handled.hasStopped(lineage[$0]) }
        }
    }

    /// Tells the journal of a suspicion, once for each process.
    func note(_ subject: Subject, of key: ProcessKey) {
        let isNew = suspected.withLock { suspected in
            if suspected.count > 64 { suspected = [] }
            return suspected.insert(key).inserted
        }
        if isNew { record.note(JournalEvent(suspicionOf: key, self.describe(subject))) }
    }

    /// Stops one process at once, where the policy stops anybody.
    func hold(_ pid: Int32) -> HeldProcess? { denies ? (try? responder.freezeOne(pid)) : nil }

    /// Lets a process go on that was held for nothing, unless an incident keeps it frozen.
    func releaseUnlessFrozen(_ process: HeldProcess) {
        state.withContents { contents in
            let isFrozen = contents.incidents.contains {
                $0.report.state == .frozen && $0.keys.contains(process.key)
            }
            if !isFrozen { process.release() }
        }
    }

    /// Stops the actor first, then writes down what it was; false when it is dealt with already.
    ///
    /// `writer` did the last thing. Where the actor was stopped and this one of its processes was
    /// not among those held, it is stopped by itself. `events` are what its family did last;
    /// `explanation` is asked after the stop.
    func respond(
        to actor: ProcessKey, by writer: ProcessKey, reason: Reason, readAt: UInt64,
        _ events: @autoclosure () -> [RecentEvents.Event], _ explanation: () -> Explanation
    ) -> Bool {
        let decided = Clock.monotonicNanoseconds
        guard let key = handled.withLock({ $0.claim(actor, writer) }) else { return false }
        guard let status = ProcessTable.status(key.pid), status.startTicks == key.startTicks else {
            if respondToEnded(key, reason, explanation) { return true }
            // What it left behind answers for itself.
            handled.withLock { $0.noteEnd(of: key) }
            if key == actor { tell(ofEnded: key, reason, explanation) }
            return key != writer
                && respond(
                    to: actor, by: writer, reason: reason, readAt: readAt, events(), explanation)
        }
        // Nobody has asked for its end yet, and its program cannot be told any more.
        if status.state == UInt8(ascii: "Z"), respondToEnded(key, reason, explanation) {
            return true
        }
        guard let root = mode == .observe ? status : protection.root(of: key.pid) else {
            return false
        }
        if joinsRefusal(root, key) { return false }
        let id = Self.identifier()
        var response = cutOff(root, for: id)
        // A process that is not frozen but ended can't be described afterwards, and one whose client
        // was turned away may end by itself. All others are described once they were stopped.
        let described =
            response.service == .endsOnly
            ? IncidentReport(id: id, reason: reason.name, process: status) : nil
        let moment = evidenceMoment(response)
        let tree = stop(root.pid, response, moment)
        let refusedUntil = refuseWrites(of: root, for: id, &response)
        let stopped = Clock.monotonicNanoseconds
        keepBlocks(of: id, &response)
        var report =
            described ?? IncidentReport(id: id, reason: reason.name, process: status)
        let isLeftAlone = response.service != nil && tree.held.isEmpty
        let lacks = lacks(response)
        report.degraded = lacks.isEmpty ? nil : lacks
        report.decisionMicroseconds = (decided - min(readAt, decided)) / 1000
        report.stoppedMicroseconds = (stopped - min(readAt, stopped)) / 1000
        report.note(stopped: tree.held)
        report.refusedProcesses = tree.refused.isEmpty ? nil : tree.refused.map(\.pid)
        explain(&report, by: explanation())
        let isEnded = response.service == .endsOnly && mode == .freeze
        conclude(&report, tree, key, isLeftAlone ? .observe : isEnded ? .kill : mode, moment)
        report.add(response)
        report.add(refusedUntil: refusedUntil)
        isolate(
            for: &report,
            goesOn: report.state == .notStopped || report.state == .observed && isLeftAlone)
        keep(report, tree, key)
        takeEvidence(moment, id, tree.held, since: decided, events())
        askForSessions(report, response, root.startTicks)
        return true
    }

    private func keep(_ report: IncidentReport, _ tree: FrozenTree, _ actor: ProcessKey) {
        handled.withLock { $0.insert(tree, of: actor) }
        state.add(
            Incident(
                report: report, held: report.state == .frozen ? tree.held : [],
                refused: tree.refused, keys: tree.held.map(\.key) + [actor],
                leaseEnd: Clock.bootNanoseconds + lease.nanoseconds))
        record.write(report)
    }

    /// Stops what may be stopped: whom a file server serves besides must not suffer for it.
    private func stop(
        _ root: Int32, _ response: ClientResponse, _ moment: EvidenceMoment
    ) -> FrozenTree {
        var tree = FrozenTree()
        switch (mode, response.service) {
        case (.observe, _), (_, .shared): break
        case (_, .endsOnly):
            guard response.mayEnd, let process = responder.takeRunning(root) else { break }
            if moment == .none { process.kill() }
            tree.held = [process]
        case (_, nil), (_, .perClient): tree = responder.freeze(from: root)
        }
        return tree
    }

    /// Tells of damaged files for which nobody can be named; stops nobody.
    func tell(of findings: [Finding]) {
        var report = IncidentReport(
            id: Self.identifier(), at: UnixTime(milliseconds: Clock.wallNanoseconds / 1_000_000),
            reason: Self.nobody, actor: .unknown, state: .observed)
        report.action = "observe"
        report.files = findings.prefix(Self.maximumFiles).map(\.report)
        state.add(Incident(report: report, held: [], keys: [], leaseEnd: 0))
        record.write(report)
    }

    /// The reason of incidents without an actor.
    private static let nobody = "changed-unseen"
    /// Files named in such an incident.
    private static let maximumFiles = 100

    private func conclude(
        _ report: inout IncidentReport, _ tree: FrozenTree, _ actor: ProcessKey,
        _ mode: ResponseMode, _ moment: EvidenceMoment
    ) {
        let waits = mode == .kill && moment == .whileFrozen && !tree.held.isEmpty
        switch mode {
        case .observe:
            (report.action, report.state) = ("observe", .observed)
        case .freeze:
            let end = Clock.wallNanoseconds / 1_000_000 + lease.components.seconds * 1000
            (report.action, report.state) = ("freeze", .frozen)
            report.leaseEndsAt = UnixTime(milliseconds: end)
        case .kill:
            if moment == .none { for process in tree.held { process.kill() } }
            (report.action, report.state) = ("kill", waits ? .frozen : .killed)
        }
        // Those that do stand still are to be released, whoever goes on.
        let isFrozen = waits || mode == .freeze && !tree.held.isEmpty
        if tree.refused.contains(actor) || (tree.held.isEmpty && !tree.refused.isEmpty), !isFrozen {
            (report.state, report.leaseEndsAt) = (.notStopped, nil)
        }
    }

    static func identifier() -> String {
        let time = Clock.timestamp().prefix(19).filter { $0.isNumber }
        let tail = String(UInt32.random(in: 0x1000_0000...UInt32.max), radix: 16)
        return "\(time)-\(tail.prefix(6))"
    }
}
