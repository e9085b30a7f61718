internal import Control
internal import Linux
internal import Messages
internal import Policies

/// An attack on a private folder, and what the guard made of it.
enum SelfTest {
    /// What came of it.
    struct Outcome: Encodable {
        /// Whether a guard ran already.
        var usedRunningGuard: Bool
        /// What the policy says about attacks.
        var mode: String
        /// How the guard notices changes.
        var sensor: String
        /// Whether the attacker was frozen or killed.
        var isStopped = false
        /// From its first change to its stop.
        var milliseconds: UInt64?
        /// Documents that were encrypted.
        var filesLost = 0
        /// Documents that there were.
        var filesTotal = SelfTestRange.documentCount
        /// The incident that the guard wrote.
        var incident: String?
        /// What it was written for.
        var reason: String?

        /// In mode observe nobody is stopped, and an incident is all there is to see.
        var isAsPolicySays: Bool { mode == "observe" ? incident != nil : isStopped }
    }

    /// How long the attacker may go on, and how long an incident may take to appear.
    private static let patience: UInt64 = 20_000_000_000

    /// Attacks beneath the first watched folder of a policy.
    static func run(
        _ policy: GuardPolicy, _ language: Language
    ) throws(SelfTestError) -> Outcome {
        let parent = BytePath(policy.watch[0])
        let running = try status(policy.runDirectory)
        if let running, !running.watched.contains(where: { parent.isBeneath($0.path) }) {
            throw .notWatched(parent)
        }
        let range = try makeRange(in: parent)
        defer { try? range.remove() }
        if let running {
            return try attack(range, running, isRunning: true, at: policy.runDirectory)
        }
        return try attackOwnGuard(range, policy, language)
    }

    private static func attackOwnGuard(
        _ range: borrowing SelfTestRange, _ policy: GuardPolicy, _ language: Language
    ) throws(SelfTestError) -> Outcome {
        let own = try startGuard(on: range, policy, language)
        guard own.isReady(), let status = try? status(own.runDirectory) else {
            own.end()
            throw .noGuard
        }
        do throws(SelfTestError) {
            let outcome = try attack(range, status, isRunning: false, at: own.runDirectory)
            own.end()
            return outcome
        } catch {
            own.end()
            throw error
        }
    }

    private static func startGuard(
        on range: borrowing SelfTestRange, _ policy: GuardPolicy, _ language: Language
    ) throws(SelfTestError) -> SelfTestGuard {
        do throws(Errno) {
            return try SelfTestGuard(watching: range.path, like: policy, language)
        } catch {
            throw .noGuard
        }
    }

    private static func makeRange(in parent: BytePath) throws(SelfTestError) -> SelfTestRange {
        do throws(Errno) {
            return try SelfTestRange(in: parent)
        } catch {
            throw .folder(parent, error)
        }
    }

    /// Nil where no guard runs.
    private static func status(_ runDirectory: String) throws(SelfTestError) -> StatusReport? {
        do throws(AskError) {
            let reply = try ControlClient.ask(.status, runDirectory: runDirectory)
            if case .status(let report) = reply { return report }
            throw .badReply
        } catch {
            switch error {
            case .noDaemon(_, .noSuchFile), .noDaemon(_, .connectionRefused): return nil
            default: throw .cannotAsk(error.problem)
            }
        }
    }

    private static func attack(
        _ range: borrowing SelfTestRange, _ status: StatusReport, isRunning: Bool,
        at runDirectory: String
    ) throws(SelfTestError) -> Outcome {
        var outcome = Outcome(
            usedRunningGuard: isRunning, mode: status.mode, sensor: status.sensor)
        let (notes, stoppedAt) = try watchAttack(on: range)
        if let stoppedAt {
            (outcome.isStopped, outcome.milliseconds) = (
                true, (stoppedAt - notes.startedAt) / 1_000_000
            )
        }
        if let incident = incident(of: notes.pid, at: runDirectory) {
            (outcome.incident, outcome.reason) = (incident.id, incident.reason)
            if incident.state == .frozen {
                _ = try? ControlClient.ask(.kill(id: incident.id), runDirectory: runDirectory)
            }
        }
        outcome.filesLost = range.lost()
        return outcome
    }

    private static func startAttack(
        on range: borrowing SelfTestRange
    ) throws(SelfTestError) -> FileDescriptor {
        do throws(Errno) {
            // Clock ticks are 10 ms: the documents must be older than the attacker.
            Clock.sleep(nanoseconds: 30_000_000)
            let notes = try range.makeNotes()
            try SelfTestAttacker.start(on: range.folder, notes: notes)
            return notes
        } catch {
            throw .folder(range.path, error)
        }
    }

    /// Starts the attacker and looks until it stands still, is gone, or has done its work.
    private static func watchAttack(
        on range: borrowing SelfTestRange
    ) throws(SelfTestError) -> (SelfTestNotes, stoppedAt: UInt64?) {
        let notes = try startAttack(on: range)
        let end = Clock.monotonicNanoseconds + patience
        var told: SelfTestNotes?
        while Clock.monotonicNanoseconds < end {
            told = SelfTestNotes(notes) ?? told
            if let told {
                let state = ProcessTable.status(told.pid)?.state
                // It may have ended between the two looks.
                let isDone = SelfTestNotes(notes)?.isDone ?? false
                if isDone { return (told, nil) }
                let isStill = state.map { "TtZX".utf8.contains($0) } ?? true
                if isStill { return (told, Clock.monotonicNanoseconds) }
            }
            Clock.sleep(nanoseconds: 1_000_000)
        }
        guard let told else { throw .noAttack }
        return (told, nil)
    }

    /// What the guard wrote about a process; it writes after it has stopped it.
    private static func incident(of pid: Int32, at runDirectory: String) -> IncidentReport? {
        let end = Clock.monotonicNanoseconds + 2_000_000_000
        repeat {
            let reply = try? ControlClient.ask(.incidents(limit: 20), runDirectory: runDirectory)
            if case .incidents(let reports) = reply {
                let found = reports.first { report in
                    report.actor.pid == pid || report.stoppedProcesses.contains(pid)
                }
                if let found { return found }
            }
            Clock.sleep(nanoseconds: 20_000_000)
        } while Clock.monotonicNanoseconds < end
        return nil
    }
}

extension SelfTest.Outcome {
    /// The outcome for people.
    var text: Message {
        let guarding =
            usedRunningGuard
            ? Message(en: "the guard that runs", ja: "動作中のガード")
            : Message(en: "a guard started for this", ja: "診断用に起動したガード")
        let how = Message(
            en: "\(guarding.en), \(sensor), mode \(mode)",
            ja: "\(guarding.ja)、\(sensor)、モード \(mode)")
        let lost = Message(
            en: "\(filesLost) of \(filesTotal) files encrypted",
            ja: "\(filesTotal) ファイル中 \(filesLost) ファイルが暗号化されました")
        if let milliseconds {
            return Message(
                en: "stopped after \(milliseconds) ms, \(lost.en) (\(how.en))",
                ja: "\(milliseconds) ミリ秒で阻止。\(lost.ja) (\(how.ja))")
        }
        if incident != nil, mode == "observe" {
            return Message(
                en: "reported, as the policy says nobody is stopped: \(lost.en) (\(how.en))",
                ja: "検出しました (ポリシーにより阻止しません)。\(lost.ja) (\(how.ja))")
        }
        return Message(
            en: "NOT stopped: \(lost.en) (\(how.en))", ja: "阻止できませんでした。\(lost.ja) (\(how.ja))")
    }
}
