internal import Attribution
internal import Control
internal import Detection
internal import Linux
internal import Messages
internal import Policies
internal import Response

extension Enforcer {
    /// Refuses what a service that works for everybody opens for writing, where the policy asks for
    /// it: nobody can be named, and ending it would hurt all.
    ///
    /// Comes while the gate holds everybody up, so that what the service has asked for already is
    /// refused as well.
    /// - Returns: until when; nil where nothing is refused.
    func refuseWrites(
        of process: ProcessStatus, for incident: String, _ response: inout ClientResponse
    ) -> UnixTime? {
        guard response.service == .shared, mode != .observe, clientPolicy.shared == .refuseWrites
        else { return nil }
        guard hasGate else {
            response.lacks.append(.withoutGate)
            return nil
        }
        let main = protection.main(of: process)
        let end = Clock.bootNanoseconds + clientPolicy.cutOffFor.nanoseconds
        state.refusals.add(
            WriteRefusals.Refusal(
                incident: incident,
                main: ProcessKey(main),
                executable: ProcessTable.executable(main.pid) ?? "?",
                bootEnd: end))
        return HoldTime.wall(ofBoot: end)
    }

    /// Whether the writes of its service are refused already: then it belongs to that incident.
    func joinsRefusal(_ process: ProcessStatus, _ key: ProcessKey) -> Bool {
        guard state.refusals.isHeld, protection.serving(process)?.service == .shared else {
            return false
        }
        let main = ProcessKey(protection.main(of: process))
        guard let id = state.refusals.incident(of: main) else { return false }
        state.withContents { contents in
            if let index = contents.incidents.lastIndex(where: { $0.report.id == id }) {
                contents.incidents[index].keys.append(key)
            }
        }
        return true
    }
}

extension IncidentReport {
    /// Notes until when writes are refused, if they are.
    mutating func add(refusedUntil end: UnixTime?) {
        guard let end else { return }
        (state, action, leaseEndsAt) = (.writesRefused, "refuse-writes", end)
    }
}

extension Degradation {
    /// Why a service for everybody writes on although the policy says otherwise.
    fileprivate static let withoutGate = Degradation(
        code: "no-refusal",
        text: Message(
            en: "its writes go on: they can be refused with the gate alone, which is off",
            ja: "書き込みを拒否できません: ゲートが無効です"))
}
