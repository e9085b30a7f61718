internal import Control
internal import Journal
internal import Linux
internal import Messages
internal import Policies

extension Enforcer {
    /// Cuts the host off where the policy asks for it; comes last, after everything narrower.
    ///
    /// `goesOn`: whether the attack was not stopped.
    func isolate(for report: inout IncidentReport, goesOn: Bool) {
        let isWanted =
            switch isolation.when {
            case .never: false
            case .notStopped: goesOn
            case .attack: true
            }
        guard isWanted, mode != .observe else { return }
        do throws(Errno) {
            report.isolatedUntil = try state.isolations.begin(report.id, isolation)
            let (isolations, id) = (state.isolations, report.id)
            record.recorder.add(isIncident: true) {
                isolations.keep()
                return JournalEvent(.hostIsolated, because: id)
            }
        } catch {
            report.add(lacks: [.cannotIsolate(error)])
        }
    }
}

extension Degradation {
    /// Why the host stays on the network.
    static func cannotIsolate(_ refusal: Errno) -> Degradation {
        Degradation(
            code: "no-isolation",
            text: Message(
                en: "the host can't be cut off from the network, nf_tables refuses: \(refusal)",
                ja: "ホストをネットワークから隔離できません (nf_tables: \(refusal))"))
    }
}
