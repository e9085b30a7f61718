internal import Detection
internal import Linux
internal import Sensing

extension Decider {
    /// Answers those that the gate holds up, after everything was judged that they did before.
    mutating func settle(_ openings: [OpenGate.Opening]) {
        for opening in openings { gatekeeper?.answer(opening, allow: mayGoOn(opening)) }
    }

    /// Whoever was stopped may not open anything for writing: it would do so before it stands
    /// still (facts/kernel.md §2).
    private mutating func mayGoOn(_ opening: OpenGate.Opening) -> Bool {
        guard
            let entry = lineages.find(opening.process, hasEnded: false, protection),
            enforcer.hasStopped(anyOf: entry.lineage)
        else { return true }
        return isReading(opening.process)
    }

    /// Whether the opening is surely not for writing; of several threads nobody knows which opens.
    private func isReading(_ pid: Int32) -> Bool {
        guard let status = ProcessTable.status(pid), status.threadCount == 1,
            let call = ProcessTable.systemCall(
                ofThread: pid, waitingUntil: Clock.monotonicNanoseconds)
        else { return false }
        // The flags of openat2 are in the process's memory: not known.
        return call.openPurpose { _ in nil } == .reading
    }
}
