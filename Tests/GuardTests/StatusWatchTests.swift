import Foundation
import Linux
import Testing

@Suite("kanaria status --watch", .serialized, .timeLimit(.minutes(1)))
struct StatusWatchTests {
    /// What came over a terminal until the program ended.
    struct Screen: Decodable {
        var code: Int32
        var bytes: String
    }

    /// Watches a guard at a terminal until a text appears, then sends what a person would type.
    private func watch(
        until parts: String, environment: [String: String] = [:]
    ) throws -> Screen {
        let range = try GuardedRange(files: 5)
        let running = try RunningGuard(
            home: range.home,
            policy: RunningGuard.policy(
                home: range.home, watch: [range.files], extra: "sensor: inotify"))
        defer { running.end() }
        let process = Foundation.Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["python3", "-c", Self.driver, parts, Products.folder + "/kanaria"]
            + ["status", "--watch", "--lang", "en", "--run-directory", range.home + "/run"]
        process.environment = ProcessInfo.processInfo.environment
            // The package manager asks its tests for no colour.
            .merging(["TERM": "xterm", "NO_COLOR": ""]) { $1 }.merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try JSONDecoder().decode(Screen.self, from: data)
    }

    @Test("shows the guard on a screen of its own and leaves nothing behind")
    func leavesNothing() throws {
        // The second page: it goes on by itself.
        let screen = try watch(until: "Ctrl-C ends\nCtrl-C ends")
        #expect(screen.code == 0)
        #expect(screen.bytes.hasPrefix("\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l"))
        #expect(screen.bytes.hasSuffix("\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l"))
        for part in ["events/s: ", "actors: ", "canaries: 0/0", "no incidents", "frozen: 0"] {
            #expect(screen.bytes.contains(part), "\(screen.bytes)")
        }
        // What inotify lacks is told, in red.
        #expect(screen.bytes.contains("\u{1b}[1;31mdegraded: "), "\(screen.bytes)")
    }

    @Test(
        "uses no colour where it is not wanted", arguments: [["NO_COLOR": "1"], ["TERM": "dumb"]])
    func noColour(environment: [String: String]) throws {
        let screen = try watch(until: "Ctrl-C ends", environment: environment)
        #expect(screen.bytes.contains("degraded: ") && !screen.bytes.contains("\u{1b}[1;31m"))
    }

    @Test("writes lines where there is no terminal", arguments: [false, true])
    func lines(json: Bool) throws {
        let range = try GuardedRange(files: 5)
        let running = try RunningGuard(
            home: range.home,
            policy: RunningGuard.policy(
                home: range.home, watch: [range.files], extra: "sensor: inotify"))
        // Two lines, then the reader goes.
        let call =
            "'\(Products.folder)/kanaria' status --watch --lang en --run-directory "
            + "'\(range.home)/run'" + (json ? " --json" : "") + " | head -n 2"
        let text = try GuardedRange.runPath("/bin/sh", ["-c", call]).output
        running.end()
        let lines = text.split(separator: "\n")
        #expect(lines.count == 2 && !text.contains("\u{1b}"))
        for line in lines {
            #expect(line.contains(json ? "\"eventsPerSecond\":" : "events/s 0, actors 0"))
        }
    }

    /// Waits for each line of the first argument in turn, types Ctrl-C, and prints what came.
    private static let driver = """
        import json, os, pty, sys
        parts, command = sys.argv[1].split("\\n"), sys.argv[2:]
        pid, master = pty.fork()
        if pid == 0: os.execv(command[0], command)
        screen, seen = b"", 0
        for part in parts:
            while part.encode() not in screen[seen:]: screen += os.read(master, 4096)
            seen = screen.index(part.encode(), seen) + len(part)
        os.write(master, b"\\x03")
        while True:
            try: more = os.read(master, 4096)
            except OSError: break
            if not more: break
            screen += more
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        print(json.dumps({"code": code, "bytes": screen.decode()}))
        """
}
