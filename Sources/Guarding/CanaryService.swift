internal import Canaries
internal import Control
internal import Linux
internal import Policies
internal import Synchronization

/// Plants, checks and replants canaries on a thread of its own, behind everything else.
final class CanaryService: Sendable {
    private struct Progress {
        var isRunning: Bool
        /// Whether somebody asked for planting, and not only the policy.
        var isAsked = false
        var report: PlantingReport
    }

    private let keeper: Mutex<CanaryKeeper>
    let state: GuardState
    let handover: CanaryHandover
    private let progress: Mutex<Progress>
    private let wake: EventCounter

    /// How often all canaries are looked at, and new folders are looked for; what happens in
    /// between is told by events.
    private static let round: UInt64 = 300_000_000_000

    init(_ policy: GuardPolicy, _ state: GuardState) throws(GuardError) {
        let made: CanaryKeeper
        do throws(LedgerError) {
            made = try CanaryKeeper(policy)
        } catch {
            throw .ledger(error)
        }
        let isEnabled = policy.canaries.isEnabled
        progress = Mutex(
            Progress(
                isRunning: isEnabled,
                report: PlantingReport(state: isEnabled ? .running : .off)))
        self.state = state
        do throws(Errno) {
            wake = try EventCounter()
            handover = try CanaryHandover()
        } catch {
            throw .system(error)
        }
        keeper = Mutex(made)
    }

    /// The canaries in the list.
    var canaries: [Canary] { keeper.withLock { $0.canaries } }

    /// How far planting is; it is done when the sensor guards what was planted.
    var planting: PlantingReport {
        let (isRunning, report) = progress.withLock { ($0.isRunning, $0.report) }
        var result = report
        if report.state != .off {
            result.state = isRunning || !handover.isSettled ? .running : .done
        }
        return result
    }

    /// Looks for folders without canaries and plants there; nil where the policy plants none.
    func plant() -> PlantingReport {
        if planting.state != .off {
            progress.withLock { ($0.isRunning, $0.isAsked) = (true, true) }
            wake.signal()
        }
        return planting
    }

    /// What planting would do now.
    func plantingPreview() -> PlantingReport {
        var report = planting
        report.foldersLeft = keeper.withLock { $0.foldersWithout(isAsked: true).count }
        return report
    }

    /// Removes all canaries from folders and list.
    func retireAll() throws(LedgerError) -> [Retirement] {
        try keeper.withLock { keeper -> Result<[Retirement], LedgerError> in
            do throws(LedgerError) {
                return .success(try keeper.retire())
            } catch {
                return .failure(error)
            }
        }.get()
    }

    /// The thread: runs until `stop` is signalled.
    func run(until stop: borrowing EventCounter) {
        Scheduling.setBackground()
        guard let waiting = try? Epoll() else { return }
        try? waiting.add(wake.descriptor, token: 1)
        try? waiting.add(stop.descriptor, token: 2)
        try? waiting.add(handover.touchWaiting.descriptor, token: 3)
        var schedule = ReplantSchedule()
        var nextRound: UInt64 = 0
        find(isAsked: false)
        while true {
            let isPlanting = progress.withLock { $0.isRunning }
            let timeout = isPlanting ? 0 : schedule.wait(atMostUntil: nextRound)
            let token = (try? waiting.wait(milliseconds: timeout)) ?? nil
            if token == 2 { break }
            if token == 1, wake.drain() > 0 {
                find(isAsked: takeAsked())
                nextRound = 0
            }
            schedule.note(handover.takeTouched())
            if isPlanting {
                plantNext()
            } else if Clock.monotonicNanoseconds >= nextRound {
                schedule.note(damaged(readingAll: nextRound == 0))
                if nextRound > 0 { find(isAsked: false) }
                nextRound = Clock.monotonicNanoseconds + Self.round
            }
            mend(&schedule)
            count(schedule)
        }
        keeper.withLock { _ = $0.save() }
    }

    /// Keeps to another policy from now on; canaries that are there already stay.
    func apply(_ policy: GuardPolicy) {
        let known = keeper.withLock { keeper in
            keeper.apply(policy)
            return keeper.canaries
        }
        // The sensor before this one may have taken news that came while the next one started.
        handover.tell(known.map { .planted($0) })
        progress.withLock { progress in
            progress.isRunning = policy.canaries.isEnabled
            progress.report.state = policy.canaries.isEnabled ? .running : .off
        }
        wake.signal()
    }

    private func takeAsked() -> Bool {
        progress.withLock { progress in
            let isAsked = progress.isAsked
            progress.isAsked = false
            return isAsked
        }
    }

    private func find(isAsked: Bool) {
        let (followed, left) = keeper.withLock { keeper in
            let followed = keeper.follow()
            keeper.findFolders(isAsked: isAsked)
            return (followed, keeper.foldersLeft)
        }
        for (old, moved) in followed {
            handover.tell([.retired(old)] + (moved.map { [.planted($0)] } ?? []))
        }
        progress.withLock { ($0.isRunning, $0.report.foldersLeft) = (left > 0, left) }
    }

    private func plantNext() {
        let (made, left, failures) = keeper.withLock { keeper in
            (keeper.plantNext(), keeper.foldersLeft, keeper.failed.count)
        }
        handover.tell(made.map { .planted($0) })
        progress.withLock { progress in
            progress.isRunning = left > 0
            progress.report.planted += made.count
            (progress.report.foldersLeft, progress.report.failures) = (left, failures)
        }
    }

    /// Canaries that are not as they were planted; their content is read only if asked for.
    private func damaged(readingAll: Bool) -> [BytePath] {
        canaries.filter { canary in
            if canary.check(readingContent: false) != .intact { return true }
            return readingAll && canary.check() != .intact
        }.map(\.path)
    }

    private func mend(_ schedule: inout ReplantSchedule) {
        for path in schedule.whatIsDue() {
            let outcome = keeper.withLock { $0.mend(path) }
            switch outcome {
            case .fine: schedule.settle(path)
            case .changed(let planted):
                handover.tell([.retired(path)] + planted.map { .planted($0) })
                schedule.settle(path, replanted: true)
            case .notNow: schedule.retry(path)
            }
        }
    }

    private func count(_ schedule: ReplantSchedule) {
        let total = keeper.withLock { $0.count }
        state.withContents { contents in
            contents.canariesTotal = total
            contents.canariesIntact = max(0, total - schedule.count)
        }
    }
}
