import Foundation
import Testing

@Suite(
    "The guard against real attacks", .serialized,
    .enabled(if: Products.canGuard, "needs root and fanotify permission events"))
struct AttackStoppedTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var workers: String
        var method = "inplace"
        var arguments: [String] = []
        var limit: Int
        var testDescription: String { ([workers, method] + arguments).joined(separator: " ") }
    }

    // Limits that hold while other tests take both processors: the rest of the 300 files must
    // survive. How many are lost on a quiet machine is measured by `bench/bench run loss`.
    static let withCanaries: [Case] = [
        Case(workers: "process", limit: 3),
        Case(workers: "threads:8", limit: 100),
        Case(workers: "tree:4", limit: 100),
        Case(workers: "setsid:4", limit: 100),
        Case(workers: "process", method: "truncate", limit: 3),
        // Only reads a canary before it removes it, which nothing holds up.
        Case(workers: "process", method: "newdelete", arguments: ["--suffix", ".x"], limit: 100),
    ]

    /// Runs the attack on a guarded folder and expects that it is stopped in time; gives the
    /// incidents.
    private func expectStopped(
        _ attack: Case, canaries: Bool, _ arguments: [String]
    ) throws -> [[String: Any]] {
        let range = try GuardedRange()
        try range.startGuard(mode: "kill", canaries: canaries)
        let result = try range.attack(
            ["--workers", attack.workers, "--method", attack.method] + arguments
                + attack.arguments)
        if canaries, attack.method == "inplace" {
            #expect(try CanaryCommandTests.list(range).values.allSatisfy { $0 == "intact" })
        }
        range.stopGuard()
        #expect(result.status != 0)
        let incidents = try range.incidents()
        #expect(incidents.contains { $0["state"] as? String == "killed" })
        let lost = try range.lost()
        #expect(lost <= attack.limit, "\(lost) files lost")
        return incidents
    }

    @Test(
        "a canary in the way stays intact and ends the attack", .timeLimit(.minutes(1)),
        arguments: withCanaries)
    func canary(_ attack: Case) throws {
        let incidents = try expectStopped(attack, canaries: true, ["--order", "name"])
        #expect(incidents.contains { ($0["reason"] as? String)?.hasPrefix("canary") == true })
    }

    static let withoutCanaries: [Case] = [
        Case(workers: "process", limit: 12),
        Case(workers: "process", method: "direct", limit: 12),
        Case(workers: "process", method: "uring", limit: 12),
        Case(workers: "process", method: "mmap", limit: 12),
        Case(workers: "process", method: "renamefirst", arguments: ["--suffix", ".x"], limit: 12),
        Case(workers: "process", method: "newdelete", arguments: ["--suffix", ".x"], limit: 12),
        Case(workers: "process", method: "copyover", limit: 12),
        Case(workers: "tree:4", limit: 40),
        // At this speed eighteen of them have a file each in hand when the verdict falls.
        Case(workers: "tree:18", limit: 60),
        Case(workers: "per-file", limit: 40),
    ]

    @Test(
        "content alone ends an attack at 250 files a second", .timeLimit(.minutes(1)),
        arguments: withoutCanaries)
    func content(_ attack: Case) throws {
        _ = try expectStopped(attack, canaries: false, ["--speed", "250"])
    }

    @Test("a frozen tree is released by its incident's id", .timeLimit(.minutes(1)))
    func release() throws {
        let range = try GuardedRange()
        try range.startGuard(mode: "freeze", canaries: false, extra: "freeze-lease: 2s")
        let result = try range.attack(["--speed", "250", "--limit", "12"])
        range.stopGuard()
        // Frozen at first, it went on when its lease was over and ended by itself.
        #expect(result.status == 0)
        let states = try range.incidents().compactMap { $0["state"] as? String }
        #expect(states.contains("released"))
    }

    @Test("a guard that ends leaves nobody frozen", .timeLimit(.minutes(1)))
    func endReleases() async throws {
        let range = try GuardedRange()
        try range.startGuard(mode: "freeze", canaries: false)
        let files = range.files
        let attack = Task.detached {
            try GuardedRange.runPath(
                "/usr/bin/setsid",
                ["--wait", Products.folder + "/kanaria-attack", "run", files, "--speed", "250"])
        }
        while try range.incidents().isEmpty { await Task.yield() }
        #expect(try range.incidents().first?["state"] as? String == "frozen")
        range.stopGuard()
        #expect(try range.incidents().first?["state"] as? String == "released")
        #expect(try await attack.value.status == 0)
    }

    @Test("observing records and stops nobody", .timeLimit(.minutes(1)))
    func observe() throws {
        let range = try GuardedRange(files: 40)
        try range.startGuard(mode: "observe", canaries: true)
        let result = try range.attack(["--order", "name"])
        range.stopGuard()
        #expect(result.status == 0)
        #expect(try range.lost() == 40)
        #expect(try range.incidents().allSatisfy { $0["state"] as? String == "observed" })
        #expect(try !range.incidents().isEmpty)
    }

    @Test("a second guard on the same run directory is refused", .timeLimit(.minutes(1)))
    func second() throws {
        let range = try GuardedRange(files: 5)
        try range.startGuard(mode: "observe", canaries: false)
        let again = try GuardedRange.run("kanariad", ["--policy", range.home + "/policy.yaml"])
        #expect(again.status == 75)
    }
}
