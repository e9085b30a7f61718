import Foundation
import Linux
import Synchronization
import Testing

@testable import Journal

/// A recorder on a thread of its own.
private final class Recording {
    let recorder: Recorder
    private var thread: Linux.Thread?

    init(_ scratch: Scratch, _ settings: Recorder.Settings = Recorder.Settings()) throws {
        recorder = try Recorder(scratch.journal, settings)
    }

    func start() throws {
        let recorder = recorder
        thread = try Linux.Thread.run { recorder.run() }
    }

    func end() {
        recorder.end()
        thread.take()?.join()
    }

    /// Adds events and waits until all that were added before are written or lost.
    func add(_ count: Int) throws {
        for number in 0..<count {
            recorder.add { JournalEvent(.degraded, "line \(number)") }
        }
        try settle()
    }

    /// Waits twice: the batch of the first wait is dealt with when the second one is taken.
    func settle() throws {
        for _ in 0..<2 {
            let reached = try EventBox()
            let waiting = try Epoll()
            try waiting.add(reached.counter.descriptor, token: 1)
            recorder.add {
                reached.counter.signal()
                return nil
            }
            #expect(try waiting.wait(milliseconds: 20_000) == 1)
        }
    }
}

private final class EventBox: Sendable {
    let counter: EventCounter
    init() throws { counter = try EventCounter() }
}

private let isRoot = ProcessHandle.effectiveUser == 0

@Suite("The recorder", .timeLimit(.minutes(1))) struct RecorderTests {
    @Test("writes what was added, in order, and closes")
    func writes() throws {
        let scratch = try Scratch()
        let recording = try Recording(scratch)
        try recording.start()
        try recording.add(1000)
        recording.end()
        let found = try scratch.verify()
        #expect(found.faults.isEmpty && found.notes.isEmpty)
        let numbers = try scratch.text(scratch.names[0]).filter { $0.contains("degraded") }.map {
            $0.split(separator: "\"message\":\"line ")[1].prefix { $0.isNumber }
        }
        #expect(numbers.compactMap { Int($0) } == Array(0..<1000))
        #expect(recording.recorder.status.lost == 0)
    }

    @Test("a full queue drops and counts, keeps places for incidents, and says so")
    func fullQueue() throws {
        let scratch = try Scratch()
        let recording = try Recording(scratch)
        for _ in 0..<5000 { recording.recorder.add { JournalEvent(.degraded, "line") } }
        for number in 0..<1000 {
            recording.recorder.add(isIncident: true) {
                JournalEvent(
                    .attackFound, "line",
                    [(JournalEvent.incidentName, .text("\(number)"))])
            }
        }
        #expect(recording.recorder.status.lost == 904)
        try recording.start()
        recording.end()
        let lines = try scratch.text(scratch.names[0])
        #expect(lines.count { $0.contains("attack-found") } == 1000)
        #expect(lines.count { $0.contains("\"kanaria.lost.queue\":904,") } == 1)
        #expect(try scratch.verify().faults.isEmpty)
        #expect(recording.recorder.status.lost == 904)
    }

    @Test(
        "on a full disk lines are lost and counted, and told when there is room again",
        .enabled(if: isRoot, "needs root to mount a file system"))
    func fullDisk() throws {
        let scratch = try Scratch()
        let place = scratch.journal.path.description
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        #expect(run("/bin/mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", place) == 0)
        defer { _ = run("/bin/umount", "-l", place) }
        let recording = try Recording(scratch)
        try recording.start()
        try recording.add(10)
        #expect(recording.recorder.status.failure == nil)
        let filler = BytePath(place).appending("filler")
        try fill(filler)
        // A line that tells of losses may still fit into the last block.
        var added = 11
        repeat {
            try recording.add(300)
            added += 300
        } while recording.recorder.status.failure == nil
        let status = recording.recorder.status
        guard case .file(_, .noSpace)? = status.failure else {
            Issue.record("\(status)")
            return
        }
        #expect(status.lost > 0)
        // Whole lines are there or none, even now.
        #expect(try scratch.verify().faults.isEmpty)
        try FileManager.default.removeItem(atPath: filler.description)
        try recording.add(1)
        recording.end()
        #expect(recording.recorder.status.failure == nil)
        let lines = try scratch.text(scratch.names[0])
        let told = lines.compactMap { line in
            line.split(separator: "\"kanaria.lost.disk\":").last?.prefix { $0.isNumber }
        }.compactMap { UInt64($0) }
        #expect(told.reduce(0, +) == status.lost, "\(told)")
        #expect(lines.count { $0.contains("\"degraded\"") } == added - Int(status.lost))
        #expect(try scratch.verify().faults.isEmpty)
    }

    @Test("a journal that another holds is opened when it is let go")
    func lockedAtFirst() throws {
        let scratch = try Scratch()
        let other = try JournalWriter.open(scratch.journal)
        let recording = try Recording(scratch)
        try recording.start()
        try recording.add(1)
        #expect(recording.recorder.status.failure == .locked(scratch.journal.path))
        #expect(recording.recorder.status.lost == 1)
        try other.close()
        while recording.recorder.status.failure != nil { try recording.add(1) }
        recording.end()
        let lines = try scratch.text(scratch.names[0])
        #expect(lines.contains { $0.contains("journal-lines-lost") })
        #expect(try scratch.verify().faults.isEmpty)
    }

    @Test("sinks that nobody reads delay nothing")
    func fullSinks() throws {
        let scratch = try Scratch()
        var settings = Recorder.Settings()
        settings.sinks.journald = BytePath(scratch.home + "/deaf")
        settings.sinks.syslog = BytePath(scratch.home + "/missing")
        let deaf = try Listener(scratch.home + "/deaf")
        let recording = try Recording(scratch, settings)
        try recording.start()
        // Far more than a socket's queue takes; a sink that waited would end at the time limit.
        try recording.add(3000)
        recording.end()
        #expect(recording.recorder.status.unsent > 3000)
        #expect(recording.recorder.status.lost == 0)
        #expect(try scratch.verify().faults.isEmpty)
        deaf.end()
    }

    private func run(_ words: String...) -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments = Array(words.dropFirst())
        guard (try? process.run()) != nil else { return -1 }
        process.waitUntilExit()
        return process.terminationStatus
    }

    private func fill(_ path: BytePath) throws {
        let file = try FileDescriptor.open(path, [.writeOnly, .create])
        let block = [UInt8](repeating: 0, count: 4096)
        do throws(Errno) {
            while true { try file.writeAll(block.span) }
        } catch {
            #expect(error == .noSpace)
        }
    }
}

/// A datagram socket that keeps what it gets until somebody asks.
final class Listener {
    private let process = Process()
    private let output = Pipe()
    private let input = Pipe()

    init(_ path: String) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", Self.script, path]
        process.standardOutput = output
        process.standardInput = input
        try process.run()
        #expect(line() == "bound\n")
    }

    deinit { end() }

    func end() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// The next datagram.
    func next() throws -> [UInt8] {
        input.fileHandleForWriting.write(Data("next\n".utf8))
        return try #require(Hexadecimal.bytes(String(line().dropLast())))
    }

    /// What it says next, to the end of the line or of its life.
    private func line() -> String {
        var text = ""
        while !text.hasSuffix("\n") {
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { break }
            text += String(decoding: data, as: UTF8.self)
        }
        return text
    }

    private static let script = """
        import socket, sys
        queue = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        queue.bind(sys.argv[1])
        queue.settimeout(30)
        print("bound", flush=True)
        for line in sys.stdin: print(queue.recv(65536).hex(), flush=True)
        """
}
