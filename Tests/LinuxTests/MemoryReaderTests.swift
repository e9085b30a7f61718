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

    /// An argument that fills pages of its own.
    static let long = String(repeating: "x", count: 12288)
    /// Puts a page that nobody provides in place of a part of the arguments.
    private static let hide = """
        begin = int(open("/proc/self/stat").read().rsplit(")", 1)[1].split()[45]) + 4095 & ~4095
        put = ctypes.CDLL(None).mmap
        put.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
        put(begin, 4096, 3, 0x32, -1, 0)
        fcntl.ioctl(faults, 0xC020AA00, struct.pack("QQQQ", begin, 4096, 1, 0))
        """

    init(hidesArguments: Bool = false) throws {
        let script = """
            import ctypes, fcntl, mmap, os, struct
            pages = mmap.mmap(-1, 8192)
            start = ctypes.addressof(ctypes.c_char.from_buffer(pages))
            pages[0:8] = struct.pack("Q", 7)
            faults = ctypes.CDLL(None).syscall(323, os.O_CLOEXEC)
            fcntl.ioctl(faults, 0xC018AA3F, struct.pack("QQQ", 0xAA, 0, 0))
            fcntl.ioctl(faults, 0xC020AA00, struct.pack("QQQQ", start + 4096, 4096, 1, 0))
            \(hidesArguments ? Self.hide : "")
            print(start, flush=True)
            os.read(0, 1)
            """
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-c", script, Self.long]
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
        #expect(Self.read(owner.word, owner, by: reader, 1) == .value(7))
        #expect(Self.read(8, owner, by: reader, 2) == .unreadable)
        #expect(Self.read(owner.word, owner, by: reader, 3) == .value(7))
    }

    @Test("a page that its owner does not provide keeps nobody waiting")
    func withheld() throws {
        let owner = try MemoryOwner()
        let reader = try MemoryReader()
        #expect(Self.read(owner.withheld, owner, by: reader, 1) == .unreadable)
        // The reading still waits, so nothing else can be read until its owner ends.
        #expect(reader.word(at: owner.word, ofThread: owner.pid, question: 2) == .unreadable)
        owner.end()
        let other = try MemoryOwner()
        var word = MemoryReader.Word.unreadable
        while word == .unreadable { word = Self.read(other.word, other, by: reader, 3) }
        #expect(word == .value(7))
    }

    @Test("arguments that a process withholds keep nobody waiting")
    func withheldArguments() throws {
        let owner = try MemoryOwner()
        #expect(ProcessTable.commandLine(owner.pid).last?.description == MemoryOwner.long)
        let hiding = try MemoryOwner(hidesArguments: true)
        #expect(ProcessTable.commandLine(hiding.pid).last?.description != MemoryOwner.long)
    }

    private static func read(
        _ address: UInt64, _ owner: MemoryOwner, by reader: MemoryReader, _ number: UInt64
    ) -> MemoryReader.Word {
        while true {
            let word = reader.word(at: address, ofThread: owner.pid, question: number)
            if word != .pending { return word }
            Clock.sleep(nanoseconds: 1_000_000)
        }
    }
}
