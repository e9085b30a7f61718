internal import Linux
internal import Messages
internal import Policies
internal import Sealing

/// Keeps records of what is opened and sealed: in the user's log, and in the shared directory
/// where the settings name one.
struct RecordKeeping: Sendable {
    private let logs: [RecordLog]
    private let missing: RecordLogError?
    private let isRequired: Bool
    private let language: Language

    /// Finds the logs; `required` is what a policy adds to the settings.
    init(_ settings: SealSettings, required: Bool = false, _ language: Language) {
        var logs = [RecordLog]()
        let own = Self.ownLog
        if let own { logs.append(own) }
        if let shared = settings.sharedRecords {
            let name = "\(ProcessHandle.effectiveUser).jsonl"
            logs.append(RecordLog(BytePath(shared).appending(name)))
        }
        self.logs = logs
        missing = own == nil ? .noFolder : nil
        isRequired = required || settings.requiresRecord
        self.language = language
    }

    /// The user's log: `$XDG_STATE_HOME/kanaria/records.jsonl`.
    ///
    /// Source: XDG Base Directory Specification: a relative or empty value counts as unset.
    static var ownLog: RecordLog? {
        let environment = Environment.current
        let state = environment["XDG_STATE_HOME"].map { BytePath($0) }
        let home = environment["HOME"].map { BytePath($0).appending(".local/state") }
        let folder = [state, home].compactMap { $0 }.first { $0.isAbsolute }
        return folder.map {
            RecordLog($0.appending("kanaria/records.jsonl"), makesFolder: true)
        }
    }

    /// Runs `body`, keeps a record of its result, and of its beginning where records are required.
    func keep<R>(
        _ record: SealRecord, _ body: () throws(Failure) -> R
    ) throws(Failure) -> R {
        try keep(record) { (_: inout SealRecord) throws(Failure) in try body() }
    }

    /// Keeps a record of an opening and of the checks that were switched off for it.
    @discardableResult
    func keep(
        _ record: SealRecord, _ demands: SignatureDemands,
        _ open: () throws(Failure) -> SignatureFinding?
    ) throws(Failure) -> SignatureFinding? {
        var begun = record
        begun.waived = demands.waivers
        return try keep(begun) { (record: inout SealRecord) throws(Failure) in
            let finding = try open()
            record.waived = finding?.waived ?? []
            return finding
        }
    }

    private func keep<R>(
        _ record: SealRecord, _ body: (inout SealRecord) throws(Failure) -> R
    ) throws(Failure) -> R {
        var record = record
        if isRequired { try write(record) }
        do throws(Failure) {
            let result = try body(&record)
            record.result = "done"
            try write(record)
            return result
        } catch {
            record.result = "exit code \(error.code)"
            try? write(record)
            throw error
        }
    }

    /// Prepares something for all sources, and keeps a record for each if that already fails.
    func preparing<R>(
        _ action: SealRecord.Action, _ sources: [Source], _ body: () throws(Failure) -> R
    ) throws(Failure) -> R {
        do throws(Failure) {
            return try body()
        } catch {
            for source in sources {
                var record = SealRecord(action, source)
                record.result = "exit code \(error.code)"
                try? write(record)
            }
            throw error
        }
    }

    /// Adds a record to every log; what fails is told, and ends the command only when required.
    private func write(_ record: SealRecord) throws(Failure) {
        let failures = (missing.map { [$0] } ?? []) + record.append(to: logs)
        guard let failure = failures.first else { return }
        if isRequired { throw Failure(failure) }
        Notice.warn(Failure(failure).problem, language)
    }
}

extension Failure {
    /// The words for a record that could not be kept.
    init(_ error: RecordLogError) {
        let problem =
            switch error {
            case .noFolder:
                text(
                    "no record is kept: HOME is not set", "記録できません: HOME が設定されていません")
            case .log(let path, let errno):
                text("no record in \(path): \(errno)", "\(path) に記録できません: \(errno.ja)")
            case .locked(let path):
                text(
                    "no record in \(path): another program holds it",
                    "\(path) に記録できません: 他のプログラムが使用中です")
            }
        self.init(
            ExitCodes.inputOutput, problem,
            text("the policy demands a record", "ポリシーが記録を求めています"))
    }
}
