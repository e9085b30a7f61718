internal import Control
internal import Journal
internal import Linux
internal import Messages
internal import Policies

/// What the main thread does while the guard runs: signals, leases and the companion.
struct Housekeeping {
    let state: GuardState
    let record: IncidentRecord
    let sensor: RunningSensor
    let reloader: Reloader
    let manager: ServiceManager
    let language: Language

    /// The signals that `run` expects to be collected.
    ///
    /// Among them the one for a pipe that nobody reads: whoever read our messages may end, and we
    /// guard on.
    static let signals: [Signal] = [.terminate, .interrupt, .hangUp, .childEnded, .brokenPipe]

    /// How often it is looked whether the watched folders are still the same.
    private static let placesNanoseconds: UInt64 = 2_000_000_000

    /// Returns when a signal asks for the end.
    func run(_ signals: borrowing SignalWatch) {
        guard let waiting = try? Epoll(),
            (try? waiting.add(signals.descriptor, token: 1)) != nil
        else { return }
        let pause = Int32(clamping: min(1000, (manager.watchdogMilliseconds ?? 4000) / 4))
        var seen = Seen()
        while true {
            if (try? waiting.wait(milliseconds: pause)) == 1 {
                while let signal = signals.next() {
                    if isEnd(signal) { return }
                }
            }
            if state.sensorFailure != nil { return }
            look(&seen)
        }
    }

    private struct Seen {
        var rounds: UInt64 = 0
        var status: Message?
        var faults: Set<Message> = []
        var nextPlaces: UInt64 = 0
    }

    private func isEnd(_ signal: Int32) -> Bool {
        switch Signal(rawValue: signal) {
        case .hangUp: reloader.reloadForNobody()
        case .childEnded, .brokenPipe: break
        default: return true
        }
        return false
    }

    private func look(_ seen: inout Seen) {
        endLeases()
        for report in state.endBlocks() { record.write(report, by: .leaseEnd) }
        state.endQuarantines(record)
        endRefusals()
        for id in state.isolations.lookAfter() { state.noteEndOfIsolation(id, record) }
        let companions = sensor.companions
        for companion in companions { companion.revive() }
        let isAlone = companions.contains(where: \.isMissing)
        state.withContents { $0.isWithoutCompanion = isAlone }
        let now = Clock.monotonicNanoseconds
        if now >= seen.nextPlaces {
            reloader.renewIfMoved()
            seen.nextPlaces = now + Self.placesNanoseconds
        }
        let (failure, written) = (record.failure, record.recorder.status)
        let lacks = state.sketches.degradations
        state.withContents { contents in
            (contents.recordFailure, contents.alertFailure) = (failure, written.alertFailure)
            contents.journalFailure = written.failure?.problem
            contents.sketchLacks = lacks
        }
        tellFaults(&seen.faults)
        // Only the sensor's own progress proves that it lives.
        if manager.watchdogMilliseconds != nil, sensor.rounds != seen.rounds {
            seen.rounds = sensor.rounds
            manager.alive()
        }
        let status = summary()
        if status != seen.status { manager.tell(status) }
        seen.status = status
    }

    private func tellFaults(_ told: inout Set<Message>) {
        let faults = state.withContents { $0.degraded }
        for fault in faults where !told.contains(fault.text) {
            let (en, ja) = (fault.text.en, fault.text.ja)
            let line = Message(en: "degraded: \(en)", ja: "制限: \(ja)")
            Console.error("kanariad: " + line.text(language))
            record.note(JournalEvent(lack: fault))
        }
        let now = Set(faults.map(\.text))
        for former in told.subtracting(now) { record.note(JournalEvent(.restored, former.en)) }
        told = now
    }

    private func summary() -> Message {
        let folders = state.policy.watch.count
        return state.withContents { contents in
            let open = contents.incidents.count { $0.report.state == .frozen }
            let (total, faults) = (contents.canariesTotal, contents.degraded.map(\.text))
            let en = "guards \(folders) folders, \(total) canaries, \(open) frozen"
            let ja = "監視 \(folders) フォルダー、カナリア \(total) 個、凍結中 \(open) 件"
            return Message(
                en: ([en] + faults.map(\.en)).joined(separator: "; "),
                ja: ([ja] + faults.map(\.ja)).joined(separator: "。"))
        }
    }

    /// Ends every freeze as the policy says for the end of a lease: nobody could do it later.
    ///
    /// Those that are held for evidence alone are ended, as they would have been.
    func endAll() {
        state.evidence.end()
        end(state.frozen())
        for report in state.endRefusals(hasGate: false) { record.write(report, by: .leaseEnd) }
    }

    private func endRefusals() {
        let hasGate = state.withContents { $0.gateIsUp != nil }
        for report in state.endRefusals(hasGate: hasGate) { record.write(report, by: .leaseEnd) }
    }

    private func endLeases() {
        end(state.expired(atBootNanoseconds: Clock.bootNanoseconds))
    }

    private func end(_ incidents: [String]) {
        let end: IncidentState = state.policy.whenLeaseEnds == .kill ? .killed : .released
        for id in incidents {
            if let report = state.finish(id, as: end) { record.write(report, by: .leaseEnd) }
        }
    }
}
