internal import Control
internal import FoundationEssentials
internal import Journal
internal import Linux
internal import Policies
internal import Synchronization

/// Keeps what happened: incidents in files of their own, and everything in the journal.
///
/// Nothing is written on the caller's thread.
final class IncidentRecord: Sendable {
    private let folder: BytePath
    let recorder: Recorder
    private let lastFailure = Mutex<Errno?>(nil)
    private let touches = Mutex(RecentFiles())
    private let lastRefusal = Mutex<(user: UInt32, time: UInt64)?>(nil)

    /// Prepares it; what is added waits until the recorder's thread runs.
    init(_ policy: GuardPolicy) throws(Errno) {
        folder = BytePath(policy.stateDirectory)
        recorder = try Recorder(
            JournalFolder(folder.appending("journal")), Recorder.Settings(policy))
    }

    /// Why the last incident could not be written; nil where it was.
    var failure: Errno? { lastFailure.withLock { $0 } }

    /// Writes a new incident: its file, and lines about the attack and what was done.
    ///
    /// Failing loses only the text: the response was given before.
    func write(_ report: IncidentReport) {
        recorder.add(isIncident: true) {
            self.store(report)
            return JournalEvent(found: report)
        }
        recorder.add(isIncident: true) { JournalEvent(outcome: report, by: .policy) }
    }

    /// Writes the end of an incident, and who brought it about.
    func write(_ report: IncidentReport, by decider: Authority) {
        recorder.add(isIncident: true) {
            self.store(report)
            return JournalEvent(outcome: report, by: decider)
        }
    }

    /// Writes what became known of an incident afterwards.
    func write(sessionsOf report: IncidentReport) {
        write(report) { JournalEvent(sessionsOf: report) }
    }

    /// Writes an incident anew, and a line about what is new of it.
    func write(_ report: IncidentReport, _ event: @escaping @Sendable () -> JournalEvent) {
        recorder.add(isIncident: true) {
            self.store(report)
            return event()
        }
    }

    /// Writes that the host is on the network again.
    func write(_ report: IncidentReport?, becauseOfEndOfIsolation id: String) {
        recorder.add(isIncident: true) {
            if let report { self.store(report) }
            return JournalEvent(.hostReconnected, because: id)
        }
    }

    /// An incident as it was written last; nil where it can't be read.
    func read(_ id: String) -> IncidentReport? {
        let path = folder.appending("incidents").appending(id + ".json")
        return ProcessTable.contents(path, limit: 4 << 20).flatMap { bytes in
            try? JSONDecoder().decode(IncidentReport.self, from: Data(bytes))
        }
    }

    /// The incidents that say so of themselves, as they were written last.
    ///
    /// Looks at all files; only those are decoded in which the word stands.
    func all(in states: [IncidentState]) -> [IncidentReport] {
        let folder = folder.appending("incidents")
        guard let opened = try? FileDescriptor.open(folder, [.readOnly, .directory]),
            let entries = try? opened.entries()
        else { return [] }
        let words = states.map { Array("\"state\":\"\($0.rawValue)\"".utf8) }
        return entries.compactMap { entry in
            guard entry.name.description.hasSuffix(".json"),
                let bytes = ProcessTable.contents(folder.appending(entry.name), limit: 4 << 20),
                words.contains(where: { bytes.firstRange(of: $0) != nil }),
                let report = try? JSONDecoder().decode(IncidentReport.self, from: Data(bytes))
            else { return nil }
            return states.contains(report.state) ? report : nil
        }
    }

    /// Adds a line to the journal.
    func note(_ event: @autoclosure @escaping @Sendable () -> JournalEvent) {
        recorder.add { event() }
    }

    /// Adds a line about what is new of an incident, and writes that anew where it is known.
    func note(
        _ event: @autoclosure @escaping @Sendable () -> JournalEvent, in report: IncidentReport?
    ) {
        if let report { write(report, event) } else { note(event()) }
    }

    /// Tells that somebody touched a canary, once for each process, canary and kind of contact.
    func noteTouch(of path: BytePath, _ contact: StaticString, by pid: Int32) {
        let word = UInt64(contact.utf8CodeUnitCount) << 56 | UInt64(UInt32(bitPattern: pid))
        let hash = path.bytes.span.fingerprint ^ (word &* 0x9e37_79b9_7f4a_7c15)
        let isNew = touches.withLock { touches in
            if touches.contains(hash) { return false }
            touches.insert(hash)
            return true
        }
        if !isNew { return }
        let executable = pid > 0 ? ProcessTable.executable(pid) : nil
        note(JournalEvent(touchOf: path, "\(contact)", pid, executable))
    }

    /// Tells that a request was refused; one user is told of once in a minute, since the journal
    /// must not be filled by asking.
    func noteRefusal(_ request: String, of peer: PeerCredentials) {
        let now = Clock.monotonicNanoseconds
        let isNew = lastRefusal.withLock { last in
            if let last, last.user == peer.user, now - last.time < 60_000_000_000 { return false }
            last = (peer.user, now)
            return true
        }
        if isNew { note(JournalEvent(refusalOf: request, peer)) }
    }

    private func store(_ report: IncidentReport) {
        guard let data = try? JSONEncoder().encode(report) else { return }
        let bytes = Array(data) + [10]
        var failure: Errno?
        do throws(Errno) {
            let file = try AtomicFile(in: folder.appending("incidents"))
            try file.file.writeAll(bytes.span)
            try file.commit(as: BytePath(report.id + ".json"), replacing: true)
        } catch {
            failure = error
        }
        lastFailure.withLock { $0 = failure }
    }
}

extension Recorder.Settings {
    /// What a policy says.
    init(_ policy: GuardPolicy) {
        self.init()
        let journal = policy.journal
        limits.retentionSeconds = journal.retention.components.seconds
        limits.budgetByteCount = journal.budgetByteCount
        sinks.journald = journal.tellsJournald ? Sinks.journaldSocket : nil
        sinks.syslog = journal.tellsSyslog ? Sinks.syslogSocket : nil
        sinks.alerts = policy.notify.map { notify in
            AlertSink(
                folder: BytePath(notify.spool),
                actions: Set(
                    JournalAction.allCases.filter { action in
                        action.notified.map(notify.events.contains) ?? false
                    }))
        }
    }
}

extension JournalAction {
    /// As which kind of event others are told of it; nil where they are not.
    fileprivate var notified: NotifiedEvent? {
        switch self {
        case .attackFound, .observed, .frozen, .killed, .cutOff, .clientIdentified, .notStopped,
            .hostIsolated, .hostReconnected, .evidenceTaken, .evidenceIncomplete, .userQuarantined,
            .userNotQuarantined, .writesRefused:
            .incidents
        case .released, .userReleased: .releases
        case .eventsLost, .rescanned: .overflow
        case .degraded, .restored: .degraded
        case .damaged, .recovered, .linesLost, .overBudget: .journal
        case .guardStarted, .guardStopped, .policyLoaded, .policyRefused: .service
        case .requestRefused, .secondPersonAwaited, .secondPersonAgreed: .requests
        case .canaryTouched, .suspected, .gateRaised, .gateLowered, .opened, .checkpoint, .keyMade,
            .filesRemoved:
            nil
        }
    }
}
