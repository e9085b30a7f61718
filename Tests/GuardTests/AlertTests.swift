import Foundation
import Linux
import Testing

@Suite(
    "What the guard leaves for the notifier", .serialized, .timeLimit(.minutes(2)),
    .enabled(if: Products.canGuard, "needs root and fanotify permission events"))
struct AlertTests {
    private func start(_ range: GuardedRange, _ events: String, _ spool: String) throws
        -> RunningGuard
    {
        try RunningGuard(
            home: range.home,
            policy: RunningGuard.policy(
                home: range.home, watch: [range.files], canaries: true,
                extra: "notify: {events: \(events), spool: \(spool)}"))
    }

    private func alerts(_ spool: String) throws -> [[String: Any]] {
        try FileManager.default.contentsOfDirectory(atPath: spool).sorted()
            .filter { $0.hasSuffix(".json") }.map { name in
                let data = FileManager.default.contents(atPath: spool + "/" + name) ?? Data()
                let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
                #expect(object?["event.id"] as? String == String(name.dropLast(5)))
                return object ?? [:]
            }
    }

    @Test("is what the policy names, with what the journal has")
    func incident() throws {
        let range = try GuardedRange(files: 100)
        let spool = range.home + "/spool"
        try FileManager.default.createDirectory(
            atPath: spool, withIntermediateDirectories: false)
        let running = try start(range, "[incidents, service]", spool)
        _ = try running.ask(["canaries", "plant"])
        _ = try range.attack(["--speed", "250"])
        try range.waitForIncident { $0["state"] as? String == "killed" }
        #expect(try running.status()["alertsLost"] as? Int == 0)
        running.end()
        let found = try alerts(spool)
        let actions = found.compactMap { $0["event.action"] as? String }
        #expect(
            Set(actions) == [
                "attack-found", "actor-frozen", "evidence-taken", "actor-killed", "guard-started",
                "guard-stopped", "policy-loaded",
            ])
        let attack = try #require(found.first { $0["event.action"] as? String == "attack-found" })
        #expect(attack["kanaria.title.ja"] as? String == "攻撃を検出しました")
        #expect((attack["event.id"] as? String)?.hasPrefix("incident-") == true)
        #expect(attack["event.sequence"] as? Int != nil && attack["host.name"] as? String != nil)
        let incident = try #require(try range.incidents().first?["id"] as? String)
        #expect(attack["kanaria.incident.id"] as? String == incident)
    }

    @Test("is counted and told where the folder is missing, and the guard works on")
    func missing() throws {
        let range = try GuardedRange(files: 100)
        let spool = range.home + "/spool"
        let running = try start(range, "[incidents, service]", spool)
        while try running.degraded() != ["alerts-not-left"] { Clock.sleep(nanoseconds: 20_000_000) }
        let lost = try #require(try running.status()["alertsLost"] as? Int)
        #expect(lost >= 2)
        _ = try running.ask(["canaries", "plant"])
        #expect(try range.attack(["--speed", "250"]).status != 0)
        try range.waitForIncident { $0["state"] as? String == "killed" }
        try FileManager.default.createDirectory(
            atPath: spool, withIntermediateDirectories: false)
        _ = try running.ask(["reload"])
        while try running.degraded() != [] { Clock.sleep(nanoseconds: 20_000_000) }
        running.end()
        #expect(try alerts(spool).contains { $0["event.action"] as? String == "policy-loaded" })
    }
}
