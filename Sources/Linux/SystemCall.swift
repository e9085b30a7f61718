internal import CLinux

/// What a thread is at: running, blocked in a system call, or neither, as when it is gone.
public enum ThreadActivity: Sendable, Equatable {
    case runs
    case isIn(SystemCall)
    case unknown
}

/// The system call in which a thread is blocked, from `/proc/TID/syscall`.
public struct SystemCall: Sendable, Equatable {
    /// Number.
    public var number: Int64
    /// The six arguments.
    public var arguments: InlineArray<6, UInt64>

    /// Two calls are the same if number and arguments are.
    public static func == (left: SystemCall, right: SystemCall) -> Bool {
        left.number == right.number
            && left.arguments.indices.allSatisfy { left.arguments[$0] == right.arguments[$0] }
    }

    /// Reads the kernel's text; nil for `running` and for `-1 …`.
    public init?(parsing text: Span<UInt8>) {
        var position = 0
        var value: Int64 = 0
        while position < text.count, text[position] >= 48, text[position] <= 57 {
            value = value &* 10 &+ Int64(text[position] &- 48)
            position += 1
        }
        if position == 0 { return nil }
        number = value
        arguments = InlineArray(repeating: 0)
        for index in 0..<6 {
            guard position + 3 <= text.count, text[position] == 32, text[position + 1] == 48,
                text[position + 2] == UInt8(ascii: "x")
            else { return nil }
            position += 3
            var word: UInt64 = 0
            while position < text.count, let digit = Self.hexadecimal(text[position]) {
                word = word << 4 | UInt64(digit)
                position += 1
            }
            arguments[index] = word
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 97...102: byte - 87
        default: nil
        }
    }

    /// What an opening is for.
    public enum OpenPurpose: Sendable, Equatable { case reading, writing, unknown }

    /// Whether the thread opens for writing, from the call's flags.
    ///
    /// Anything that is not known to open (io_uring, kernel threads, 32-bit calls) is `.unknown`,
    /// and so is `openat2`. Source: facts/kernel.md §2.
    public var openPurpose: OpenPurpose {
        if let openFlags { return Self.purpose(flags: openFlags) }
        return switch Int32(truncatingIfNeeded: number) {
        case SYS_creat: .writing
        case SYS_execve, SYS_execveat: .reading
        default: .unknown
        }
    }

    /// The flags of an opening that has them among its arguments.
    private var openFlags: UInt64? {
        switch Int32(truncatingIfNeeded: number) {
        case SYS_open: arguments[1]
        case SYS_openat, SYS_open_by_handle_at: arguments[2]
        default: nil
        }
    }

    /// Where `openat2` keeps its flags in the memory of the thread; nil in other calls.
    public var flagsAddress: UInt64? {
        Int32(truncatingIfNeeded: number) == SYS_openat2 ? arguments[2] : nil
    }

    /// Whether the thread opens a file in such a way that the opening alone leaves its content as
    /// it is; false where that is not known.
    public var opensIntact: Bool { openFlags.map(Self.opensIntact) ?? false }

    /// Whether opening with these flags leaves the content as it is.
    public static func opensIntact(flags: UInt64) -> Bool {
        Int32(truncatingIfNeeded: flags) & O_TRUNC == 0
    }

    /// What is opened for with these flags.
    public static func purpose(flags: UInt64) -> OpenPurpose {
        let flags = Int32(truncatingIfNeeded: flags)
        if flags & O_ACCMODE != O_RDONLY || flags & O_TRUNC != 0 { return .writing }
        return .reading
    }
}
