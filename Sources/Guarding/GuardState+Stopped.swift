internal import Control
internal import Detection
internal import Journal
internal import Linux
internal import Messages
internal import Policies
internal import Response

extension GuardState {
    /// Goes on with those whom a daemon before this one stopped, and then was itself killed.
    ///
    /// Who was to be ended once evidence was taken is ended; who was frozen waits on for a person or
    /// the end of its lease. Nobody else is touched: a process is known by boot, number and start.
    /// Comes before anything is watched.
    func takeOverStopped(_ record: IncidentRecord) {
        for report in record.all(in: [.frozen, .writesRefused]) {
            if report.state == .frozen {
                takeOver(report, record)
            } else {
                // The refusal ended with the gate of that daemon.
                var report = report
                (report.state, report.leaseEndsAt) = (.released, nil)
                record.write(report, by: .leaseEnd)
            }
        }
    }

    private func takeOver(_ report: IncidentReport, _ record: IncidentRecord) {
        var report = report
        let keys = report.stoppedKeys
        let held = stillStopped(keys)
        let isOver = held.isEmpty || report.action != ResponseMode.freeze.rawValue
        if isOver, report.evidence == nil {
            report.add(lacks: [.interrupted])
        }
        let id = report.id
        let end = report.leaseEndsAt.flatMap { HoldTime.bootEnd(until: $0) }
        let incident = Incident(report: report, held: held, keys: keys, leaseEnd: end ?? 0)
        adopt(incident)
        if isOver, let ended = endHeld(id) { record.write(ended, by: .policy) }
    }

    /// Those of them that stand still; who is allowed by now is let go.
    private func stillStopped(_ keys: [ProcessKey]) -> [HeldProcess] {
        let responder = Responder(Protection(allowed: AllowList([])))
        let protection = Protection(allowed: AllowList(policy.allow.map { AllowedProgram($0) }))
        return keys.compactMap { key in
            guard let process = responder.takeStopped(key) else { return nil }
            if protection.permission(of: key.pid) != .everywhere { return process }
            process.release()
            return nil
        }
    }

    /// Keeps it in mind, in place of what is known of the same from elsewhere.
    private func adopt(_ incident: sending Incident) {
        withContents { contents in
            contents.incidents.removeAll { $0.report.id == incident.report.id }
            contents.incidents.append(incident)
        }
    }
}

extension IncidentReport {
    /// Notes who was stopped, so that a daemon after this one knows them for sure.
    mutating func note(stopped held: [HeldProcess]) {
        stoppedProcesses = held.map(\.pid)
        if held.isEmpty { return }
        stoppedStarts = held.map(\.key.startTicks)
        boot = JournalClock.system.boot
    }

    /// Who was stopped; nobody where that was in another boot, or is not written down.
    fileprivate var stoppedKeys: [ProcessKey] {
        guard let stoppedStarts, boot == JournalClock.system.boot else { return [] }
        return zip(stoppedProcesses, stoppedStarts).map { ProcessKey(pid: $0, startTicks: $1) }
    }
}

extension Degradation {
    /// Why there is no evidence, although some was to be taken.
    fileprivate static let interrupted = Degradation(
        code: "guard-ended",
        text: Message(
            en: "the guard was killed while the processes stood still: evidence may be incomplete, "
                + "and the next guard dealt with them",
            ja: "プロセスの停止中にガードが強制終了されました。証拠は不完全な可能性があり、次のガードが処理しました"))
}
