internal import Control
internal import Detection
internal import Linux
internal import Messages

extension Enforcer {
    /// Tells of an attack that was over before its changes were read, where the number of its
    /// process is nobody else's by now.
    func tell(ofEnded key: ProcessKey, _ reason: Reason, _ explanation: () -> Explanation) {
        if ProcessTable.status(key.pid) != nil { return }
        var report = IncidentReport(
            id: Self.identifier(), at: UnixTime(milliseconds: Clock.wallNanoseconds / 1_000_000),
            reason: reason.name,
            actor: ActorReport(pid: key.pid, executable: CarriedPath("?"), user: "?"),
            state: .observed)
        report.action = "observe"
        explain(&report, by: explanation())
        report.degraded = [.over] + state.degraded
        isolate(for: &report, goesOn: false)
        state.add(Incident(report: report, held: [], keys: [key], leaseEnd: 0))
        record.write(report)
    }
}

extension Degradation {
    /// Why nobody was stopped, although somebody attacked.
    fileprivate static let over = Degradation(
        code: "attack-over",
        text: Message(
            en: "the process had ended before its changes were read: nobody was left to be stopped",
            ja: "変更を読んだ時点でプロセスは終了していました。停止するものはありません"))
}
