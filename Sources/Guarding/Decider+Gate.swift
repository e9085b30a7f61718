internal import Detection
internal import Linux
internal import Policies
internal import Sensing

extension Decider {
    /// Answers those that the gate holds up, after everything was judged that they did before.
    mutating func settle(_ openings: [OpenGate.Opening]) {
        for opening in openings { gatekeeper?.answer(opening, allow: mayGoOn(opening)) }
    }

    /// Whoever was stopped may not open anything that it would damage before it stands still or ends
    /// (facts/kernel.md §2).
    private mutating func mayGoOn(_ opening: OpenGate.Opening) -> Bool {
        if let answer = gatekeeper?.answerRefused(opening) { return answer }
        guard let pid = ProcessTable.process(ofThread: opening.thread),
            let entry = lineages.find(pid, hasEnded: false, protection),
            enforcer.hasStopped(anyOf: entry.lineage),
            // Its number may be that of one that was known a moment ago.
            ProcessTable.status(pid)?.startTicks == entry.lineage[0].startTicks
        else { return true }
        return isHarmless(opening.thread)
    }

    /// Whether the opening can do no harm.
    private mutating func isHarmless(_ thread: Int32) -> Bool {
        guard case .isIn(let call) = ProcessTable.activity(ofThread: thread) else { return false }
        var (isIntact, purpose) = (call.opensIntact, call.openPurpose)
        if let address = call.flagsAddress, let flags = word(at: address, ofThread: thread) {
            (isIntact, purpose) = (
                SystemCall.opensIntact(flags: flags), SystemCall.purpose(flags: flags)
            )
        }
        // Whoever may be let go on again must not miss a file for it: it stops before it writes.
        return enforcer.mode == .freeze ? isIntact : purpose == .reading
    }

    /// A word of memory; nil where it can't be had within a few milliseconds.
    private mutating func word(at address: UInt64, ofThread thread: Int32) -> UInt64? {
        wordCount += 1
        let end = Clock.monotonicNanoseconds + Self.wordPatience
        while Clock.monotonicNanoseconds < end {
            switch memory?.word(at: address, ofThread: thread, question: wordCount) {
            case .value(let word): return word
            case .pending: Clock.sleep(nanoseconds: 50_000)
            case .unreadable, nil: return nil
            }
        }
        return nil
    }

    /// How long everybody may be kept waiting for it; a reading takes some 0.05 ms.
    private static let wordPatience: UInt64 = 5_000_000
}
