import Foundation
import Linux
import Testing

@Suite(
    "Who was stopped by a guard that was killed", .serialized, .timeLimit(.minutes(2)),
    .enabled(if: Products.canGuard, "needs root and fanotify permission events"))
struct StoppedBeforeTests {
    /// Goes on until it is refused once.
    private static let script = """
        ready()
        for path in files:
            try: open(path, 'r+b').close()
            except OSError: break
        """

    private func start(_ range: GuardedRange, mode: String, extra: String) throws -> RunningGuard {
        try RunningGuard(
            home: range.home,
            policy: RunningGuard.policy(
                home: range.home, watch: [range.files], mode: mode, canaries: true, extra: extra))
    }

    private func frozen(_ range: GuardedRange) throws -> [String: Any] {
        try range.waitForIncident { $0["state"] as? String == "frozen" }
        return try #require(try range.incidents().first)
    }

    private func file(_ incident: [String: Any], _ range: GuardedRange) -> URL {
        URL(filePath: range.home + "/state/incidents/\(incident["id"] as? String ?? "").json")
    }

    private static func state(_ pid: Int32) -> Character? {
        ProcessTable.status(pid).map { Character(UnicodeScalar($0.state)) }
    }

    enum End: CaseIterable { case release, kill, lease, another }

    @Test("stays frozen for the next one, who can let it go or end it", arguments: End.allCases)
    func frozen(end: End) throws {
        let range = try GuardedRange(files: 20)
        let extra = "{disk-floor: 0KiB}\nfreeze-lease: 1h\nwhen-lease-ends: kill"
        let first = try start(range, mode: "freeze", extra: "evidence: " + extra)
        #expect(try first.ask(["canaries", "plant"]).status == 0)
        let attacker = try ScriptedProcess(Self.script, files: range.files)
        #expect(try attacker.waitUntilReady() == "ready\n")
        attacker.go()
        var incident = try frozen(range)
        first.signal(SIGKILL)
        first.process.waitUntilExit()
        let pid = Int32(try #require((incident["stoppedProcesses"] as? [Int])?.last))
        #expect(Self.state(pid) == "T")
        switch end {
        case .lease: incident["leaseEndsAt"] = 1
        case .another: incident["stoppedStarts"] = [1]
        default: break
        }
        try JSONSerialization.data(withJSONObject: incident).write(to: file(incident, range))
        let next = try start(range, mode: "freeze", extra: "evidence: " + extra)
        let id = try #require(incident["id"] as? String)
        switch end {
        case .release:
            #expect(try next.status()["incidentsOpen"] as? Int == 1)
            #expect(Self.state(pid) == "T")
            #expect(try next.ask(["release", id]).status == 0)
            #expect(try !attacker.wasKilled())
        case .kill:
            #expect(try next.ask(["kill", id]).status == 0)
            #expect(try attacker.wasKilled())
        case .lease: #expect(try attacker.wasKilled())
        case .another:
            // As if that number were somebody else's by now: whoever has it is left alone.
            try range.waitForIncident { $0["state"] as? String == "killed" }
            #expect(Self.state(pid) == "T")
            #expect(try next.ask(["release", id]).status != 0)
            kill(pid, SIGCONT)
            #expect(try !attacker.wasKilled())
        }
        next.end()
        #expect(try range.incidents().first?["state"] as? String != "frozen")
    }

    @Test("is ended by the next one where only evidence was waited for")
    func evidence() throws {
        let range = try GuardedRange(files: 20)
        let place = range.home + "/state/evidence"
        defer { _ = try? GuardedRange.sh("fsfreeze --unfreeze \(place); umount -l \(place)") }
        try #require(try range.mountFrozen(at: place), "needs a loop device")
        let extra = "evidence: {disk-floor: 0KiB, time: 60s}"
        let first = try start(range, mode: "kill", extra: extra)
        #expect(try first.ask(["canaries", "plant"]).status == 0)
        let attacker = try ScriptedProcess(Self.script, files: range.files)
        #expect(try attacker.waitUntilReady() == "ready\n")
        attacker.go()
        let incident = try frozen(range)
        let pid = Int32(try #require((incident["stoppedProcesses"] as? [Int])?.last))
        first.signal(SIGKILL)
        #expect(try GuardedRange.sh("fsfreeze --unfreeze \(place)") == 0)
        first.process.waitUntilExit()
        #expect(Self.state(pid) == "T")
        let next = try start(range, mode: "kill", extra: extra)
        #expect(try attacker.wasKilled())
        try range.waitForIncident { $0["state"] as? String == "killed" }
        let ended = try #require(try range.incidents().first)
        #expect(FileServerTests.codes(ended).contains("guard-ended"), "\(ended)")
        next.end()
    }
}
