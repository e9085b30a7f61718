internal import CLinux

/// What `/proc/PID/stat` says of a process.
public struct ProcessStatus: Sendable, Equatable {
    /// Number.
    public var pid: Int32
    /// State letter such as R, S, D, T or Z.
    public var state: UInt8
    /// Parent.
    public var parent: Int32
    /// Process group.
    public var group: Int32
    /// Session.
    public var session: Int32
    /// Kernel flags; bit 0x200000 marks a kernel thread.
    public var flags: UInt32
    /// Processor time of all its threads in clock ticks.
    public var processorTicks: UInt64
    /// Threads.
    public var threadCount: Int32
    /// Start in clock ticks since boot: with the number it names the process for good.
    public var startTicks: UInt64
    /// Bytes of address space, which every new mapping changes.
    public var addressByteCount: UInt64

    /// Whether it is a kernel thread (`PF_KTHREAD`).
    public var isKernelThread: Bool { flags & 0x0020_0000 != 0 }

    /// Reads the text of `/proc/PID/stat`; nil if it is not of that form.
    ///
    /// The name in parentheses may hold anything, so fields are counted from the last `)`.
    public init?(parsing text: Span<UInt8>) {
        var close = text.count - 1
        while close >= 0, text[close] != UInt8(ascii: ")") { close -= 1 }
        guard close > 2, close + 2 < text.count else { return nil }
        var head = FieldReader(at: 0)
        guard let pid = head.next(text) else { return nil }
        self.pid = Int32(truncatingIfNeeded: pid)
        state = text[close + 2]
        var fields = FieldReader(at: close + 4)
        var values = InlineArray<20, Int64>(repeating: 0)
        for index in 0..<20 {
            guard let value = fields.next(text) else { return nil }
            values[index] = value
        }
        (parent, group) = (
            Int32(truncatingIfNeeded: values[0]), Int32(truncatingIfNeeded: values[1])
        )
        session = Int32(truncatingIfNeeded: values[2])
        flags = UInt32(truncatingIfNeeded: values[5])
        processorTicks = UInt64(bitPattern: values[10] &+ values[11])
        threadCount = Int32(truncatingIfNeeded: values[16])
        startTicks = UInt64(bitPattern: values[18])
        addressByteCount = UInt64(bitPattern: values[19])
    }
}

/// Decimal numbers between blanks.
private struct FieldReader {
    private var position: Int

    init(at position: Int) { self.position = position }

    mutating func next(_ text: Span<UInt8>) -> Int64? {
        while position < text.count, text[position] == 32 { position += 1 }
        let negative = position < text.count && text[position] == UInt8(ascii: "-")
        if negative { position += 1 }
        var value: Int64 = 0
        let first = position
        while position < text.count, text[position] >= 48, text[position] <= 57 {
            value = value &* 10 &+ Int64(text[position] &- 48)
            position += 1
        }
        return position == first ? nil : (negative ? 0 &- value : value)
    }
}

/// Readers of `/proc`; none allocates unless it returns an array or a path.
public enum ProcessTable {
    /// Status of a process or thread; nil when it is gone.
    public static func status(_ pid: Int32) -> ProcessStatus? {
        var buffer = InlineArray<1024, UInt8>(repeating: 0)
        guard let count = read(pid, .stat, into: &buffer) else { return nil }
        return ProcessStatus(parsing: buffer.span.extracting(0..<count))
    }

    /// What a thread is at.
    ///
    /// A thread that is about to sleep, or was woken and sleeps again, still runs for the kernel.
    public static func activity(ofThread thread: Int32) -> ThreadActivity {
        var buffer = InlineArray<1024, UInt8>(repeating: 0)
        guard let count = read(thread, .syscall, into: &buffer), count > 0 else { return .unknown }
        if buffer[0] == UInt8(ascii: "r") { return .runs }
        let call = SystemCall(parsing: buffer.span.extracting(0..<count))
        return call.map(ThreadActivity.isIn) ?? .unknown
    }

    /// After which time a thread that runs is to be asked again: twice what falling asleep takes;
    /// sleeping ourselves leaves it a processor.
    public static let settlingNanoseconds: UInt64 = 20_000

    /// All processes, newest number first.
    public static func all() -> [Int32] {
        numbers(in: "/proc").sorted(by: >)
    }

    /// Threads of a process.
    public static func threads(of pid: Int32) -> [Int32] {
        numbers(in: BytePath("/proc/\(pid)/task"))
    }

    /// Children of a process, over all its threads.
    public static func children(of pid: Int32) -> [Int32] {
        var found = [Int32]()
        for thread in threads(of: pid) {
            let path = BytePath("/proc/\(pid)/task/\(thread)/children")
            guard let text = contents(path, limit: 1 << 20) else { continue }
            for word in text.split(separator: 32) {
                if let number = Int32(String(decoding: word, as: UTF8.self)) {
                    found.append(number)
                }
            }
        }
        return found
    }

    /// The executable's path; nil for kernel threads and processes that are gone.
    public static func executable(_ pid: Int32) -> BytePath? {
        try? FileDescriptor.linkTarget(BytePath("/proc/\(pid)/exe"))
    }

    /// Device and inode of the executable.
    public static func executableStatus(_ pid: Int32) -> FileStatus? {
        ProcessPage.executable.target(pid)
    }

    /// The arguments, each NUL-ended in the kernel's text.
    ///
    /// Cannot be kept waiting by who serves its own pages (userfaultfd, FUSE): such arguments are
    /// missing. Source: Linux 4.17, commit 7f7ccc2ccc2e (CVE-2018-1120).
    public static func commandLine(_ pid: Int32) -> [BytePath] {
        guard let text = contents(BytePath("/proc/\(pid)/cmdline"), limit: 1 << 16) else {
            return []
        }
        return text.split(separator: 0).map { BytePath($0) }
    }

    /// The real user; nil when it is gone.
    public static func user(_ pid: Int32) -> UInt32? {
        number(in: BytePath("/proc/\(pid)/status"), field: "Uid:").map { UInt32(clamping: $0) }
    }

    /// The process to which a thread belongs; nil when it is gone.
    public static func process(ofThread thread: Int32) -> Int32? {
        var buffer = InlineArray<1024, UInt8>(repeating: 0)
        guard let count = read(thread, .status, into: &buffer) else { return nil }
        return number(in: buffer.span.extracting(0..<count), field: "\nTgid:\t")
    }

    /// The path of the control group (version 2, else the first line).
    public static func controlGroup(_ pid: Int32) -> BytePath? {
        guard let text = contents(BytePath("/proc/\(pid)/cgroup"), limit: 1 << 14) else {
            return nil
        }
        let lines = text.split(separator: 10)
        guard let line = lines.first(where: { $0.starts(with: "0::".utf8) }) ?? lines.first else {
            return nil
        }
        let parts = line.split(
            separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
        return parts.count == 3 ? BytePath(parts[2]) : nil
    }

    /// A small file of `/proc`; nil when it can't be read.
    public static func contents(_ path: BytePath, limit: Int) -> [UInt8]? {
        guard let file = try? FileDescriptor.open(path) else { return nil }
        return try? file.readToEnd(limit: limit)
    }

    /// The number behind a field's name in the first KiB of a text.
    private static func number(in text: Span<UInt8>, field: StaticString) -> Int32? {
        let length = field.utf8CodeUnitCount
        var place = 0
        while place + length < text.count {
            var same = 0
            while same < length, unsafe field.utf8Start[same] == text[place + same] { same += 1 }
            if same == length {
                var reader = FieldReader(at: place + length)
                return reader.next(text).map { Int32(clamping: $0) }
            }
            place += 1
        }
        return nil
    }

    static func number(in path: BytePath, field: String) -> Int64? {
        guard let text = contents(path, limit: 8192) else { return nil }
        for line in text.split(separator: 10) where line.starts(with: field.utf8) {
            var reader = FieldReader(at: 0)
            let rest = Array(line.dropFirst(field.utf8.count).map { $0 == 9 ? 32 : $0 })
            return reader.next(rest.span)
        }
        return nil
    }

    static func numbers(in folder: BytePath) -> [Int32] {
        guard let directory = try? FileDescriptor.open(folder, [.readOnly, .directory]),
            let entries = try? directory.entries()
        else { return [] }
        return entries.compactMap { Int32(String(decoding: $0.name.bytes, as: UTF8.self)) }
    }

    private static func read(
        _ pid: Int32, _ page: ProcessPage, into buffer: inout InlineArray<1024, UInt8>
    ) -> Int? {
        guard let file = page.open(pid) else { return nil }
        var span = buffer.mutableSpan
        return try? file.read(into: &span)
    }
}
