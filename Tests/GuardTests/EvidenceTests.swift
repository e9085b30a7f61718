import Foundation
import Linux
import Testing

@Suite(
    "Evidence of a running guard", .serialized, .timeLimit(.minutes(3)),
    .enabled(if: Products.canGuard, "needs root and fanotify permission events"))
struct EvidenceTests {
    /// Overwrites files with a text in its memory, until it is stopped.
    private static let attack = """
        kept = bytearray(b'kanaria-evidence-' * 65536)
        ready()
        for path in files:
            with open(path, 'r+b') as file:
                file.write(os.urandom(4096))
        """
    private static let settings = """
        journal: {journald: false}
        evidence: {disk-floor: 0KiB, time: 20s}
        """

    /// Lets the attacker go; true if it was killed.
    private func run(_ script: String, on range: GuardedRange) throws -> Bool {
        let attacker = try ScriptedProcess(script, files: range.files)
        #expect(try attacker.waitUntilReady() == "ready\n")
        attacker.go()
        return try attacker.wasKilled()
    }

    private func folder(_ range: GuardedRange) -> String { range.home + "/state/evidence" }

    /// The incident that tells of evidence, once it is there.
    private func incident(_ range: GuardedRange) throws -> [String: Any] {
        try range.waitForIncident { $0["evidence"] is [String: Any] }
        return try #require(try range.incidents().first { $0["evidence"] is [String: Any] })
    }

    private func evidence(_ range: GuardedRange, _ words: [String]) throws -> (
        status: Int32, output: String
    ) {
        try GuardedRange.run("kanaria", ["evidence"] + words + ["--folder", folder(range)])
    }

    @Test("is there before the processes are ended, and the journal has its digest")
    func killed() throws {
        let range = try GuardedRange(files: 40)
        try range.startGuard(mode: "kill", canaries: true, extra: Self.settings)
        #expect(try run(Self.attack, on: range))
        let incident = try incident(range)
        let id = try #require(incident["id"] as? String)
        let report = try #require(incident["evidence"] as? [String: Any])
        #expect(incident["state"] as? String == "killed")
        #expect(report["lacks"] == nil, "\(report)")
        // Nobody can copy the memory of a process that has ended.
        #expect(report["memoryByteCount"] as? Int ?? 0 > 17 * 65536)
        #expect(report["heldMicroseconds"] as? Int ?? 0 > 0)
        let shown = try range.ask(["incidents"]).output
        #expect(shown.contains("evidence: \(folder(range))/\(id)"), "\(shown)")
        range.stopGuard()
        // The text is in the dump.
        let pid = try #require((incident["stoppedProcesses"] as? [Int])?.last)
        let dump = folder(range) + "/\(id)/\(pid)-memory.core.zst"
        let found = try GuardedRange.sh("zstd -dcq \(dump) | grep -qa kanaria-evidence-kanaria-")
        #expect(found == 0)
        // What it did is told, by name.
        let events = try Data(contentsOf: URL(filePath: folder(range) + "/\(id)/events.json"))
        let list = try #require(JSONSerialization.jsonObject(with: events) as? [[String: Any]])
        let kinds = list.compactMap { $0["kind"] as? String }
        #expect(kinds.contains { $0.hasPrefix("canary-") || $0 == "wrote" }, "\(kinds)")
        // The journal names the digest of the list.
        let lines = try GuardedRange.run(
            "kanaria",
            [
                "journal", "show", "--json", "--action", "evidence-taken", "--folder",
                range.home + "/state/journal",
            ]
        ).output.split(separator: "\n")
        #expect(lines.count == 1)
        #expect(lines.first?.contains(report["manifest"] as? String ?? "?") == true)
        #expect(lines.first?.contains(id) == true)
    }

    @Test("is listed and verified; a change is found, with code 65", arguments: ["en", "ja"])
    func verified(language: String) throws {
        let range = try GuardedRange(files: 40)
        try range.startGuard(mode: "kill", canaries: true, extra: Self.settings)
        #expect(try run(Self.attack, on: range))
        let id = try #require(try incident(range)["id"] as? String)
        range.stopGuard()
        let lang = ["--lang", language]
        #expect(try evidence(range, ["list"] + lang).output.contains(id))
        let whole = try evidence(range, ["verify", id] + lang)
        #expect(whole.status == 0, "\(whole.output)")
        #expect(whole.output.contains(language == "ja" ? "改変なし" : "whole: "))
        // Compared with the journal beside it.
        #expect(!whole.output.contains(language == "ja" ? "照合していません" : "not compared"))
        // Whoever changes a file can change the list as well, but not the journal.
        let place = folder(range) + "/\(id)"
        _ = try GuardedRange.sh("echo x >> \(place)/system.json; echo >> \(place)/manifest.json")
        let changed = try evidence(range, ["verify", id] + lang)
        #expect(changed.status == 65)
        #expect(changed.output.contains("system.json") && changed.output.contains("manifest.json"))
        let report = try evidence(range, ["verify", id, "--json"] + lang).output
        let object = try JSONSerialization.jsonObject(with: Data(report.utf8)) as? [String: Any]
        let kinds = (object?["faults"] as? [[String: Any]])?.compactMap { $0["kind"] as? String }
        #expect(Set(kinds ?? []) == ["altered", "other-manifest"])
        #expect(try evidence(range, ["verify", "nothing"] + lang).status == 66)
        let nowhere = ["evidence", "list", "--folder", "/nowhere/at"]
        #expect(try GuardedRange.run("kanaria", nowhere).status == 66)
        #expect(try GuardedRange.run("kanaria", ["evidence", "verify"]).status == 64)
    }

    @Test("where taking it hangs, the processes are ended when the time is over")
    func hanging() throws {
        let range = try GuardedRange(files: 40)
        let place = folder(range)
        defer { _ = try? GuardedRange.sh("fsfreeze --unfreeze \(place); umount -l \(place)") }
        try #require(try range.mountFrozen(at: place), "needs a loop device")
        try range.startGuard(
            mode: "kill", canaries: true,
            extra: """
                journal: {journald: false}
                evidence: {disk-floor: 0KiB, time: 300ms}
                """)
        #expect(try run(Self.attack, on: range))
        try range.waitForIncident { $0["state"] as? String == "killed" }
        #expect(try range.incidents().allSatisfy { $0["evidence"] == nil })
        #expect(try GuardedRange.sh("fsfreeze --unfreeze \(place)") == 0)
        let report = try #require(try incident(range)["evidence"] as? [String: Any])
        let codes = (report["lacks"] as? [[String: Any]])?.compactMap { $0["code"] as? String }
        #expect(codes?.contains("evidence-time") == true, "\(report)")
        #expect(report["memoryByteCount"] as? Int == 0)
        #expect(report["heldMicroseconds"] as? Int ?? 0 >= 300_000)
        range.stopGuard()
    }

    @Test("is taken of a frozen process, which stays")
    func frozen() throws {
        let range = try GuardedRange(files: 40)
        try range.startGuard(
            mode: "freeze", canaries: true, extra: Self.settings + "\nfreeze-lease: 1h")
        let attacker = try ScriptedProcess(Self.attack, files: range.files)
        #expect(try attacker.waitUntilReady() == "ready\n")
        attacker.go()
        let incident = try incident(range)
        let report = try #require(incident["evidence"] as? [String: Any])
        #expect(incident["state"] as? String == "frozen")
        #expect(report["memoryByteCount"] as? Int ?? 0 > 17 * 65536)
        #expect(report["heldMicroseconds"] == nil)
        let pids = try #require(incident["stoppedProcesses"] as? [Int])
        #expect(!pids.isEmpty)
        #expect(
            pids.allSatisfy { ProcessTable.status(Int32($0))?.state == UInt8(ascii: "T") })
        #expect(try range.ask(["kill", try #require(incident["id"] as? String)]).status == 0)
        #expect(try attacker.wasKilled())
    }

    @Test(
        "is taken only where the policy wants it and something is stopped",
        arguments: [("kill", "enabled: false"), ("observe", "disk-floor: 0KiB")])
    func notTaken(mode: String, settings: String) throws {
        let range = try GuardedRange(files: 40)
        try range.startGuard(
            mode: mode, canaries: true,
            extra: "journal: {journald: false}\nevidence: {\(settings)}")
        #expect(try run(Self.attack, on: range) == (mode == "kill"))
        range.stopGuard()
        #expect(try !range.incidents().isEmpty)
        #expect(try range.incidents().allSatisfy { $0["evidence"] == nil })
        #expect(!FileManager.default.fileExists(atPath: folder(range)))
    }

    @Test("a folder that can't be used is told, and the attack ends all the same")
    func noFolder() throws {
        let range = try GuardedRange(files: 40)
        try FileManager.default.createDirectory(
            atPath: range.home + "/state", withIntermediateDirectories: true)
        try Data().write(to: URL(filePath: folder(range)))
        try range.startGuard(mode: "kill", canaries: true, extra: Self.settings)
        #expect(try run(Self.attack, on: range))
        let report = try #require(try incident(range)["evidence"] as? [String: Any])
        let codes = (report["lacks"] as? [[String: Any]])?.compactMap { $0["code"] as? String }
        #expect(codes == ["evidence-not-written"])
        #expect(try range.ask(["incidents"]).output.contains("no evidence: "))
    }
}
