import Foundation
import Linux
import Testing

@Suite(
    "Running the guard", .serialized, .timeLimit(.minutes(1)),
    .enabled(if: Products.canGuard, "needs root and fanotify permission events"))
struct OperationTests {
    @Test(
        "the service manager hears of start, life, reload and end",
        arguments: ["/path", "@abstract"])
    func notifications(kind: String) throws {
        let range = try GuardedRange(files: 5)
        let socket = kind == "/path" ? range.home + "/notify" : "@\(range.home)"
        let manager = try StandInManager(socket)
        let running = try RunningGuard(
            home: range.home,
            policy: RunningGuard.policy(home: range.home, watch: [range.files]),
            environment: ["NOTIFY_SOCKET": socket, "WATCHDOG_USEC": "400000"])
        #expect(manager.wait(for: "READY=1"))
        #expect(manager.wait(for: "STATUS=guards 1 folders"))
        for _ in 0..<3 { #expect(manager.wait(for: "WATCHDOG=1")) }
        running.signal(SIGHUP)
        #expect(manager.wait(for: "RELOADING=1\nMONOTONIC_USEC="))
        #expect(manager.wait(for: "READY=1"))
        running.process.terminate()
        #expect(manager.wait(for: "STOPPING=1"))
        #expect(running.end() == 0)
    }

    @Test("a watchdog that is meant for another process is left alone")
    func otherWatchdog() throws {
        let range = try GuardedRange(files: 5)
        let socket = range.home + "/notify"
        let manager = try StandInManager(socket)
        let running = try RunningGuard(
            home: range.home,
            policy: RunningGuard.policy(home: range.home, watch: [range.files]),
            environment: [
                "NOTIFY_SOCKET": socket, "WATCHDOG_USEC": "40000", "WATCHDOG_PID": "1",
            ])
        _ = try running.status()
        running.end()
        #expect(manager.wait(for: "STOPPING=1"))
        #expect(!manager.heard.contains("WATCHDOG=1"))
    }

    @Test("there is no sign of life while the sensor's thread stands still")
    func standingStill() throws {
        let range = try GuardedRange(files: 5)
        let socket = range.home + "/notify"
        let manager = try StandInManager(socket)
        let running = try RunningGuard(
            home: range.home,
            policy: RunningGuard.policy(home: range.home, watch: [range.files]),
            environment: ["NOTIFY_SOCKET": socket, "WATCHDOG_USEC": "400000"])
        #expect(manager.wait(for: "WATCHDOG=1"))
        let tracer = try Tracer(ofSensorIn: running.process.processIdentifier)
        // The rest of the guard goes on: ten rounds of its main thread and more.
        let start = Clock.monotonicNanoseconds
        while Clock.monotonicNanoseconds - start < 1_500_000_000 { _ = try running.status() }
        let before = manager.heard.count
        running.process.terminate()
        #expect(manager.wait(for: "STOPPING=1"))
        let signs = manager.heard.dropFirst(before).filter { $0 == "WATCHDOG=1" }
        // Those from before the stop that were not read yet, never fifteen.
        #expect(signs.count <= 6, "\(signs.count)")
        tracer.end()
        #expect(running.end() == 0)
    }

    @Test("a companion that dies is replaced and lets openers go")
    func companion() throws {
        let range = try GuardedRange(files: 5)
        let before = range.regularFiles()
        let running = try RunningGuard(
            home: range.home,
            policy: RunningGuard.policy(home: range.home, watch: [range.files], canaries: true))
        let first = running.companion()
        kill(first, SIGKILL)
        let second = running.companion(otherThan: first)
        #expect(second != first)
        while try running.status()["canariesTotal"] as? Int == 0 {
            Clock.sleep(nanoseconds: 20_000_000)
        }
        let canary = try #require(range.regularFiles().subtracting(before).first)
        running.signal(SIGSTOP)
        let start = Clock.monotonicNanoseconds
        _ = try FileDescriptor.open(BytePath(canary))
        // Without a companion it would wait for ever.
        #expect(Clock.monotonicNanoseconds - start < 5_000_000_000)
        running.signal(SIGCONT)
        #expect(try running.degraded().isEmpty)
    }
}

/// Holds one thread of another process still, as a debugger does.
final class Tracer {
    private let process = Foundation.Process()

    init(ofSensorIn pid: Int32) throws {
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", Self.script, "\(pid)"]
        process.standardOutput = output
        try process.run()
        #expect(!output.fileHandleForReading.availableData.isEmpty)
    }

    deinit { end() }

    func end() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    private static let script = """
        import ctypes, os, sys, time
        ptrace = ctypes.CDLL(None, use_errno=True).ptrace
        ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
        folder = "/proc/%s/task/" % sys.argv[1]
        names = {open(folder + t + "/comm").read(): int(t) for t in os.listdir(folder)}
        sensor = names["sensor\\n"]
        seize, interrupt, wait_all = 0x4206, 0x4207, 0x40000000
        if ptrace(seize, sensor, 0, 0) or ptrace(interrupt, sensor, 0, 0): sys.exit(1)
        os.waitpid(sensor, wait_all)
        print("held", flush=True)
        time.sleep(60)
        """
}

/// A service manager's datagram socket.
final class StandInManager {
    private let process = Foundation.Process()
    private let output = Pipe()
    private var pending = ""
    private(set) var heard: [String] = []

    init(_ socket: String) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", Self.script, socket]
        process.standardOutput = output
        try process.run()
        #expect(wait(for: "bound"))
    }

    deinit {
        // Threads that run tests block most signals, and children inherit that.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Reads messages until one begins like this.
    func wait(for text: String) -> Bool {
        while true {
            while let end = pending.firstIndex(of: "\0") {
                let message = String(pending[..<end])
                pending.removeSubrange(...end)
                heard.append(message)
                if message.hasPrefix(text) { return true }
            }
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { return false }
            pending += String(decoding: data, as: UTF8.self)
        }
    }

    private static let script = """
        import socket, sys
        name = sys.argv[1]
        queue = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        queue.bind("\\0" + name[1:] if name[0] == "@" else name)
        def say(data):
            sys.stdout.buffer.write(data + b"\\0")
            sys.stdout.flush()
        say(b"bound")
        while True: say(queue.recv(4096))
        """
}
