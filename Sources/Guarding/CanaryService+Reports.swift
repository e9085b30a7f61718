internal import Canaries
internal import Control
internal import Linux

/// What is asked on the control socket.
extension CanaryService {
    /// How some of the canaries are now; their content is not read.
    func reports(from offset: Int, limit: Int) -> [CanaryReport] {
        canaries.dropFirst(offset).prefix(limit).map { canary in
            CanaryReport(canary, canary.check(readingContent: false))
        }
    }

    /// What retiring would do now.
    func retirementPreview() -> RetirementReport {
        let all = canaries
        return RetirementReport(
            all.map { canary in
                let found = canary.check()
                let outcome: Retirement.Outcome =
                    switch found {
                    case .intact, .changed([.modified]): .removed
                    case .missing: .alreadyGone
                    default: .kept(found)
                    }
                return Retirement(path: canary.path, outcome: outcome)
            })
    }

    /// Removes all canaries, and plants none until asked or started again.
    func retire() throws(LedgerError) -> RetirementReport {
        let done = try retireAll()
        handover.tell(
            done.filter { $0.outcome == .removed || $0.outcome == .alreadyGone }
                .map { .retired($0.path) })
        return RetirementReport(done)
    }
}

extension CanaryReport {
    init(_ canary: Canary, _ condition: Condition) {
        let state: CanaryState =
            switch condition {
            case .intact: .intact
            case .missing: .missing
            case .changed, .unreadable: .changed
            }
        self.init(path: CarriedPath(canary.path), state: state)
    }
}

extension RetirementReport {
    init(_ retirements: [Retirement]) {
        self.init()
        for item in retirements {
            switch item.outcome {
            case .removed: removed += 1
            case .alreadyGone, .unknownPath: gone += 1
            case .kept, .failed:
                keptCount += 1
                if kept.count < ControlRequest.counts.upperBound {
                    kept.append(CanaryReport(path: CarriedPath(item.path), state: .changed))
                }
            }
        }
    }
}
