import Foundation
import Linux
import Testing

@Suite(
    "The journal of a running guard", .serialized, .timeLimit(.minutes(2)),
    .enabled(if: Products.canGuard, "needs root and fanotify permission events"))
struct JournalTests {
    private let quiet = "journal: {journald: false}"

    @Test("holds the start, the verdict, the action and the end, and verifies")
    func killed() throws {
        let range = try GuardedRange()
        try range.startGuard(mode: "kill", canaries: true, extra: quiet)
        _ = try range.attack(["--workers", "process", "--order", "name"])
        range.stopGuard()
        let lines = try lines(range)
        let actions = lines.compactMap { $0["event.action"] as? String }
        let story = ["policy-loaded", "guard-started", "attack-found", "actor-killed"]
        #expect(try order(story, in: actions))
        #expect(actions.contains("canary-touched"))
        #expect(actions.suffix(2) == ["guard-stopped", "journal-checkpoint"])
        let found = try #require(lines.first { $0["event.action"] as? String == "attack-found" })
        let incident = try #require(try range.incidents().first)
        #expect(found["kanaria.incident.id"] as? String == incident["id"] as? String)
        #expect(found["event.kind"] as? String == "alert")
        #expect((found["rule.name"] as? String)?.hasPrefix("canary-") == true)
        let executable = try #require(found["process.executable"] as? String)
        #expect(executable.hasSuffix("/kanaria-attack"))
        #expect(found["user.id"] as? String == "0" && found["process.pid"] as? Int ?? 0 > 1)
        let result = try journal(["verify"], range)
        #expect(result.status == 0 && result.output.contains("whole: "), "\(result.output)")
    }

    @Test("says who released a frozen tree, and who asked in vain")
    func released() throws {
        let range = try GuardedRange()
        let policy = RunningGuard.policy(
            home: range.home, watch: [range.files], mode: "freeze",
            extra: quiet + "\nfreeze-lease: 1h")
        let running = try RunningGuard(home: range.home, policy: policy)
        let command = range.attackCommand(["--workers", "process", "--speed", "250"])
        let attacker = Foundation.Process()
        attacker.executableURL = URL(fileURLWithPath: command[0])
        attacker.arguments = Array(command.dropFirst())
        attacker.standardOutput = FileHandle.nullDevice
        try attacker.run()
        try range.waitForIncident { $0["state"] as? String == "frozen" }
        let identifier = try #require(try range.incidents().first?["id"] as? String)
        #expect(try running.ask(["release", identifier]).status == 0)
        attacker.terminate()
        #expect(try running.ask(["release", "nothing"]).status == 1)
        #expect(running.end() == 0)
        attacker.waitUntilExit()
        let lines = try lines(range)
        let released = try #require(
            lines.first { $0["event.action"] as? String == "actor-released" })
        #expect(released["kanaria.incident.id"] as? String == identifier)
        #expect(released["kanaria.decided.by"] as? String == "person")
        #expect(released["user.id"] as? String == "\(ProcessHandle.effectiveUser)")
        let refused = try #require(
            lines.first { $0["event.action"] as? String == "request-refused" })
        #expect(refused["kanaria.request"] as? String == "release nothing")
        let actions = lines.compactMap { $0["event.action"] as? String }
        #expect(try order(["actor-suspected", "attack-found", "actor-frozen"], in: actions))
        #expect(try journal(["verify"], range).status == 0)
    }

    @Test("goes on after a kill, and tells of policies")
    func killedGuard() throws {
        let range = try GuardedRange(files: 5)
        let policy = RunningGuard.policy(home: range.home, watch: [range.files], extra: quiet)
        let first = try RunningGuard(home: range.home, policy: policy)
        // Whatever was there when it was ready must be written before the kill.
        try wait(for: "guard-started", range)
        first.signal(SIGKILL)
        first.process.waitUntilExit()
        let second = try RunningGuard(home: range.home, policy: policy)
        try second.write(policy + "\nnonsense: 1")
        #expect(try second.ask(["reload"]).status == 1)
        try second.write(policy + "\ncpu-budget: 40%")
        #expect(try second.ask(["reload"]).status == 0)
        #expect(second.end() == 0)
        let actions = try lines(range).compactMap { $0["event.action"] as? String }
        let story = ["guard-started", "guard-started", "policy-refused", "policy-loaded"]
        #expect(try order(story, in: actions))
        let opened = try lines(range).filter { $0["event.action"] as? String == "journal-opened" }
        #expect(opened.map { $0["kanaria.journal.clean"] as? Bool } == [true, false])
        #expect(try journal(["verify"], range).status == 0)
    }

    @Test("a changed line is named in both languages, with code 65", arguments: ["en", "ja"])
    func changed(language: String) throws {
        let range = try GuardedRange(files: 5)
        let running = try RunningGuard(
            home: range.home,
            policy: RunningGuard.policy(home: range.home, watch: [range.files], extra: quiet))
        running.end()
        let path = range.home + "/state/journal/journal-00000001.jsonl"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let line = try #require(
            text.split(separator: "\n").firstIndex { $0.contains("guard-started") })
        try text.replacingOccurrences(of: "\"guards ", with: "\"gourds ").write(
            toFile: path, atomically: false, encoding: .utf8)
        let result = try journal(["verify"], range, language)
        #expect(result.status == 65)
        #expect(result.output.contains("journal-00000001.jsonl:\(line + 1): "), "\(result.output)")
        #expect(result.output.contains(language == "ja" ? "改変されています" : "was altered"))
        let report = try journal(["verify", "--json"], range, language)
        let object = try JSONSerialization.jsonObject(with: Data(report.output.utf8))
        let faults = (object as? [String: Any])?["faults"] as? [[String: Any]]
        #expect(faults?.first?["line"] as? Int == line + 1)
        #expect(faults?.first?["kind"] as? String == "altered" && report.status == 65)
        let shown = try journal(["show", "--action", "guard-started"], range, language)
        let title = language == "ja" ? "ガードを開始しました" : "the guard started"
        #expect(shown.output.contains(title))
    }

    @Test("an exported copy verifies, and other places are refused with their codes")
    func exported() throws {
        let range = try GuardedRange(files: 5)
        let running = try RunningGuard(
            home: range.home,
            policy: RunningGuard.policy(home: range.home, watch: [range.files], extra: quiet))
        let copy = range.home + "/copy"
        #expect(try journal(["export", "--output", copy], range).status == 0)
        #expect(try journal(["export", "--output", copy], range).status == 73)
        running.end()
        let key = range.home + "/state/journal/key.pub"
        #expect(
            try GuardedRange.run(
                "kanaria", ["journal", "verify", "--folder", copy, "--key", key]
            ).status == 0)
        #expect(
            try GuardedRange.run("kanaria", ["journal", "verify", "--folder", range.home]).status
                == 66)
        #expect(try journal(["verify", "--anchor", "x"], range).status == 64)
        #expect(try journal(["verify", "--key", range.home + "/policy.yaml"], range).status == 78)
    }

    @Test("Prometheus finds its numbers")
    func metrics() throws {
        let range = try GuardedRange(files: 5)
        let file = range.home + "/kanaria.prom"
        let changes = try Inotify()
        _ = try changes.watch(BytePath(range.home), [.movedTo])
        let running = try RunningGuard(
            home: range.home,
            policy: RunningGuard.policy(
                home: range.home, watch: [range.files],
                extra: "journal: {journald: false, prometheus: \(file)}"))
        let waiting = try Epoll()
        try waiting.add(changes.descriptor, token: 1)
        while !FileManager.default.fileExists(atPath: file) {
            _ = try waiting.wait(milliseconds: 1000)
        }
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.contains("\nkanaria_watchdog_ok 1.0\n"))
        #expect(text.contains("\nkanaria_journal_lost_total 0\n"))
        running.end()
    }

    /// Whether the words stand in this order, with others between them.
    private func order(_ wanted: [String], in words: [String]) throws -> Bool {
        var rest = words[...]
        for word in wanted {
            guard let place = rest.firstIndex(of: word) else { return false }
            rest = rest[(place + 1)...]
        }
        return true
    }

    private func journal(
        _ words: [String], _ range: GuardedRange, _ language: String = "en"
    ) throws -> (status: Int32, output: String) {
        try GuardedRange.run(
            "kanaria",
            ["journal"] + words + ["--folder", range.home + "/state/journal", "--lang", language])
    }

    private func lines(_ range: GuardedRange) throws -> [[String: Any]] {
        let text = try journal(["show", "--json", "--last", "0"], range).output
        return try text.split(separator: "\n").compactMap {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
    }

    private func wait(for action: String, _ range: GuardedRange) throws {
        let changes = try Inotify()
        _ = try changes.watch(BytePath(range.home + "/state/journal"), [.modify])
        let waiting = try Epoll()
        try waiting.add(changes.descriptor, token: 1)
        while try !lines(range).contains(where: { $0["event.action"] as? String == action }) {
            _ = try waiting.wait(milliseconds: 1000)
        }
    }
}
