internal import CLinux

/// An inotify instance.
public struct Inotify: ~Copyable, Sendable {
    /// Readable when events wait.
    public let descriptor: FileDescriptor

    /// Makes an instance; its number is limited by `fs.inotify.max_user_instances`.
    public init() throws(Errno) {
        let flags = Int32(IN_CLOEXEC | IN_NONBLOCK)
        descriptor = FileDescriptor(owning: try retrying { inotify_init1(flags) })
    }

    /// `IN_DONT_FOLLOW | IN_EXCL_UNLINK`: a removed file has no name that could be told.
    private static let common: UInt32 = 0x0600_0000
    /// `IN_ONLYDIR`.
    private static let onlyFolder: UInt32 = 0x0100_0000

    /// Watches a folder or file; links are not followed.
    ///
    /// One inode has one watch.
    ///
    /// - Throws: `.noSpace` when `fs.inotify.max_user_watches` is reached.
    public borrowing func watch(
        _ path: BytePath, _ mask: EventMask, onlyFolder: Bool = false
    ) throws(Errno) -> Int32 {
        let number = descriptor.rawValue
        let flags =
            UInt32(truncatingIfNeeded: mask.rawValue & 0xfff) | Self.common
            | (onlyFolder ? Self.onlyFolder : 0)
        return try retrying {
            unsafe path.withCString { unsafe inotify_add_watch(number, $0, flags) }
        }
    }

    /// Stops watching.
    public borrowing func unwatch(_ watch: Int32) {
        _ = inotify_rm_watch(descriptor.rawValue, watch)
    }
}

/// One record from an inotify queue.
public struct InotifyRecord: Sendable, Equatable {
    /// Number of the watch; -1 for an overflow.
    public var watch: Int32
    /// What happened (`IN_*`, the low bits are those of `EventMask`).
    public var mask: UInt32
    /// The same in both records of a rename.
    public var cookie: UInt32
    /// The name in the watched folder; empty for the watched thing itself.
    public var name: Range<Int>

    /// `IN_Q_OVERFLOW`.
    public var isOverflow: Bool { mask & 0x4000 != 0 }
    /// `IN_IGNORED`: the watch is gone.
    public var isIgnored: Bool { mask & 0x8000 != 0 }
    /// `IN_ISDIR`.
    public var isDirectory: Bool { mask & 0x4000_0000 != 0 }
    /// `IN_UNMOUNT`.
    public var isUnmounted: Bool { mask & 0x2000 != 0 }

    /// Reads the record at `offset` and moves the offset behind it; nil at the end.
    ///
    /// Layout of `struct inotify_event`: watch i32, mask u32, cookie u32, length u32, name.
    /// Source: inotify(7).
    public static func next(
        _ bytes: Span<UInt8>, _ offset: inout Int
    ) throws(RecordError) -> InotifyRecord? {
        if offset == bytes.count { return nil }
        guard bytes.count - offset >= 16 else { throw .truncated(at: offset) }
        let length = Int(bytes.littleEndian32(at: offset + 12))
        let start = offset + 16
        guard bytes.count - start >= length else { throw .truncated(at: offset) }
        var end = start
        while end < start + length, bytes[end] != 0 { end += 1 }
        let record = InotifyRecord(
            watch: Int32(bitPattern: bytes.littleEndian32(at: offset)),
            mask: bytes.littleEndian32(at: offset + 4),
            cookie: bytes.littleEndian32(at: offset + 8), name: start..<end)
        offset = start + length
        return record
    }
}
