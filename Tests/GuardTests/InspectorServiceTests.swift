import Foundation
import Linux
import Testing

/// Stands in for a service manager: starts `kanaria-inspector` for each connection.
private final class InspectorService {
    let socket: String
    private let process = Foundation.Process()
    private let output = Pipe()

    /// Everything is opened before the user changes: not everybody may reach the program's folder.
    private static let script = """
        import os, pwd, signal, socket, sys
        path, program, user = sys.argv[1:]
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        def number():
            try: return pwd.getpwnam('kanaria-inspector').pw_uid
            except KeyError: return 65534
        user = int(user) or number()
        file = os.open(program, os.O_RDONLY)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        listener.bind(path)
        listener.listen()
        print('ready', flush=True)
        while True:
            connection = listener.accept()[0]
            if os.fork() == 0:
                os.setgroups([]), os.setgid(user), os.setuid(user)
                os.dup2(connection.fileno(), 3)
                os.execve(file, [program, '--connection'], {})
            connection.close()
        """

    /// Runs the program as `user`; 0 is the one that the guard expects.
    init(_ range: GuardedRange, user: UInt32 = 0) throws {
        socket = range.home + "/inspector.sock"
        process.executableURL = URL(filePath: "/usr/bin/env")
        // The program's descriptor must not be the one of the connection.
        process.arguments = [
            "bash", "-c", "exec 3</dev/null; exec python3 -c \"$0\" \"$@\"", Self.script, socket,
            Products.folder + "/kanaria-inspector", "\(user)",
        ]
        process.standardOutput = output
        try process.run()
        _ = try output.fileHandleForReading.read(upToCount: 6)
    }

    deinit {
        // It may have been started with all other signals blocked.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Its running inspector; looks until there is one other than `former`.
    func inspector(otherThan former: Int32 = 0) -> Int32 {
        while true {
            let found = ProcessTable.children(of: process.processIdentifier).first { pid in
                pid != former && ProcessTable.executable(pid)?.lastComponent == "kanaria-inspector"
            }
            if let found { return found }
            Clock.sleep(nanoseconds: 5_000_000)
        }
    }
}

@Suite(
    "The inspector that a service manager starts", .serialized, .timeLimit(.minutes(2)),
    .enabled(if: Products.canGuard, "needs root and fanotify permission events"))
struct InspectorServiceTests {
    private func guardian(_ range: GuardedRange, _ service: InspectorService) throws -> RunningGuard
    {
        try RunningGuard(
            home: range.home, policy: RunningGuard.policy(home: range.home, watch: [range.files]),
            options: ["--inspector", service.socket])
    }

    private func children(of running: RunningGuard) -> [BytePath] {
        ProcessTable.children(of: running.process.processIdentifier)
            .compactMap { ProcessTable.executable($0)?.lastComponent }
    }

    @Test(
        "looks into files, and is followed by another one when it dies or hangs",
        arguments: [SIGKILL, SIGSTOP])
    func revived(signal: Int32) throws {
        let range = try GuardedRange(files: 300)
        let service = try InspectorService(range)
        let running = try guardian(range, service)
        let first = service.inspector()
        while try running.degraded() != [] { Clock.sleep(nanoseconds: 20_000_000) }
        #expect(!children(of: running).contains("kanaria-inspector"))
        #expect(ProcessTable.user(first) != 0)
        #expect(kill(first, signal) == 0)
        let attack = try ScriptedProcess(GuardedInspectorTests.wrapping, files: range.files)
        #expect(try attack.waitUntilReady() == "ready\n")
        attack.go()
        let next = service.inspector(otherThan: first)
        #expect(try attack.wasKilled())
        running.end()
        // It ends with its connection.
        while ProcessTable.executable(next) != nil { Clock.sleep(nanoseconds: 5_000_000) }
    }

    @Test("is not believed when it is somebody else")
    func stranger() throws {
        let range = try GuardedRange(files: 10)
        let service = try InspectorService(range, user: 1)
        let running = try guardian(range, service)
        var degraded: [[String: Any]] = []
        while degraded.isEmpty {
            degraded = try running.status()["degraded"] as? [[String: Any]] ?? []
        }
        #expect(degraded.first?["code"] as? String == "no-inspector")
        #expect("\(degraded)".contains("user 1 answers in its place"))
        running.end()
    }

    @Test("is what the doctor asks", arguments: [(0, "good"), (1, "degraded"), (nil, "degraded")])
    func doctor(user: UInt32?, level: String) throws {
        let range = try GuardedRange(files: 1)
        let service = try user.map { try InspectorService(range, user: $0) }
        let told = try GuardedRange.run(
            "kanaria",
            ["doctor", "--json", "--inspector", service?.socket ?? range.home + "/nowhere"])
        let report = try JSONSerialization.jsonObject(with: Data(told.output.utf8))
        let findings = (report as? [String: Any])?["findings"] as? [[String: Any]] ?? []
        let finding = findings.first { $0["code"] as? String == "inspector" }
        #expect(finding?["level"] as? String == level, "\(findings)")
        let english = (finding?["fact"] as? [String: Any])?["en"] as? String ?? ""
        #expect(english.contains("user 1 answers") == (user == 1), "\(english)")
    }

    @Test("is missed, and no other one started, where nobody listens")
    func nobody() throws {
        let range = try GuardedRange(files: 10)
        let running = try RunningGuard(
            home: range.home, policy: RunningGuard.policy(home: range.home, watch: [range.files]),
            options: ["--inspector", range.home + "/nowhere"])
        while try running.degraded() != ["no-inspector"] { Clock.sleep(nanoseconds: 20_000_000) }
        #expect(!children(of: running).contains("kanaria-inspector"))
        running.end()
    }

    /// Who made a pair of sockets is who is at their other end.
    private static let asking = """
        import os, socket, sys
        program, asker = sys.argv[1], int(sys.argv[2])
        file = os.open(program, os.O_RDONLY)
        os.seteuid(asker)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        os.seteuid(0)
        pid = os.fork()
        if pid == 0:
            os.setgroups([]), os.setgid(65534), os.setuid(65534)
            os.dup2(theirs.fileno(), 3)
            ours.close()
            os.execve(file, [program, '--connection'], {})
        ours.close(), theirs.close()
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        """

    @Test(
        "answers root and its own user alone",
        arguments: [(0, "0\n"), (65534, "0\n"), (1, "77\n")] as [(Int, String)])
    func asker(user: Int, code: String) throws {
        let ended = try GuardedRange.runPath(
            "/bin/bash",
            [
                "-c", "exec 3</dev/null; exec python3 -c \"$0\" \"$@\"", Self.asking,
                Products.folder + "/kanaria-inspector", "\(user)",
            ])
        #expect(ended.output == code)
    }
}
