import Foundation
import Linux
import Testing

@Suite(
    "The inspector under the guard", .serialized, .timeLimit(.minutes(2)),
    .enabled(if: Products.canGuard, "needs root and fanotify permission events"))
struct GuardedInspectorTests {
    /// Looks until the guard has an inspector other than `former`.
    private func inspector(of running: RunningGuard, otherThan former: Int32 = 0) -> Int32 {
        while true {
            let children = ProcessTable.children(of: running.process.processIdentifier)
            let found = children.first { pid in
                pid != former && ProcessTable.executable(pid)?.lastComponent == "kanaria-inspector"
            }
            if let found { return found }
            Clock.sleep(nanoseconds: 5_000_000)
        }
    }

    /// Puts ciphertext into sound archives in place of older files, as fast as a slow attacker.
    static let wrapping = """
        import io, time, zipfile
        ready()
        for path in files:
            data = io.BytesIO()
            with zipfile.ZipFile(data, 'w') as archive:
                archive.writestr('content', os.urandom(9000))
            with open(path, 'r+b') as file:
                file.truncate(0)
                file.write(data.getvalue())
            time.sleep(0.05)
        """

    @Test("stops who wraps ciphertext into sound archives, which samples do not tell")
    func wrapped() throws {
        let range = try GuardedRange(files: 300)
        let running = try RunningGuard(
            home: range.home, policy: RunningGuard.policy(home: range.home, watch: [range.files]))
        _ = inspector(of: running)
        let attack = try ScriptedProcess(Self.wrapping, files: range.files)
        #expect(try attack.waitUntilReady() == "ready\n")
        attack.go()
        #expect(try attack.wasKilled())
        running.end()
        let incident = try #require(try range.incidents().first)
        let files = incident["files"] as? [[String: Any]] ?? []
        #expect(files.contains { $0["class"] as? String == "encodedUniform" })
    }

    @Test("is started again when it is killed or hangs", arguments: [SIGKILL, SIGSTOP, SIGSEGV])
    func revived(signal: Int32) throws {
        let range = try GuardedRange(files: 300)
        let running = try RunningGuard(
            home: range.home, policy: RunningGuard.policy(home: range.home, watch: [range.files]))
        let first = inspector(of: running)
        #expect(kill(first, signal) == 0)
        // One that hangs is noticed when it is wanted.
        let attack = try ScriptedProcess(Self.wrapping, files: range.files)
        #expect(try attack.waitUntilReady() == "ready\n")
        attack.go()
        let next = inspector(of: running, otherThan: first)
        #expect(next != first)
        #expect(try attack.wasKilled())
        while try running.degraded() != [] { Clock.sleep(nanoseconds: 50_000_000) }
        running.end()
    }

    @Test("is not missed by the guard's other work where it can't be had")
    func missing() throws {
        let range = try GuardedRange()
        let programs = range.home + "/programs"
        try FileManager.default.createDirectory(
            atPath: programs, withIntermediateDirectories: true)
        let copied = ["kanariad", "kanaria-deadline"].map { Products.folder + "/" + $0 }
        #expect(try GuardedRange.runPath("/bin/cp", copied + [programs]).status == 0)
        let running = try RunningGuard(
            home: range.home, policy: RunningGuard.policy(home: range.home, watch: [range.files]),
            programs: programs)
        while try running.degraded() != ["no-inspector"] { Clock.sleep(nanoseconds: 20_000_000) }
        #expect(try range.attack(["--speed", "250"]).status != 0)
        running.end()
    }
}
