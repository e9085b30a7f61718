import Detection
import Foundation
import Linux
import Response
import Testing

@testable import Guarding

@Suite struct HandledActorsTests {
    /// A child that waits for the end of its input.
    private static func living() throws -> (process: Foundation.Process, key: ProcessKey) {
        let process = Foundation.Process()
        process.executableURL = URL(fileURLWithPath: "/bin/cat")
        process.standardInput = Pipe()
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let status = try #require(ProcessTable.status(process.processIdentifier))
        return (process, ProcessKey(pid: status.pid, startTicks: status.startTicks))
    }

    /// A number that no process ever has.
    private let ended = ProcessKey(pid: Int32.max, startTicks: 1)
    private let writer = ProcessKey(pid: 4_000_001, startTicks: 2)
    private let other = ProcessKey(pid: 4_000_002, startTicks: 3)

    @Test("an actor that is only watched or left alone is responded to once")
    func watched() throws {
        let (process, actor) = try Self.living()
        defer { kill(process.processIdentifier, SIGKILL) }
        var handled = HandledActors()
        #expect(handled.claim(actor, writer) == actor)
        handled.insert(FrozenTree(), of: actor)
        #expect(handled.claim(actor, writer) == nil)
    }

    @Test("whoever goes on although its actor was stopped is responded to, once, until released")
    func straggler() throws {
        let (process, actor) = try Self.living()
        defer { kill(process.processIdentifier, SIGKILL) }
        var handled = HandledActors()
        #expect(handled.claim(actor, writer) == actor)
        handled.insert(
            Responder(Protection(allowed: AllowList([]))).freeze(from: actor.pid), of: actor)
        #expect(handled.claim(actor, actor) == nil)
        #expect(handled.claim(actor, writer) == writer)
        #expect(handled.claim(actor, writer) == nil)
        #expect(handled.claim(actor, other) == other)
        for key in [actor, writer, other] { handled.remove(key) }
        #expect(handled.claim(actor, writer) == actor)
    }

    @Test("what an actor left behind that has ended answers for itself")
    func orphan() {
        var handled = HandledActors()
        #expect(handled.claim(ended, writer) == ended)
        handled.noteEnd(of: ended)
        #expect(handled.claim(ended, writer) == writer)
        #expect(handled.claim(ended, writer) == nil)
        #expect(handled.claim(ended, other) == other)
    }

    @Test("whom the kernel does not let us signal is not tried again and again")
    func refused() throws {
        let (process, actor) = try Self.living()
        defer { kill(process.processIdentifier, SIGKILL) }
        var handled = HandledActors()
        #expect(handled.claim(actor, writer) == actor)
        var tree = FrozenTree()
        tree.refused = [writer]
        handled.insert(tree, of: actor)
        #expect(handled.claim(actor, writer) == nil)
    }
}
