import Foundation
import Linux
import Testing

/// A process with a word that holds 7 and, behind it, a page that nobody ever provides.
private final class MemoryOwner {
    private let process = Foundation.Process()
    private let input = Pipe()
    let word: UInt64
    let withheld: UInt64

    var pid: Int32 { process.processIdentifier }

    init() throws {
        let script = """
            import ctypes, fcntl, mmap, os, struct
            pages = mmap.mmap(-1, 8192)
            start = ctypes.addressof(ctypes.c_char.from_buffer(pages))
            pages[0:8] = struct.pack("Q", 7)
            faults = ctypes.CDLL(None).syscall(323, os.O_CLOEXEC)
            fcntl.ioctl(faults, 0xC018AA3F, struct.pack("QQQ", 0xAA, 0, 0))
            fcntl.ioctl(faults, 0xC020AA00, struct.pack("QQQQ", start + 4096, 4096, 1, 0))
            print(start, flush=True)
            os.read(0, 1)
            """
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-c", script]
        let output = Pipe()
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        word = try #require(UInt64(line.trimmingCharacters(in: .whitespacesAndNewlines)))
        withheld = word + 4096
    }

    func end() {
        // A test's thread may have blocked gentler signals, and its children inherit that.
        kill(pid, SIGKILL)
        process.waitUntilExit()
    }

    deinit { end() }
}

@Suite(
    .timeLimit(.minutes(1)),
    .enabled(if: ProcessHandle.effectiveUser == 0, "needs root and userfaultfd"))
struct MemoryReaderTests {
    @Test func readsAWord() throws {
        let owner = try MemoryOwner()
        let reader = try MemoryReader()
        #expect(Self.read(owner, by: reader) == 7)
        #expect(reader.word(at: 8, ofThread: owner.pid) == nil)
    }

    @Test("a page that its owner does not provide keeps nobody waiting")
    func withheld() throws {
        let owner = try MemoryOwner()
        let reader = try MemoryReader()
        #expect(reader.word(at: owner.withheld, ofThread: owner.pid) == nil)
        // The reading still waits, so nothing else can be read until its owner ends.
        #expect(reader.word(at: owner.word, ofThread: owner.pid) == nil)
        owner.end()
        #expect(Self.read(try MemoryOwner(), by: reader) == 7)
    }

    /// A busy machine may need more than one attempt.
    private static func read(_ owner: MemoryOwner, by reader: MemoryReader) -> UInt64? {
        for _ in 0..<1000 {
            if let word = reader.word(at: owner.word, ofThread: owner.pid) { return word }
            Clock.sleep(nanoseconds: 1_000_000)
        }
        return nil
    }
}
