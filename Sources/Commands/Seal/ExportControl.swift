internal import Messages
internal import Policies
internal import Reviewing
internal import Sealing
internal import Synchronization

/// Lets an export be sealed as its policy allows, and keeps a record of it.
struct ExportControl: Sendable {
    private let policy: ExportPolicy?
    private let records: RecordKeeping
    private let language: Language

    /// Without a policy everything is admitted and nothing recorded.
    init(_ policy: ExportPolicy?, _ settings: SealSettings, _ language: Language) {
        self.policy = policy
        records = RecordKeeping(settings, required: policy?.requiresRecord ?? false, language)
        self.language = language
    }

    /// Looks through the export of a job and runs `body` if the policy allows it.
    ///
    /// - Parameters:
    ///   - job: one file to write; what it shares with others of the same source is looked through
    ///     once.
    ///   - body: seals with a protection that takes only what was looked through.
    /// - Throws: the failure of `body`, or why the export must not be sealed.
    func admit(
        _ job: SealJob, _ body: (Protection) throws(Failure) -> Void
    ) throws(Failure) {
        guard let policy else { return try body(job.protection) }
        let source = job.source
        let look = try job.look.once { () throws(Failure) in
            guard let review = try policy.look(at: source) else { return nil }
            do throws(Failure) {
                try policy.judge(review, language)
                return ExportLook.Result(review: review, refusal: nil)
            } catch {
                return ExportLook.Result(review: review, refusal: error)
            }
        }
        var record = SealRecord(.protect, source)
        record.findings = look?.review.findings.byKind ?? []
        var protection = job.protection
        protection.reviewed = look?.review.stamps
        let sealing = protection
        try records.keep(record) { () throws(Failure) in
            if let refusal = look?.refusal { throw refusal }
            try body(sealing)
        }
    }
}

/// One look through one export, however many files are sealed from it.
final class ExportLook: Sendable {
    /// What was found, and why it must not be sealed.
    struct Result: Sendable {
        let review: ExportReview
        let refusal: Failure?
    }

    private let kept = Mutex<Swift.Result<Result?, Failure>?>(nil)

    /// What `look` gives when it is asked for first; whoever asks meanwhile waits.
    func once(_ look: () throws(Failure) -> Result?) throws(Failure) -> Result? {
        let result = kept.withLock { kept in
            if let kept { return kept }
            let new = Swift.Result { () throws(Failure) in try look() }
            kept = new
            return new
        }
        return try result.get()
    }
}
