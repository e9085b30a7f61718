internal import Attribution
internal import Control
internal import Detection
internal import Evidence
internal import Journal
internal import Linux
internal import Messages
internal import Policies
internal import Response

/// When evidence of an actor is taken.
enum EvidenceMoment: Equatable {
    /// Never.
    case none
    /// While its processes stand still.
    case whileFrozen
    /// While it runs on, since it must not stand still, and its client is turned away already.
    case beforeEnd
}

extension Enforcer {
    /// When evidence is taken of a process with these clients.
    ///
    /// Whoever may go on writing is ended at once instead.
    func evidenceMoment(_ response: ClientResponse) -> EvidenceMoment {
        guard evidence.isEnabled, mode != .observe else { return .none }
        switch response.service {
        case .shared: return .none
        case .endsOnly:
            return response.isBlocked && evidence.clientTime > .zero ? .beforeEnd : .none
        case nil, .perClient: return .whileFrozen
        }
    }

    /// Begins to take evidence and returns; the processes are ended behind it, or now if nothing
    /// can be begun.
    func takeEvidence(
        _ moment: EvidenceMoment, _ id: String, _ held: [HeldProcess], since start: UInt64,
        _ events: [RecentEvents.Event]
    ) {
        if moment == .none || held.isEmpty { return }
        let (state, record, evidence) = (state, record, evidence)
        let end: (@Sendable () -> Void)? =
            switch moment {
            case .beforeEnd: { for process in held { process.kill() } }
            case .whileFrozen where mode == .kill:
                { if let report = state.endHeld(id) { record.write(report, by: .policy) } }
            default: nil
            }
        let time = moment == .beforeEnd ? evidence.clientTime : evidence.time
        let job = EvidenceDesk.Job(
            incident: id, held: held, policy: evidence,
            root: BytePath(state.policy.stateDirectory).appending("evidence"),
            nanoseconds: time.nanoseconds, start: start,
            events: { events.map { EventFacts($0, self.describe) } }, end: end,
            tell: { state.attach($0, to: id, record) })
        if state.evidence.begin(job) { return }
        end?()
        state.attach(EvidenceReport(lacks: [.busy]), to: id, record)
    }
}

extension EventFacts {
    fileprivate init(_ event: RecentEvents.Event, _ describe: (Subject) -> FileReport) {
        let file = event.file.map { describe(Subject(file: $0, path: event.path, opinion: nil)) }
        self.init(
            at: UnixTime(milliseconds: event.at / 1_000_000), pid: event.pid,
            kind: "\(event.kind)", content: event.content.map { "\($0)" }, file: file?.path)
    }
}

extension GuardState {
    /// Ends processes that were held for evidence; nil if somebody let them go, or ended them.
    func endHeld(_ id: String) -> IncidentReport? {
        withContents { contents in
            guard
                let index = contents.incidents.lastIndex(where: {
                    $0.report.id == id && $0.report.state == .frozen
                })
            else { return nil }
            for process in contents.incidents[index].held.reversed() { process.kill() }
            contents.incidents[index].held = []
            contents.incidents[index].noteEnd()
            return contents.incidents[index].report
        }
    }

    /// Adds what was kept to an incident, and writes it down.
    func attach(_ evidence: EvidenceReport, to id: String, _ record: IncidentRecord) {
        guard let report = amend(id, { $0.evidence = evidence }) else { return }
        record.write(evidenceOf: report, evidence)
    }
}

extension Incident {
    /// The state that it would have had without a wait for evidence.
    fileprivate mutating func noteEnd() {
        let until = report.clients?.lazy.compactMap(\.blockedUntil).first
        if refused.contains(where: { $0 == keys.last }) {
            report.state = .notStopped
        } else if let until {
            (report.state, report.action, report.leaseEndsAt) = (.cutOff, "cut-off", until)
        } else {
            report.state = .killed
        }
    }
}

extension IncidentRecord {
    /// Writes what was kept of the processes of an incident.
    func write(evidenceOf report: IncidentReport, _ evidence: EvidenceReport) {
        write(report) { JournalEvent(evidence: evidence, of: report) }
    }
}

extension JournalEvent {
    /// What was kept of the processes of an incident.
    init(evidence: EvidenceReport, of report: IncidentReport) {
        let lacks = evidence.lacks ?? []
        let mebibytes = evidence.byteCount >> 20
        let sum = "\(evidence.fileCount) files, \(mebibytes) MiB (\(report.id))"
        self.init(
            lacks.isEmpty ? .evidenceTaken : .evidenceIncomplete,
            ([sum] + lacks.map(\.text.en)).joined(separator: "; "),
            [
                (Self.incidentName, .text(report.id)), ("rule.name", .text(report.reason)),
                ("kanaria.evidence.files", .number(Int64(evidence.fileCount))),
                ("kanaria.evidence.bytes", .number(Int64(clamping: evidence.byteCount))),
                (
                    "kanaria.evidence.memory.bytes",
                    .number(Int64(clamping: evidence.memoryByteCount))
                ),
            ])
        if let folder = evidence.folder { fields.append(("file.directory", .text(folder.text))) }
        if let manifest = evidence.manifest {
            fields.append(("kanaria.evidence.blake2b", .text(manifest)))
        }
        if let time = evidence.heldMicroseconds {
            fields.append(("event.duration", .number(Int64(clamping: time) &* 1000)))
        }
        if !lacks.isEmpty {
            fields.append(("kanaria.evidence.lacks", .texts(lacks.map(\.code))))
        }
    }
}
