import Foundation
import Linux
import Testing

@Suite(
    "A policy that is read again", .serialized, .timeLimit(.minutes(1)),
    .enabled(if: Products.canGuard, "needs root and fanotify permission events"))
struct ReloadTests {
    private let range: GuardedRange

    init() throws { range = try GuardedRange() }

    private func policy(_ mode: String, watch: [String]? = nil, extra: String = "") -> String {
        RunningGuard.policy(
            home: range.home, watch: watch ?? [range.files], mode: mode, extra: extra)
    }

    @Test("holds from then on")
    func mode() throws {
        let running = try RunningGuard(home: range.home, policy: policy("observe"))
        #expect(try range.attack(["--speed", "250", "--limit", "12"]).status == 0)
        try running.write(policy("kill"))
        let reply = try running.ask(["reload", "--lang", "en"])
        #expect(reply.status == 0 && reply.output.contains("in force"), "\(reply)")
        #expect(try running.status()["mode"] as? String == "kill")
        #expect(try range.attack(["--speed", "250"]).status != 0)
        #expect(try range.lost() <= 12 + 40)
    }

    @Test("with SIGHUP, and through a storm of them an attack is still stopped")
    func storm() throws {
        let running = try RunningGuard(home: range.home, policy: policy("kill"))
        let pid = running.process.processIdentifier
        let storm = Foundation.Process()
        storm.executableURL = URL(fileURLWithPath: "/bin/sh")
        storm.arguments = ["-c", "while kill -HUP \(pid); do sleep 0.02; done"]
        try storm.run()
        let result = try range.attack(["--speed", "250"])
        kill(storm.processIdentifier, SIGKILL)
        storm.waitUntilExit()
        #expect(result.status != 0)
        #expect(running.end() == 0)
        // How many are lost depends on who else needs the processors; most must survive.
        #expect(try range.lost() < 200)
        #expect(try range.incidents().contains { $0["state"] as? String == "killed" })
    }

    @Test("watches other folders")
    func folders() throws {
        let other = try GuardedRange()
        let running = try RunningGuard(home: range.home, policy: policy("kill"))
        try running.write(policy("kill", watch: [other.files]))
        #expect(try running.ask(["reload"]).status == 0)
        #expect(try other.attack(["--speed", "250"]).status != 0)
        #expect(try range.attack(["--speed", "250", "--limit", "20"]).status == 0)
    }

    struct Fault: CustomTestStringConvertible, Sendable {
        var change: @Sendable (String) -> String
        var en: String
        var ja: String
        var testDescription: String { en }
    }

    static let faults: [Fault] = [
        Fault(
            change: { $0.replacing("mode: kill", with: "mode: perhaps") },
            en: "policy.yaml:4:7: mode", ja: "選択肢にありません"),
        Fault(change: { $0 + "\nmood: kill\n" }, en: "unknown key “mood”", ja: "不明なキー「mood」"),
        Fault(
            change: { $0.replacing("/files\"", with: "/gone\"") },
            en: "cannot open the watched folder", ja: "監視対象フォルダー"),
        Fault(
            change: { $0.replacing("/state", with: "/elsewhere") },
            en: "state-directory cannot change", ja: "state-directory は実行中に変更できません"),
        Fault(
            change: { $0.replacing("/run", with: "/elsewhere") },
            en: "run-directory cannot change", ja: "run-directory は実行中に変更できません"),
    ]

    @Test("is refused whole where a part is wrong", arguments: faults)
    func refused(_ fault: Fault) throws {
        let running = try RunningGuard(home: range.home, policy: policy("kill"))
        try running.write(fault.change(policy("kill", extra: "freeze-lease: 9m")))
        let english = try running.ask(["reload", "--lang", "en"])
        #expect(english.status == 1 && english.output.contains(fault.en), "\(english)")
        let japanese = try running.ask(["reload", "--lang", "ja"])
        #expect(japanese.status == 1 && japanese.output.contains(fault.ja), "\(japanese)")
        running.signal(SIGHUP)
        #expect(running.waitForMessage("the old policy stays in force"))
        #expect(running.waitForMessage(fault.en))
        #expect(try running.degraded() == ["policy-not-reloaded"])
        let shown = try running.ask(["status", "--lang", "ja"]).output
        #expect(shown.contains("制限: 以前のポリシーのままです"), "\(shown)")
        #expect(try range.attack(["--speed", "250"]).status != 0)
        try running.write(policy("kill"))
        #expect(try running.ask(["reload"]).status == 0)
        #expect(try running.degraded().isEmpty)
    }
}
