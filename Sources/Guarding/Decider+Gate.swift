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
    private func isHarmless(_ thread: Int32) -> Bool {
        guard case .isIn(let call) = ProcessTable.activity(ofThread: thread) else { return false }
        // Whoever may be let go on again must not miss a file for it: it stops before it writes.
        if enforcer.mode == .freeze { return call.opensIntact }
        return call.openPurpose == .reading
    }
}
