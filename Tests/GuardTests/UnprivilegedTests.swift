import Foundation
import Linux
import Testing

/// Who runs a guard that watches with inotify, and the attack on it.
enum Account: String, Sendable, CaseIterable {
    /// Somebody without privileges, who gets inotify because nothing else is allowed.
    case ordinary
    /// Root, whose policy asks for it.
    case root

    static let available: [Account] =
        ProcessHandle.effectiveUser == 0 ? [.ordinary, .root] : [.ordinary]

    var launcher: [String] {
        if self == .root || ProcessHandle.effectiveUser != 0 { return [] }
        return ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    }

    var policyLine: String { self == .root ? "sensor: inotify" : "" }
}

@Suite("The guard without privileges", .serialized)
struct UnprivilegedTests {
    struct Attack: CustomTestStringConvertible, Sendable {
        var workers = "process"
        var method = "inplace"
        var arguments: [String] = []
        var testDescription: String { ([workers, method] + arguments).joined(separator: " ") }
    }

    static let attacks: [Attack] = [
        Attack(),
        // Both give a file another name before anybody has looked at what was written.
        Attack(arguments: ["--suffix", ".x"]),
        Attack(method: "copyover"),
        Attack(method: "truncate"),
        Attack(method: "renamefirst", arguments: ["--suffix", ".x"]),
        Attack(method: "newdelete", arguments: ["--suffix", ".x"]),
        Attack(workers: "tree:4"),
        Attack(workers: "per-file"),
    ]

    /// Files that take eight seconds to attack, time enough for many looks at all processes.
    private static let fileCount = 2000

    private func start(
        _ range: GuardedRange, _ account: Account, mode: String = "kill", canaries: Bool = false
    ) throws -> RunningGuard {
        try RunningGuard(
            home: range.home,
            policy: RunningGuard.policy(
                home: range.home, watch: [range.files], mode: mode, canaries: canaries,
                extra: account.policyLine),
            launcher: range.launcher, programs: range.programs)
    }

    // Without a canary in its way, the attack meets only somebody who looks for it in /proc:
    // how many files that takes depends on who else needs the processors, so that only the end
    // of the attack before its last file is sure. Figures: docs/limits.md.
    @Test(
        "ends attacks before their last file", .timeLimit(.minutes(1)),
        arguments: Account.available, attacks)
    func content(_ account: Account, _ attack: Attack) throws {
        let range = try GuardedRange(files: Self.fileCount, launcher: account.launcher)
        let running = try start(range, account)
        let result = try range.attack(
            ["--workers", attack.workers, "--method", attack.method, "--speed", "250"]
                + attack.arguments)
        running.end()
        #expect(result.status != 0)
        let lost = try range.lost()
        #expect(lost < Self.fileCount, "\(lost) files lost")
        let incidents = try range.incidents().filter { $0["state"] as? String == "killed" }
        #expect(!incidents.isEmpty)
        for incident in incidents {
            let lacks = incident["degraded"] as? [[String: Any]] ?? []
            #expect(lacks.contains { $0["code"] as? String == "no-process" })
        }
    }

    @Test(
        "stops whoever touches a canary", .timeLimit(.minutes(1)), arguments: Account.available)
    func canary(_ account: Account) throws {
        let range = try GuardedRange(launcher: account.launcher)
        let running = try start(range, account, canaries: true)
        #expect(try running.ask(["canaries", "plant"]).status == 0)
        let result = try range.attack(["--order", "name", "--speed", "250"])
        running.end()
        #expect(result.status != 0)
        #expect(try range.lost() < 300)
        let incidents = try range.incidents()
        #expect(incidents.contains { $0["state"] as? String == "killed" })
    }

    @Test("says in both languages what it can't do", arguments: Account.available)
    func degraded(_ account: Account) throws {
        let range = try GuardedRange(files: 5, launcher: account.launcher)
        let running = try start(range, account, mode: "observe")
        let codes = try running.degraded()
        #expect(codes.contains("no-process") && codes.contains("no-gate"), "\(codes)")
        #expect(codes.contains("own-processes-only") == (account == .ordinary), "\(codes)")
        let english = try running.ask(["status", "--lang", "en"]).output
        #expect(english.contains("degraded: ") && english.contains("inotify"), "\(english)")
        let japanese = try running.ask(["status", "--lang", "ja"]).output
        #expect(japanese.contains("制限: ") && japanese.contains("inotify"), "\(japanese)")
    }

    @Test("forgets a canary that is retired", .timeLimit(.minutes(1)), arguments: Account.available)
    func retired(_ account: Account) throws {
        let range = try GuardedRange(files: 40, launcher: account.launcher)
        let before = range.regularFiles()
        let running = try start(range, account, mode: "observe", canaries: true)
        #expect(try running.ask(["canaries", "plant"]).status == 0)
        #expect(range.regularFiles().count > before.count)
        #expect(try running.ask(["canaries", "retire"]).status == 0)
        #expect(range.regularFiles() == before)
        running.end()
        #expect(try range.incidents().isEmpty)
    }

    @Test(
        "says that whom it may not signal goes on", .timeLimit(.minutes(1)),
        .enabled(if: Products.canGuard, "needs root and fanotify permission events"))
    func refused() async throws {
        let range = try GuardedRange(launcher: Account.ordinary.launcher)
        // Root without CAP_KILL may signal root's processes only.
        let running = try RunningGuard(
            home: range.home, policy: RunningGuard.policy(home: range.home, watch: [range.files]),
            launcher: ["/usr/bin/setpriv", "--bounding-set=-kill"])
        let words = range.attackCommand(["--speed", "20"])
        let attack = Task.detached {
            try GuardedRange.runPath(words[0], Array(words.dropFirst()))
        }
        while try range.incidents().isEmpty { await Task.yield() }
        let incident = try #require(try range.incidents().first)
        let refused = try #require(incident["refusedProcesses"] as? [Int])
        // Held by us, so that it is there when the guard is asked.
        for pid in refused { kill(Int32(pid), SIGSTOP) }
        #expect(incident["state"] as? String == "not-stopped" && !refused.isEmpty)
        #expect((incident["stoppedProcesses"] as? [Int])?.isEmpty == true)
        #expect(try running.degraded().contains("not-stopped"))
        for (language, text) in [("en", "NOT stopped"), ("ja", "阻止できず")] {
            let output = try running.ask(["incidents", "--lang", language]).output
            #expect(output.contains("not-stopped") && output.contains(text), "\(output)")
        }
        for pid in refused { kill(Int32(pid), SIGKILL) }
        _ = try await attack.value
        #expect(try !running.degraded().contains("not-stopped"))
    }
}
