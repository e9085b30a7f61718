internal import Journal
internal import Linux
internal import Messages
internal import Policies
internal import Sensing
internal import Synchronization

/// Reads the policy again while the guard runs, and takes all of it or nothing.
final class Reloader: Sendable {
    private let file: BytePath
    let state: GuardState
    private let sensor: RunningSensor
    private let canaries: CanaryService
    private let manager: ServiceManager
    let record: IncidentRecord
    private let turn = Mutex(())

    init(
        _ file: BytePath, _ sensor: RunningSensor, _ canaries: CanaryService,
        _ manager: ServiceManager, _ record: IncidentRecord
    ) {
        self.record = record
        (self.file, self.state, self.manager) = (file, canaries.state, manager)
        (self.sensor, self.canaries) = (sensor, canaries)
    }

    /// Puts the policy file's present content in force; if that fails, the old one stays.
    func reload() throws(GuardError) {
        manager.reloading()
        defer { manager.ready() }
        let failure = turn.withLock { _ in attempt() }
        if let failure {
            record.note(JournalEvent(.policyRefused, failure.problem.en))
        }
        state.withContents { $0.reloadFailure = failure?.advice }
        if let failure { throw failure }
    }

    /// Watches anew where another folder or file system has taken the place of a watched one.
    func renewIfMoved() {
        turn.withLock { _ in
            guard sensor.hasMoved else { return state.withContents { $0.watchFailure = nil } }
            var failure: Message?
            do throws(GuardError) {
                try Daemon.check(state.policy)
                try replace(by: state.policy)
            } catch {
                failure = error.problem
            }
            state.withContents { $0.watchFailure = failure }
        }
    }

    private func attempt() -> GuardError? {
        do throws(GuardError) {
            let policy = try Daemon.policy(at: file)
            let old = state.policy
            if policy.stateDirectory != old.stateDirectory {
                throw .needsRestart(key: "state-directory")
            }
            if policy.runDirectory != old.runDirectory {
                throw .needsRestart(key: "run-directory")
            }
            try Daemon.check(policy)
            try replace(by: policy)
            record.recorder.settings = Recorder.Settings(policy)
            let file = file
            record.note(JournalEvent(policy: policy, file))
            return nil
        } catch {
            return error
        }
    }

    private func replace(by policy: GuardPolicy) throws(GuardError) {
        do throws(SensorError) {
            try sensor.start(policy, canaries.canaries)
        } catch {
            throw .sensor(error)
        }
        state.policy = policy
        canaries.apply(policy)
    }
}

extension GuardError {
    /// What is wrong, and in parentheses what to do about it.
    var advice: Message {
        guard let hint else { return problem }
        return Message(
            en: "\(problem.en) (\(hint.en))", ja: "\(problem.ja) (\(hint.ja))")
    }
}
