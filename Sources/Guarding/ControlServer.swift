internal import Canaries
internal import Control
internal import Journal
internal import Linux
internal import Messages
internal import Policies
internal import Sensing
internal import Synchronization

/// Answers `kanaria` on a Unix socket, on a thread of its own.
struct ControlServer: ~Copyable {
    private let listener: FileDescriptor
    private let state: GuardState
    private let reloader: Reloader
    private let record: IncidentRecord
    private let canaries: CanaryService
    private let secondPersons = SecondPersons()
    private let started = Clock.wallNanoseconds

    init(
        _ state: GuardState, _ reloader: Reloader, _ record: IncidentRecord,
        _ canaries: CanaryService
    ) throws(Errno) {
        listener = try UnixSocket.listen(
            at: BytePath(state.policy.runDirectory).appending("control.sock"))
        (self.state, self.reloader, self.record) = (state, reloader, record)
        self.canaries = canaries
    }

    /// Serves until `stop` is signalled.
    func run(until stop: borrowing EventCounter) throws(Errno) {
        let waiting = try Epoll()
        try waiting.add(listener, token: 1)
        try waiting.add(stop.descriptor, token: 2)
        while true {
            let token = try waiting.wait(milliseconds: -1)
            if token == 2 { return }
            guard let client = try? UnixSocket.accept(on: listener) else { continue }
            try? UnixSocket.setTimeout(client, milliseconds: 2000)
            try? serve(client)
        }
    }

    private func serve(_ client: borrowing FileDescriptor) throws(Errno) {
        let peer = try UnixSocket.peer(of: client)
        var lines = LineBuffer()
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            var span = buffer.mutableSpan
            let count = try client.read(into: &span)
            if count == 0 { return }
            guard (try? lines.append(buffer.span.extracting(0..<count))) != nil else { return }
            while let line = lines.next() {
                let reply = answer(line, from: peer)
                guard let bytes = try? ControlCodec.encode(reply) else { return }
                try client.writeAll(bytes.span)
            }
        }
    }

    private func answer(_ line: [UInt8], from peer: PeerCredentials) -> ControlReply {
        let request: ControlRequest
        do throws(ControlError) {
            request = try ControlCodec.request(from: line)
        } catch {
            return .refused(reason: error.problem)
        }
        guard peer.user == 0 || peer.user == ProcessHandle.effectiveUser else {
            record.noteRefusal(request.name, of: peer)
            return .refused(
                reason: Message(en: "only root may ask this", ja: "root だけが実行できます"))
        }
        let person = PersonReport(peer)
        var first: PersonReport?
        switch secondAnswer(request, person) {
        case .waits(let report): return .waiting(report: report)
        case .goAhead(let asked): first = asked
        }
        switch request {
        case .status: return .status(report: status())
        case .incidents(let limit):
            let reports = state.withContents { contents in
                Array(contents.incidents.suffix(limit).map(\.report))
            }
            return .incidents(reports: reports)
        case .release(let id): return finish(id, as: .released, peer, askedBy: first)
        case .kill(let id): return finish(id, as: .killed, peer)
        case .canariesList(let offset, let limit):
            return .canaries(reports: canaries.reports(from: offset, limit: limit))
        case .canariesPlant(let isDryRun):
            return .planting(report: isDryRun ? canaries.plantingPreview() : canaries.plant())
        case .canariesRetire(let isDryRun): return retire(isDryRun: isDryRun)
        case .reload: return reload()
        case .journalTail:
            return .refused(
                reason: Message(
                    en: "this daemon cannot do that while it runs",
                    ja: "このデーモンは実行中にその操作を行えません"))
        }
    }

    /// Whether a request can be done, or waits for a second person; both is on record.
    private func secondAnswer(
        _ request: ControlRequest, _ person: PersonReport
    ) -> SecondPersons.Answer {
        // Nobody has to be called for what can't be done.
        if case .release(let id) = request, !state.isHeld(id), !state.isolations.isHeld(id),
            !state.quarantines.isHeld(id)
        {
            return .goAhead(first: nil)
        }
        let answer = secondPersons.ask(request, person, state.policy.twoPersons)
        switch answer {
        case .waits(let report):
            if report.askedBy == person { record.note(JournalEvent(awaiting: report)) }
        case .goAhead(let first?):
            record.note(JournalEvent(agreed: request.name, person, first: first))
        case .goAhead(nil): break
        }
        return answer
    }

    private func reload() -> ControlReply {
        do throws(GuardError) {
            try reloader.reload()
            return .done(
                text: Message(
                    en: "the policy is in force: \(state.policy.name)",
                    ja: "ポリシーを適用しました: \(state.policy.name)"))
        } catch {
            return .refused(reason: error.advice)
        }
    }

    private func finish(
        _ id: String, as end: IncidentState, _ peer: PeerCredentials,
        askedBy first: PersonReport? = nil
    ) -> ControlReply {
        let isReconnected = end == .released && state.isolations.release(id)
        if isReconnected { state.noteEndOfIsolation(id, record, by: PersonReport(peer)) }
        let freed =
            end == .released ? state.release(quarantineOf: id, by: peer, first, record) : nil
        guard let report = state.finish(id, as: end, by: PersonReport(peer), askedBy: first)
        else {
            if let freed { return freed.reply }
            if isReconnected {
                return .done(
                    text: Message(
                        en: "the host is on the network again", ja: "ホストの隔離を解除しました"))
            }
            record.noteRefusal("\(end == .killed ? "kill" : "release") \(id)", of: peer)
            return .refused(
                reason: Message(
                    en:
                        "no incident with the id \(id) can be \(end == .killed ? "ended" : "released")",
                    ja: "ID \(id) のインシデントは\(end == .killed ? "終了" : "解除")できません"))
        }
        let release = end == .released ? state.blocks.release(id) : nil
        let writer = end == .released ? state.refusals.release(id) : nil
        record.write(report, by: .person(peer))
        if let writer { return .done(text: writer.message) }
        if let release, !release.isEmpty {
            let isDone = release.refusal == nil && freed?.isDone != false
            let text = freed.map { release.message.and($0.message) } ?? release.message
            return isDone ? .done(text: text) : .refused(reason: text)
        }
        let count = report.stoppedProcesses.count
        return .done(
            text: end == .killed
                ? Message(en: "killed \(count) processes", ja: "\(count) 個のプロセスを終了しました")
                : Message(en: "released \(count) processes", ja: "\(count) 個のプロセスを再開しました"))
    }

    private func retire(isDryRun: Bool) -> ControlReply {
        if isDryRun { return .retired(report: canaries.retirementPreview()) }
        do throws(LedgerError) {
            return .retired(report: try canaries.retire())
        } catch {
            return .refused(reason: GuardError.ledger(error).problem)
        }
    }

    private func status() -> StatusReport {
        let policy = state.policy
        var report = StatusReport(
            version: Daemon.version, pid: ProcessHandle.own, mode: policy.mode.rawValue,
            policyName: policy.name, sensor: "")
        report.planting = canaries.planting
        report.blocks = state.blocks.reports
        report.quarantines = state.quarantines.reports
        report.refusals = state.refusals.reports
        report.isolatedUntil = state.isolations.until
        report.pending = secondPersons.pending()
        let written = record.recorder.status
        (report.alerts, report.alertsLost) = (written.alerts, written.alertsLost)
        report.watched = policy.watch.map { CarriedPath(BytePath($0)) }
        report.startedAt = UnixTime(milliseconds: started / 1_000_000)
        report.filesInspected = state.inspections.inspectedCount.load(ordering: .relaxed)
        report.filesWithoutOpinion = state.inspections.missedCount.load(ordering: .relaxed)
        report.sketches = state.sketches.report
        state.withContents { contents in
            report.sensor = contents.sensor.rawValue
            report.events = contents.events
            report.overflows = contents.overflows
            report.rescans = contents.rescans
            report.rescansRunning = contents.rescansRunning
            report.filesRescanned = contents.filesRescanned
            report.filesFound = contents.filesFound
            report.actorsTracked = contents.actors
            (report.gateIsUp, report.gateRaised) = (contents.gateIsUp, contents.gateRaised)
            report.degraded = contents.degraded
            report.canariesTotal = contents.canariesTotal
            report.canariesIntact = contents.canariesIntact
            report.incidentsOpen = contents.incidents.count { $0.report.state == .frozen }
            if contents.lastEvent > 0 {
                report.lastEventAt = UnixTime(milliseconds: contents.lastEvent / 1_000_000)
            }
        }
        let seconds = Double(max(1, Clock.wallNanoseconds - started)) / 1e9
        report.eventsPerSecond = Double(report.events) / seconds
        report.cpuPercent = Double(Clock.processorNanoseconds) / 1e7 / seconds
        return report
    }
}
