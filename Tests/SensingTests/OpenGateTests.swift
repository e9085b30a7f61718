import Foundation
import Linux
import Sensing
import Synchronization
import Testing

private let canHoldUp = ProcessHandle.effectiveUser == 0 && (try? Fanotify(.permission)) != nil

@Suite(
    "The gate on a file system", .serialized, .timeLimit(.minutes(1)), .removesPlaces,
    .enabled(if: canHoldUp && Places.canMount, "needs root, fanotify and loop devices"))
struct OpenGateTests {
    /// Opens a file on a thread of its own and tells how that ended.
    private final class Opener: Sendable {
        let ended: EventCounter
        let result = Mutex<Errno?>(nil)

        init(_ path: BytePath, _ options: OpenOptions) throws {
            ended = try EventCounter()
            let thread = try Linux.Thread.run { [self] in
                do throws(Errno) {
                    _ = try FileDescriptor.open(path, options)
                } catch {
                    result.withLock { $0 = error }
                }
                ended.signal()
            }
            thread.detach()
        }

        func wait() throws -> Errno? {
            let set = try Epoll()
            try set.add(ended.descriptor, token: 1)
            #expect(try set.wait(milliseconds: 20_000) == 1)
            return result.withLock { $0 }
        }
    }

    /// The next opening that waits.
    private func held(_ gate: OpenGate) throws -> OpenGate.Opening {
        let set = try Epoll()
        try set.add(gate.group.descriptor, token: 1)
        #expect(try set.wait(milliseconds: 20_000) == 1)
        var buffer = OpenGate.makeBuffer()
        let found = Mutex<OpenGate.Opening?>(nil)
        _ = try gate.read(into: &buffer, passes: { _ in false }) { opening in
            found.withLock { $0 = opening }
            return .keep
        }
        return try #require(found.withLock { $0 })
    }

    @Test(
        "holds an opening up until it is answered",
        arguments: ["ext4", "xfs", "btrfs", "tmpfs", "subvolume"], [true, false])
    func answer(name: String, allow: Bool) throws {
        try Places.require(name)
        let folder = try Places.place(name).point
        let file = BytePath(folder + "/gated-\(allow)")
        _ = try FileDescriptor.open(file, [.writeOnly, .create])
        let gate = try OpenGate(watching: [BytePath(folder)])
        try gate.raise()
        let opener = try Opener(file, [.readWrite])
        let opening = try held(gate)
        let process = ProcessTable.process(ofThread: opening.thread)
        #expect(process == ProcessHandle.own && opening.thread != ProcessHandle.own)
        #expect(!OpenGate.isReading(opening, waitingUntil: .max))
        gate.answer(opening, allow: allow)
        #expect(try opener.wait() == (allow ? nil : .notPermitted))
        gate.lower()
        #expect(try Opener(file, [.readWrite]).wait() == nil)
    }

    @Test(
        "knows who opens for reading, of a process with several threads",
        arguments: [
            ([.readOnly], true), ([.writeOnly], false), ([.readOnly, .truncate], false),
            ([.writeOnly, .create], false),
        ] as [(OpenOptions, Bool)])
    func purpose(options: OpenOptions, isReading: Bool) throws {
        let folder = try Places.place("ext4").point
        let file = BytePath(folder + "/purpose")
        _ = try FileDescriptor.open(file, [.writeOnly, .create])
        let gate = try OpenGate(watching: [BytePath(folder)])
        try gate.raise()
        let opener = try Opener(file, options)
        let opening = try held(gate)
        #expect(OpenGate.isReading(opening, waitingUntil: .max) == isReading)
        gate.answer(opening, allow: false)
        #expect(try opener.wait() == .notPermitted)
        gate.lower()
    }

    // Some kernels ask for FIFOs as well, others do not: the gate must not wait in either.
    @Test("does not wait for the other end of a FIFO")
    func fifo() throws {
        let folder = try Places.place("ext4").point
        try Places.shell("mkfifo '\(folder)/fifo'")
        let gate = try OpenGate(watching: [BytePath(folder)])
        try gate.raise()
        let writer = try Opener(BytePath(folder + "/fifo"), [.writeOnly])
        let set = try Epoll()
        try set.add(gate.group.descriptor, token: 1)
        try set.add(writer.ended.descriptor, token: 2)
        let reader = try Opener(BytePath(folder + "/fifo"), [.readOnly])
        var buffer = OpenGate.makeBuffer()
        while try set.wait(milliseconds: 20_000) == 1 {
            _ = try gate.read(into: &buffer, passes: { _ in false }, decide: { _ in .allow })
        }
        gate.lower()
        #expect(try writer.wait() == nil)
        #expect(try reader.wait() == nil)
    }
}
