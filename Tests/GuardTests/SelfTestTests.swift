import Foundation
import Linux
import Testing

@Suite(
    "The self-test", .serialized, .timeLimit(.minutes(1)),
    .enabled(if: Products.canGuard, "needs root and fanotify permission events"))
struct SelfTestTests {
    private let range: GuardedRange

    init() throws { range = try GuardedRange(files: 5) }

    /// In a session of its own: the guard never stops its own ancestors, and this may be one.
    private func selfTest(_ policy: String) throws -> (status: Int32, outcome: [String: Any]) {
        let ended = try GuardedRange.runPath(
            "/usr/bin/setsid",
            [
                "--wait", Products.folder + "/kanaria", "selftest", "--json", "--policy", policy,
            ])
        let object = try JSONSerialization.jsonObject(with: Data(ended.output.utf8))
        return (ended.status, object as? [String: Any] ?? [:])
    }

    private func leftovers() -> [String] {
        (FileManager.default.subpaths(atPath: range.files) ?? []).filter {
            $0.contains("selftest")
        }
    }

    @Test("uses the guard that runs", arguments: ["kill", "freeze"])
    func running(mode: String) throws {
        let running = try RunningGuard(
            home: range.home,
            policy: RunningGuard.policy(home: range.home, watch: [range.files], mode: mode))
        let (status, outcome) = try selfTest(running.policyFile)
        #expect(status == 0)
        #expect(outcome["usedRunningGuard"] as? Bool == true)
        #expect(outcome["isStopped"] as? Bool == true)
        #expect(outcome["incident"] is String)
        #expect(outcome["filesLost"] as? Int ?? 1000 <= 50, "\(outcome)")
        #expect(leftovers().isEmpty)
        #expect(try running.status()["incidentsOpen"] as? Int == 0)
        #expect(try range.lost() == 0)
    }

    @Test("in mode observe an incident is enough")
    func observe() throws {
        let running = try RunningGuard(
            home: range.home,
            policy: RunningGuard.policy(home: range.home, watch: [range.files], mode: "observe"))
        let (status, outcome) = try selfTest(running.policyFile)
        #expect(status == 0)
        #expect(outcome["isStopped"] as? Bool == false)
        #expect(outcome["reason"] is String)
        #expect(leftovers().isEmpty)
    }

    @Test("starts a guard of its own where none runs, and leaves nothing behind")
    func own() throws {
        let policy = range.home + "/policy.yaml"
        try RunningGuard.policy(home: range.home, watch: [range.files])
            .write(toFile: policy, atomically: true, encoding: .utf8)
        let (status, outcome) = try selfTest(policy)
        #expect(status == 0)
        #expect(outcome["usedRunningGuard"] as? Bool == false)
        #expect(outcome["isStopped"] as? Bool == true, "\(outcome)")
        #expect(leftovers().isEmpty)
        #expect(!FileManager.default.fileExists(atPath: range.home + "/state"))
        #expect(try range.lost() == 0)
    }

    @Test("says why it can't be tried", arguments: ["en", "ja"])
    func refused(language: String) throws {
        let policy = range.home + "/policy.yaml"
        let says = ["en": "no private folder can be made in", "ja": "専用のフォルダーを作れません"]
        try RunningGuard.policy(home: range.home, watch: [range.home + "/gone"])
            .write(toFile: policy, atomically: true, encoding: .utf8)
        let ended = try GuardedRange.runPath(
            "/bin/sh",
            [
                "-c", "exec \"$0\" \"$@\" 2>&1", Products.folder + "/kanaria", "selftest",
                "--policy", policy, "--lang", language,
            ])
        #expect(ended.status == 2)
        #expect(ended.output.contains(says[language] ?? "?"), "\(ended.output)")
    }
}

@Suite("The doctor") struct DoctorTests {
    private func ask(_ arguments: [String], as program: [String] = []) throws -> (
        status: Int32, output: String
    ) {
        let command = program + [Products.folder + "/kanaria", "doctor"] + arguments
        return try GuardedRange.runPath(
            "/bin/sh", ["-c", "exec \"$@\" 2>&1", "sh"] + command)
    }

    @Test(
        "speaks both languages and says what to do", .timeLimit(.minutes(1)),
        arguments: [("en", "cannot be opened"), ("ja", "を開けません")])
    func language(_ name: String, says: String) throws {
        let policy = NSTemporaryDirectory() + "kanaria-doctor-\(name)-\(UUID().uuidString).yaml"
        defer { try? FileManager.default.removeItem(atPath: policy) }
        try RunningGuard.policy(home: "/tmp", watch: ["/no/such/folder"])
            .write(toFile: policy, atomically: true, encoding: .utf8)
        let ended = try ask(["--policy", policy, "--lang", name])
        #expect(ended.status == 2)
        #expect(ended.output.contains(says), "\(ended.output)")
        #expect(ended.output.contains("→"))
    }

    @Test("an old kernel is named as such", .timeLimit(.minutes(1)))
    func oldKernel() throws {
        let ended = try ask(
            ["--lang", "ja"], as: ["/usr/bin/python3", "-c", OldKernel.script, "ENOSYS"])
        #expect(ended.status == 1, "\(ended.output)")
        #expect(ended.output.contains("新しいカーネルを使ってください"), "\(ended.output)")
    }

    @Test(
        "without privileges everything that is lost is named", .timeLimit(.minutes(1)),
        .enabled(if: ProcessHandle.effectiveUser == 0, "needs root to drop privileges"))
    func unprivileged() throws {
        let ended = try ask(
            ["--json"],
            as: ["/usr/bin/setpriv", "--bounding-set", "-all", "--reuid", "0"])
        let report =
            try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any]
        let findings = report?["findings"] as? [[String: Any]] ?? []
        let lacking = findings.filter { $0["level"] as? String == "degraded" }
            .compactMap { $0["code"] as? String }
        #expect(ended.status == 1)
        for code in ["capability.CAP_SYS_ADMIN", "fanotify.names", "fanotify.permission"] {
            #expect(lacking.contains(code), "\(lacking)")
        }
    }
}
