import Foundation
import Linux
import Testing

@Suite(
    "The gate", .serialized, .timeLimit(.minutes(1)),
    .enabled(if: Products.canGuard, "needs root and fanotify permission events"))
struct GateTests {
    /// Damages one file slowly enough to be suspected, then the others as fast as it can.
    private static func script(threads: Int) -> String {
        """
        import threading
        def damage(path):
            with open(path, 'r+b') as file: file.write(os.urandom(os.path.getsize(path)))
        damage(files[0])
        ready()
        def work(first):
            for path in files[1 + first::\(threads)]: damage(path)
        workers = [threading.Thread(target=work, args=(n,)) for n in range(\(threads))]
        for worker in workers: worker.start()
        for worker in workers: worker.join()
        """
    }

    private func start(
        _ range: GuardedRange, mode: String = "kill", extra: String = ""
    ) throws -> RunningGuard {
        try RunningGuard(
            home: range.home,
            policy: RunningGuard.policy(
                home: range.home, watch: [range.files], mode: mode, extra: extra))
    }

    private func waitUntil(_ isUp: Bool, _ running: RunningGuard) throws {
        while try running.status()["gateIsUp"] as? Bool != isUp {
            Clock.sleep(nanoseconds: 5_000_000)
        }
    }

    // Six strong acts are an attack; of several threads each may have one more file in hand.
    @Test("a suspect loses no file ahead of the verdict", arguments: [(1, 6), (8, 13)])
    func loss(threads: Int, limit: Int) throws {
        let range = try GuardedRange()
        let running = try start(range)
        let attack = try ScriptedProcess(Self.script(threads: threads), files: range.files)
        #expect(try attack.waitUntilReady() == "ready\n")
        try waitUntil(true, running)
        attack.go()
        #expect(try attack.wasKilled())
        #expect(try range.lost() <= limit)
        running.end()
    }

    @Test("others open what they like, and the gate goes down by itself")
    func others() throws {
        let range = try GuardedRange(files: 20)
        let running = try start(range, mode: "freeze")
        let attack = try ScriptedProcess(Self.script(threads: 1), files: range.files)
        #expect(try attack.waitUntilReady() == "ready\n")
        try waitUntil(true, running)
        for path in range.regularFiles() {
            _ = try FileDescriptor.open(BytePath(path), [.readWrite])
        }
        try waitUntil(false, running)
        running.end()
        let journal = try String(
            contentsOfFile: range.home + "/state/journal/journal-00000001.jsonl", encoding: .utf8)
        #expect(journal.contains("\"gate-raised\"") && journal.contains("\"gate-lowered\""))
    }

    // Openers must not hang; the time is far above what they are promised.
    @Test("a guard that stops or dies holds nobody up", arguments: [SIGSTOP, SIGKILL])
    func fault(signal: Int32) throws {
        let range = try GuardedRange(files: 20)
        let running = try start(range)
        let attack = try ScriptedProcess(Self.script(threads: 1), files: range.files)
        #expect(try attack.waitUntilReady() == "ready\n")
        try waitUntil(true, running)
        running.signal(signal)
        for path in range.regularFiles().sorted().suffix(3) {
            let start = Clock.monotonicNanoseconds
            _ = try FileDescriptor.open(BytePath(path), [.readWrite])
            #expect(Clock.monotonicNanoseconds - start < 5_000_000_000)
        }
        if signal == SIGSTOP { running.end() } else { running.process.waitUntilExit() }
    }

    @Test(
        "stays away where nobody is stopped or the policy says so", arguments: ["observe", "kill"])
    func none(mode: String) throws {
        let range = try GuardedRange(files: 5)
        let running = try start(range, mode: mode, extra: mode == "kill" ? "gate: false" : "")
        #expect(try running.status()["gateIsUp"] == nil)
        running.end()
    }
}
