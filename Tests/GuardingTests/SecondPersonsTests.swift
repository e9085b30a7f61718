import Control
import Policies
import Testing

@testable import Guarding

@Suite("A second person")
struct SecondPersonsTests {
    private static func person(_ user: UInt32, _ login: UInt32?) -> PersonReport {
        PersonReport(user: user, login: login, at: UnixTime(milliseconds: 1_000))
    }

    private func policy(_ line: String = "for: [release, retire]") throws -> TwoPersonPolicy? {
        let head = "version: 1\nname: x\nwatch: [/a]\nmode: freeze\n"
        return try GuardPolicy.parse(head + "two-persons: {\(line)}\n").twoPersons
    }

    private let sato = person(0, 1000)
    private let ito = person(0, 1001)

    @Test("has to ask for the same in time, once")
    func agrees() throws {
        let (second, policy) = (SecondPersons(), try policy())
        let wish = ControlRequest.release(id: "a")
        let pending = PendingReport(
            request: "release a", askedBy: sato, until: UnixTime(milliseconds: 601_000))
        #expect(second.ask(wish, sato, policy, atBootNanoseconds: 0) == .waits(pending))
        #expect(second.ask(wish, sato, policy, atBootNanoseconds: 1) == .waits(pending))
        #expect(second.pending(atBootNanoseconds: 2) == [pending])
        // Another incident is another request.
        guard
            case .waits(let other) = second.ask(
                .release(id: "b"), ito, policy, atBootNanoseconds: 2)
        else { throw Failure() }
        #expect(other.askedBy == ito)
        #expect(second.ask(wish, ito, policy, atBootNanoseconds: 3) == .goAhead(first: sato))
        // Each pair of requests does it once.
        #expect(second.ask(wish, ito, policy, atBootNanoseconds: 4) != .goAhead(first: sato))
    }

    @Test("comes too late when the time is over, whatever the clock on the wall says")
    func late() throws {
        let (second, policy) = (SecondPersons(), try policy())
        let wish = ControlRequest.release(id: "a")
        _ = second.ask(wish, sato, policy, atBootNanoseconds: 0)
        #expect(second.pending(atBootNanoseconds: 599_999_999_999).count == 1)
        #expect(second.pending(atBootNanoseconds: 600_000_000_000) == [])
        guard
            case .waits(let report) = second.ask(
                wish, ito, policy, atBootNanoseconds: 600_000_000_000)
        else { throw Failure() }
        #expect(report.askedBy == ito)
    }

    @Test("is not needed for what the policy does not name")
    func needless() throws {
        let (second, policy) = (SecondPersons(), try policy())
        let wishes: [ControlRequest] = [
            .kill(id: "a"), .reload, .status, .canariesRetire(isDryRun: true),
            .canariesPlant(isDryRun: false),
        ]
        for wish in wishes { #expect(second.ask(wish, sato, policy) == .goAhead(first: nil)) }
        #expect(second.ask(.release(id: "a"), sato, nil) == .goAhead(first: nil))
        #expect(second.ask(.canariesRetire(isDryRun: false), sato, policy) != .goAhead(first: nil))
    }

    @Test(
        "is one who logged in as somebody else",
        arguments: [
            (person(0, 1000), person(0, 1001), true), (person(0, 1000), person(0, 1000), false),
            (person(0, 1000), person(1000, 1000), false),
            // Who is not known may be anybody.
            (person(0, 1000), person(0, nil), false), (person(0, nil), person(0, 1000), false),
            (person(0, nil), person(0, nil), false), (person(0, nil), person(1000, nil), true),
        ])
    func distinct(one: PersonReport, other: PersonReport, isOther: Bool) {
        #expect(other.isOther(than: one) == isOther)
    }

    private struct Failure: Error {}
}
