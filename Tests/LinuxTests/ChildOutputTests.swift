import Linux
import Testing

@Suite("The output of a program", .timeLimit(.minutes(1)))
struct ChildOutputTests {
    private func run(
        _ script: String, milliseconds: UInt64 = 30_000
    ) -> ChildProcess.Outcome {
        ChildProcess.run(
            "/bin/sh", arguments: ["-c", BytePath(script)], milliseconds: milliseconds,
            limit: 100_000)
    }

    @Test(
        "is given with how it ended",
        arguments: [
            ("echo ok; echo no >&2", Linux.ExitStatus.exited(0), "ok\n"),
            ("printf a; exit 3", .exited(3), "a"), ("exit 0", .exited(0), ""),
            ("kill -9 $$", .signalled(9), ""), ("read line || echo end", .exited(0), "end\n"),
        ])
    func output(script: String, status: Linux.ExitStatus, output: String) {
        #expect(run(script) == .ended(status, output: Array(output.utf8)))
    }

    @Test(
        "is not waited for longer than was asked",
        arguments: [
            "exec sleep 1000", "echo x; exec sleep 1000", "exec >&-; exec sleep 1000",
            "trap '' TERM; while :; do :; done",
        ])
    func hangs(script: String) {
        #expect(run(script, milliseconds: 100) == .timedOut)
    }

    @Test("is not taken without end")
    func floods() {
        #expect(run("exec cat /dev/zero") == .timedOut)
    }

    @Test("is missing where there is no program")
    func missing() {
        let outcome = ChildProcess.run(
            "/no/such/program", arguments: [], milliseconds: 100, limit: 10)
        #expect(outcome == .failed(.noSuchFile))
    }
}
