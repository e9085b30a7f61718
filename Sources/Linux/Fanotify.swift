internal import CLinux

/// What happened, as fanotify and inotify name it.
public struct EventMask: OptionSet, Sendable, Hashable {
    /// The C value (`FAN_*`).
    public let rawValue: UInt64
    /// Wraps a C value.
    public init(rawValue: UInt64) { self.rawValue = rawValue }
    /// `FAN_ACCESS`.
    public static let access = EventMask(rawValue: 0x1)
    /// `FAN_MODIFY`.
    public static let modify = EventMask(rawValue: 0x2)
    /// `FAN_ATTRIB`.
    public static let attributes = EventMask(rawValue: 0x4)
    /// `FAN_CLOSE_WRITE`.
    public static let closeWrite = EventMask(rawValue: 0x8)
    /// `FAN_CLOSE_NOWRITE`.
    public static let closeRead = EventMask(rawValue: 0x10)
    /// `FAN_OPEN`.
    public static let open = EventMask(rawValue: 0x20)
    /// `FAN_MOVED_FROM`.
    public static let movedFrom = EventMask(rawValue: 0x40)
    /// `FAN_MOVED_TO`.
    public static let movedTo = EventMask(rawValue: 0x80)
    /// `FAN_CREATE`.
    public static let create = EventMask(rawValue: 0x100)
    /// `FAN_DELETE`.
    public static let delete = EventMask(rawValue: 0x200)
    /// `FAN_DELETE_SELF`.
    public static let deleteSelf = EventMask(rawValue: 0x400)
    /// `FAN_MOVE_SELF`.
    public static let moveSelf = EventMask(rawValue: 0x800)
    /// `FAN_Q_OVERFLOW`.
    public static let overflow = EventMask(rawValue: 0x4000)
    /// `FAN_FS_ERROR`.
    public static let fileSystemError = EventMask(rawValue: 0x8000)
    /// `FAN_OPEN_PERM`.
    public static let openPermission = EventMask(rawValue: 0x10000)
    /// `FAN_ACCESS_PERM`.
    public static let accessPermission = EventMask(rawValue: 0x20000)
    /// `FAN_EVENT_ON_CHILD`.
    public static let onChild = EventMask(rawValue: 0x0800_0000)
    /// `FAN_RENAME`.
    public static let rename = EventMask(rawValue: 0x1000_0000)
    /// `FAN_ONDIR`.
    public static let onDirectory = EventMask(rawValue: 0x4000_0000)
}

/// What a mark is put on.
public enum MarkTarget: Sendable {
    /// One inode.
    case inode
    /// The whole file system that holds the path.
    case fileSystem
}

/// A group of fanotify marks and its queue of events.
public struct Fanotify: ~Copyable, Sendable {
    /// Readable when events wait.
    public let descriptor: FileDescriptor

    /// What the records of a group carry.
    public enum Kind: Sendable {
        /// Names, handles and the process's number; cannot hold anybody up.
        case notification
        /// A descriptor of the file and the thread's number; each event must be answered.
        case permission
        /// The same for files of any kind: a FIFO is not waited for.
        case permissionOfAnyFile
    }

    /// `FAN_REPORT_DFID_NAME_TARGET`.
    private static let reportNames: UInt32 = 0x1e00
    /// `FAN_UNLIMITED_MARKS`, as each canary has one.
    ///
    /// It needs the capability that marks of file systems need as well, without which a group
    /// could be made and then not used.
    private static let unlimitedMarks: UInt32 = 0x20
    /// `FAN_REPORT_TID`.
    private static let reportThread: UInt32 = 0x100
    /// `O_LARGEFILE | O_NOATIME`.
    private static let largeFileNoAccessTime: Int32 = 0o1100000

    /// Makes a group; needs CAP_SYS_ADMIN.
    ///
    /// The two kinds cannot be one group. Source: facts/kernel.md §0.
    public init(_ kind: Kind) throws(Errno) {
        let common = UInt32(FAN_CLOEXEC | FAN_NONBLOCK)
        let flags: UInt32 =
            switch kind {
            case .notification:
                common | UInt32(FAN_CLASS_NOTIF) | Self.reportNames | Self.unlimitedMarks
            case .permission, .permissionOfAnyFile:
                common | UInt32(FAN_CLASS_CONTENT) | Self.reportThread
            }
        var openFlags = UInt32(O_RDONLY | O_CLOEXEC | Self.largeFileNoAccessTime)
        if kind == .permissionOfAnyFile { openFlags |= UInt32(O_NONBLOCK) }
        descriptor = FileDescriptor(owning: try retrying { fanotify_init(flags, openFlags) })
    }

    /// Takes over the descriptor of a group that another process made.
    public init(owning descriptor: consuming FileDescriptor) {
        self.descriptor = descriptor
    }

    /// Adds events to a mark.
    public borrowing func mark(
        _ target: MarkTarget, _ mask: EventMask, at path: BytePath, ignoring: Bool = false
    ) throws(Errno) {
        let flags = UInt32(FAN_MARK_ADD) | Self.flags(target) | (ignoring ? 0x60 : 0)
        try change(flags, mask, path)
    }

    /// Adds events to a mark on what is open.
    public borrowing func mark(
        _ target: MarkTarget, _ mask: EventMask, at opened: borrowing FileDescriptor
    ) throws(Errno) {
        try change(UInt32(FAN_MARK_ADD) | Self.flags(target), mask, opened)
    }

    /// Takes events out of a mark on what is open.
    public borrowing func unmark(
        _ target: MarkTarget, _ mask: EventMask, at opened: borrowing FileDescriptor
    ) throws(Errno) {
        try change(UInt32(FAN_MARK_REMOVE) | Self.flags(target), mask, opened)
    }

    /// Takes events out of a mark.
    public borrowing func unmark(
        _ target: MarkTarget, _ mask: EventMask, at path: BytePath
    ) throws(Errno) {
        try change(UInt32(FAN_MARK_REMOVE) | Self.flags(target), mask, path)
    }

    /// Why the queue can't be read.
    public enum QueueError: Error, Equatable, Sendable {
        /// The call failed.
        case cannotRead(Errno)
        /// The kernel sent something that is not a record; those before it were handed over.
        case malformed(RecordError)
    }

    /// Hands what waits to `body`, with the bytes into which the records' ranges point.
    ///
    /// Allocates nothing. Descriptors in the records are the reader's to close.
    ///
    /// - Returns: the bytes read; 0 when nothing waited.
    public borrowing func read(
        into buffer: inout [UInt8], _ body: (FanotifyRecord, Span<UInt8>) -> Void
    ) throws(QueueError) -> Int {
        var bytes = buffer.mutableSpan
        let filled: Int
        do throws(Errno) {
            filled = try descriptor.read(into: &bytes)
        } catch {
            if error == .wouldBlock { return 0 }
            throw .cannotRead(error)
        }
        let records = buffer.span.extracting(0..<filled)
        do throws(RecordError) {
            var offset = 0
            while let record = try FanotifyRecord.next(records, &offset) { body(record, records) }
        } catch {
            throw .malformed(error)
        }
        return filled
    }

    private static func flags(_ target: MarkTarget) -> UInt32 {
        switch target {
        case .inode: 0x4  // FAN_MARK_DONT_FOLLOW
        case .fileSystem: 0x100
        }
    }

    private borrowing func change(
        _ flags: UInt32, _ mask: EventMask, _ path: BytePath
    ) throws(Errno) {
        let number = descriptor.rawValue
        try retrying {
            unsafe path.withCString {
                unsafe fanotify_mark(number, flags, mask.rawValue, AT_FDCWD, $0)
            }
        }
    }

    private borrowing func change(
        _ flags: UInt32, _ mask: EventMask, _ opened: borrowing FileDescriptor
    ) throws(Errno) {
        let (number, file) = (descriptor.rawValue, opened.rawValue)
        try retrying { fanotify_mark(number, flags, mask.rawValue, file, nil) }
    }

    /// Answers a permission event.
    ///
    /// `event` is the descriptor number of the record; the caller closes it afterwards.
    public borrowing func answer(_ event: Int32, allow: Bool) throws(Errno) {
        var response = fanotify_response(
            fd: event, response: UInt32(allow ? FAN_ALLOW : FAN_DENY))
        let number = descriptor.rawValue
        try retrying { unsafe write(number, &response, MemoryLayout<fanotify_response>.size) }
    }
}
