import Foundation
import Linux
import Testing

/// Runs `kanaria` as somebody who logged in as a user.
private enum Login {
    static let script =
        "import os, sys; open('/proc/self/loginuid', 'w').write(sys.argv[1]); "
        + "os.dup2(1, 2); os.execv(sys.argv[2], sys.argv[2:])"

    /// Whether the login user can be set here.
    static let canBeSet: Bool =
        ProcessHandle.effectiveUser == 0
        && (try? run(1000, ["/bin/cat", "/proc/self/loginuid"]).output) == "1000"

    static func run(_ user: Int, _ words: [String]) throws -> (status: Int32, output: String) {
        try GuardedRange.runPath("/usr/bin/env", ["python3", "-c", script, "\(user)"] + words)
    }
}

@Suite(
    "A policy that asks for two persons", .serialized, .timeLimit(.minutes(2)),
    .enabled(if: Products.canGuard, "needs root and fanotify permission events"),
    .enabled(if: Login.canBeSet, "needs a kernel that keeps login users"))
struct TwoPersonTests {
    private func ask(
        _ running: RunningGuard, as user: Int, _ words: String...
    ) throws -> (status: Int32, output: String) {
        try Login.run(
            user,
            [Products.folder + "/kanaria"] + words
                + ["--run-directory", running.home + "/run", "--lang", "en"])
    }

    private func start(_ range: GuardedRange, _ actions: String) throws -> RunningGuard {
        try RunningGuard(
            home: range.home,
            policy: RunningGuard.policy(
                home: range.home, watch: [range.files], mode: "freeze", canaries: true,
                extra: "two-persons: {for: \(actions)}"))
    }

    @Test("lets a frozen process go on when the second one asks, and tells of both")
    func release() throws {
        let range = try GuardedRange(files: 300)
        let running = try start(range, "[release]")
        _ = try running.ask(["canaries", "plant"])
        let words = range.attackCommand(["--speed", "250"])
        let attack = Foundation.Process()
        attack.executableURL = URL(filePath: words[0])
        attack.arguments = Array(words.dropFirst())
        attack.standardOutput = FileHandle.nullDevice
        try attack.run()
        try range.waitForIncident { $0["state"] as? String == "frozen" }
        let frozen = try #require(try range.incidents().first)
        let id = try #require(frozen["id"] as? String)
        // What goes on would be frozen again.
        for number in frozen["stoppedProcesses"] as? [Int] ?? [] { kill(Int32(number), SIGKILL) }
        attack.waitUntilExit()

        #expect(try ask(running, as: 1000, "release", "none").status == 1)
        let first = try ask(running, as: 1000, "release", id)
        #expect(first.status == 75 && first.output.contains("takes two persons"))
        let again = try ask(running, as: 1000, "release", id, "--json")
        #expect(again.status == 75)
        let object = try JSONSerialization.jsonObject(with: Data(again.output.utf8))
        let waiting = try #require((object as? [String: [String: Any]])?["waiting"])
        #expect(waiting["request"] as? String == "release \(id)")
        #expect((waiting["askedBy"] as? [String: Any])?["login"] as? Int == 1000)
        let status = try running.ask(["status", "--lang", "en"]).output
        #expect(status.contains("waits for a second person: release \(id), asked by user 0 (1000)"))
        #expect(try running.status()["incidentsOpen"] as? Int == 1)

        #expect(try ask(running, as: 1001, "release", id).status == 0)
        #expect(try running.status()["incidentsOpen"] as? Int == 0)
        #expect((try running.status()["pending"] as? [Any])?.isEmpty == true)
        let incident = try #require(try range.incidents().first { $0["id"] as? String == id })
        #expect((incident["askedBy"] as? [String: Any])?["login"] as? Int == 1000)
        #expect((incident["endedBy"] as? [String: Any])?["login"] as? Int == 1001)
        running.end()
        let journal = try GuardedRange.run(
            "kanaria", ["journal", "show", "--folder", range.home + "/state/journal", "--json"]
        ).output
        for part in [
            "second-person-awaited", "asked by user 0 (logged in as 1000), until",
            "second-person-agreed", "user 0 (logged in as 1000) and user 0 (logged in as 1001)",
        ] { #expect(journal.contains(part), "\(part)") }
        #expect(journal.components(separatedBy: "second-person-awaited\"").count == 2)
    }

    @Test("keeps canaries and policy until the second one asks")
    func disarming() throws {
        let range = try GuardedRange(files: 40)
        let running = try start(range, "[retire, reload]")
        _ = try running.ask(["canaries", "plant"])
        let planted = try #require(try running.status()["canariesTotal"] as? Int)
        #expect(try ask(running, as: 1000, "canaries", "retire", "--dry-run").status == 0)
        #expect(try ask(running, as: 1000, "canaries", "retire").status == 75)
        #expect(try running.status()["canariesTotal"] as? Int == planted)

        try running.write(
            RunningGuard.policy(home: range.home, watch: [range.files], mode: "observe"))
        running.signal(SIGHUP)
        #expect(running.waitForMessage("that takes two persons"))
        #expect(try running.degraded().contains("policy-not-reloaded"))
        #expect(try ask(running, as: 1000, "reload").status == 75)
        #expect(try running.status()["mode"] as? String == "freeze")
        #expect(try ask(running, as: 1001, "canaries", "retire").status == 0)
        #expect(try ask(running, as: 1002, "reload").status == 0)
        #expect(try running.status()["mode"] as? String == "observe")
        running.end()
    }
}
