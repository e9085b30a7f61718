internal import Canaries
internal import Contents
internal import Linux
internal import Messages
internal import Scanning
internal import Synchronization

/// Tells what a scan finds, as it finds it, and the sum at the end.
///
/// Used by several threads.
final class ScanReport: Sendable {
    private struct State {
        var survey: ScanSurvey
        var findingCounts: [String: Int] = [:]
        var canaries: CanaryState = .none
        var unreadableCanaryCount = 0
    }

    private enum CanaryState: Equatable { case none, checked(Int), unreadable(LedgerError) }

    private let roots: [BytePath]
    /// Nil where programs read it.
    private let language: Language?
    private let hasBaseline: Bool
    private let state: Mutex<State>

    init(_ roots: [BytePath], baseline: [ScannedPlace: ScannedFile]?, _ language: Language?) {
        (self.roots, self.language) = (roots, language)
        hasBaseline = baseline != nil
        state = Mutex(State(survey: ScanSurvey(baseline: baseline)))
    }

    /// Files that were judged.
    var fileCount: Int { state.withLock { $0.survey.fileCount } }
    /// What speaks for an attack.
    var findingCount: Int { state.withLock { $0.findingCounts.values.reduce(0, +) } }
    /// Whether something could not be judged.
    var leavesDoubt: Bool {
        state.withLock { state in
            if case .unreadable = state.canaries { return true }
            return state.survey.leavesDoubt || state.unreadableCanaryCount > 0
        }
    }

    /// Takes what the scan tells.
    func add(_ event: ScanEvent) {
        state.withLock { state in
            switch event {
            case .file(let file, _):
                if let finding = state.survey.add(file) { tell(finding, &state) }
            case .omitted(let omission):
                state.survey.add(omission)
                if omission.reason.leavesDoubt { say(ShownOmission(omission, roots)) }
            }
        }
    }

    /// Looks at the canaries of this machine's guard.
    func check(canariesOf directory: BytePath) {
        let check: CanaryCheck
        do throws(LedgerError) {
            check = try CanaryCheck(state: directory, roots: roots)
        } catch {
            return state.withLock { $0.canaries = .unreadable(error) }
        }
        state.withLock { state in
            if check.checkedCount > 0 { state.canaries = .checked(check.checkedCount) }
            state.unreadableCanaryCount = check.unreadableCount
            for finding in check.findings { tell(finding, &state) }
        }
    }

    /// Tells what many files together speak for, and the sum.
    func conclude(movedAccessTimes: Bool) {
        state.withLock { state in
            for finding in state.survey.conclusions() { tell(finding, &state) }
            var sum = ScanSum(state.survey, state.findingCounts)
            sum.movedAccessTimes = movedAccessTimes
            sum.hasBaseline = hasBaseline
            sum.unreadableCanaryCount = state.unreadableCanaryCount
            switch state.canaries {
            case .none: break
            case .checked(let count): sum.canaryCount = count
            case .unreadable(let error): sum.canaryFault = "\(error)"
            }
            if let language {
                for line in sum.lines { Console.output(line.text(language)) }
            } else {
                Console.output(sum.json)
            }
        }
    }

    private func tell(_ finding: Finding, _ state: inout State) {
        let shown = ShownFinding(finding, roots)
        state.findingCounts[shown.name, default: 0] += 1
        say(shown)
    }

    private func say(_ shown: some ShownOfScan) {
        Console.output(language.map { shown.line.text($0) } ?? shown.json)
    }
}

/// Something that people and programs read.
protocol ShownOfScan {
    var line: Message { get }
    var json: String { get }
}

extension ScannedPlace {
    /// The whole path.
    func path(_ roots: [BytePath]) -> BytePath {
        path.bytes.isEmpty ? roots[root] : roots[root].appending(path)
    }
}

extension BytePath {
    /// Fields of JSON: the text, and the bytes where the text is not exactly them.
    var jsonFields: [(key: String, value: String)] {
        let text = description
        let shown = ("path", JSONText.string(text))
        if text.utf8.elementsEqual(bytes) { return [shown] }
        return [shown, ("pathBytes", JSONText.string(Hexadecimal.text(bytes)))]
    }
}
