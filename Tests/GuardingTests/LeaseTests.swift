import Control
import Linux
import Policies
import Testing

@testable import Guarding

@Suite struct LeaseTests {
    @Test("a lease ends by the clock since boot, whatever the time of day is set to")
    func expiry() throws {
        let text = "version: 1\nname: x\nwatch: [/a]\nmode: freeze\n"
        let state = try GuardState(try GuardPolicy.parse(text))
        state.withContents { contents in
            let actor = ActorReport(pid: 7, executable: CarriedPath("/x"), user: "0")
            let longAgo = UnixTime(milliseconds: 1)
            var report = IncidentReport(
                id: "a", at: longAgo, reason: "", actor: actor, state: .frozen)
            report.leaseEndsAt = longAgo
            contents.incidents.append(
                Incident(report: report, held: [], keys: [], leaseEnd: 1_000))
        }
        #expect(state.expired(atBootNanoseconds: 999).isEmpty)
        #expect(state.expired(atBootNanoseconds: 1_000) == ["a"])
        #expect(state.finish("a", as: .released)?.leaseEndsAt == nil)
        #expect(state.expired(atBootNanoseconds: .max).isEmpty)
    }
}
