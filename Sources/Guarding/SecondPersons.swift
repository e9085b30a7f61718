internal import Control
internal import Journal
internal import Linux
internal import Messages
internal import Policies
internal import Synchronization

/// Holds requests back until a second person asks for the same, where the policy says so.
///
/// A restart of the guard forgets what waits: both have to ask again.
final class SecondPersons: Sendable {
    /// What becomes of a request.
    enum Answer: Equatable {
        /// It can be done; who asked first, where it took two.
        case goAhead(first: PersonReport?)
        /// It waits.
        case waits(PendingReport)
    }

    private struct Pending {
        var report: PendingReport
        /// On the clock since boot: setting the time moves it not.
        var end: UInt64
    }

    private let waiting = Mutex<[Pending]>([])

    /// Takes note of a request, or lets it go ahead.
    func ask(
        _ request: ControlRequest, _ person: PersonReport, _ policy: TwoPersonPolicy?,
        atBootNanoseconds now: UInt64 = Clock.bootNanoseconds
    ) -> Answer {
        guard let policy, let action = request.twoPersonAction, policy.actions.contains(action)
        else { return .goAhead(first: nil) }
        let name = request.name
        return waiting.withLock { waiting in
            waiting.removeAll { $0.end <= now }
            if let index = waiting.firstIndex(where: { $0.report.request == name }) {
                let first = waiting[index].report
                guard person.isOther(than: first.askedBy) else { return .waits(first) }
                waiting.remove(at: index)
                return .goAhead(first: first.askedBy)
            }
            let seconds = policy.within.components.seconds
            let until = UnixTime(milliseconds: person.at.milliseconds + seconds * 1000)
            let report = PendingReport(request: name, askedBy: person, until: until)
            waiting.append(Pending(report: report, end: now + UInt64(seconds) * 1_000_000_000))
            return .waits(report)
        }
    }

    /// What waits now.
    func pending(atBootNanoseconds now: UInt64 = Clock.bootNanoseconds) -> [PendingReport] {
        waiting.withLock { waiting in
            waiting.removeAll { $0.end <= now }
            return waiting.map(\.report)
        }
    }
}

extension ControlRequest {
    /// What it is for a policy that demands two persons; nil where it never takes two.
    var twoPersonAction: TwoPersonAction? {
        switch self {
        case .release: .release
        case .canariesRetire(isDryRun: false): .retire
        case .reload: .reload
        default: nil
        }
    }
}

extension Reloader {
    /// Puts the policy file's content in force because of a signal, which names no person.
    func reloadForNobody() {
        guard state.policy.twoPersons?.actions.contains(.reload) == true else {
            // What was wrong is told with everything else that is.
            try? reload()
            return
        }
        let problem = Message(
            en: "that takes two persons (`kanaria reload`, by each of them)",
            ja: "二人の操作が必要です (それぞれが `kanaria reload` を実行してください)")
        record.note(JournalEvent(.policyRefused, problem.en))
        state.withContents { $0.reloadFailure = problem }
    }
}

extension JournalEvent {
    /// A request that waits for a second person.
    init(awaiting report: PendingReport) {
        self.init(
            .secondPersonAwaited,
            "\(report.request), asked by \(report.askedBy.text), until "
                + Clock.timestamp(report.until.milliseconds * 1_000_000),
            [("kanaria.request", .text(report.request))] + report.askedBy.fields("user"))
    }

    /// A request that a second person agreed to.
    init(agreed request: String, _ second: PersonReport, first: PersonReport) {
        self.init(
            .secondPersonAgreed, "\(request), asked by \(first.text) and \(second.text)",
            [("kanaria.request", .text(request))] + second.fields("user")
                + first.fields("kanaria.asked.user"))
    }
}

extension PersonReport {
    fileprivate var text: String {
        "user \(user)" + (login.map { " (logged in as \($0))" } ?? "")
    }

    fileprivate func fields(_ name: String) -> [(name: String, value: JSONValue)] {
        [("\(name).id", .text("\(user)"))]
            + (login.map { [("\(name).login.id", .text("\($0)"))] } ?? [])
    }
}
