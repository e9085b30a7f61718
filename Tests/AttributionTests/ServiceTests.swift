import Attribution
import Foundation
import Linux
import Testing

@Suite(
    "Processes that serve files", .timeLimit(.minutes(1)),
    .enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/rsync"), "rsync is missing"))
struct ServiceTests {
    @Test("are known with their client, as long as they live and afterwards")
    func known() throws {
        let daemon = try RsyncDaemon()
        let services = FileServices()
        let table = ClientTable(services)
        let main = try #require(ProcessTable.status(daemon.pid))
        #expect(services.serving(main) == nil && services.bearsOthers(main))
        let client = try daemon.connect()
        let child = try daemon.child()
        #expect(services.serving(child) == ServingProcess(.perClient, .rsync))
        #expect(!services.bearsOthers(child))
        table.note(child)
        let known = try #require(table.client(of: child))
        #expect(known.peers.addresses.map(\.description) == ["127.0.0.2"])
        kill(client.processIdentifier, SIGKILL)
        client.waitUntilExit()
        try Self.waitForEnd(of: child)
        let former = table.formerClient(of: child.pid, startTicks: child.startTicks)
        #expect(former == known)
        // Another process that got its number.
        #expect(table.formerClient(of: child.pid, startTicks: child.startTicks + 1) == nil)
        var other = child
        other.startTicks += 1
        #expect(table.client(of: other)?.peers.connections.isEmpty ?? true)
    }

    private static func waitForEnd(of process: ProcessStatus) throws {
        let end = Clock.monotonicNanoseconds + 30_000_000_000
        while ProcessTable.status(process.pid)?.startTicks == process.startTicks {
            try #require(Clock.monotonicNanoseconds < end)
            Clock.sleep(nanoseconds: 1_000_000)
        }
    }

    @Test("are not ordinary programs, and not those that people run by hand")
    func ordinary() throws {
        let services = FileServices()
        let own = try #require(ProcessTable.status(ProcessHandle.own))
        #expect(services.serving(own) == nil && !services.bearsOthers(own))
        #expect(ClientTable(services).client(of: own) == nil)
    }
}

/// A daemon without a parent, as the real one is.
private final class RsyncDaemon {
    let pid: Int32
    private let folder = "/var/tmp/kanaria-rsync-\(UUID().uuidString)"
    private let port: Int
    private var clients: [Process] = []

    init() throws {
        let folder = folder
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false)
        try "[x]\npath = \(folder)\nuse chroot = no\n".write(
            toFile: folder + "/conf", atomically: true, encoding: .utf8)
        // It must not keep the descriptor by which Foundation sees the end of what it started, nor
        // the blocked signals of this thread: it would not take leave of its children.
        let start = """
            import signal, socket, subprocess
            s = socket.socket(); s.bind(('127.0.0.1', 0)); port = s.getsockname()[1]; s.close()
            daemon = subprocess.Popen(
                ['/usr/bin/rsync', '--daemon', '--no-detach', '--address=127.0.0.1',
                 f'--port={port}', '--config=\(folder)/conf'],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_SETMASK, []))
            print(port, daemon.pid)
            """
        let numbers = try Self.run(["/usr/bin/python3", "-c", start]).split(whereSeparator: {
            !$0.isNumber
        })
        port = try #require(numbers.first.flatMap { Int($0) })
        pid = try #require(numbers.last.flatMap { Int32($0) })
    }

    deinit {
        for client in clients { kill(client.processIdentifier, SIGKILL) }
        kill(pid, SIGKILL)
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// A client that has connected and does nothing more.
    func connect() throws -> Process {
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [
            "-c",
            """
            import socket, time
            while True:
                try: s = socket.create_connection(('127.0.0.1', \(port)), 20, ('127.0.0.2', 0)); break
                except ConnectionRefusedError: pass
            s.recv(10)
            print('connected', flush=True)
            time.sleep(100)
            """,
        ]
        process.standardOutput = output
        try process.run()
        clients.append(process)
        _ = output.fileHandleForReading.availableData
        return process
    }

    func child() throws -> ProcessStatus {
        try #require(ProcessTable.children(of: pid).first.flatMap { ProcessTable.status($0) })
    }

    private static func run(_ words: [String]) throws -> String {
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments = Array(words.dropFirst())
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
