public import Linux

/// Holds up whoever opens a file of the watched file systems, while it is up.
///
/// Several threads may share it: one reads, any answers. The thread that opens a file of these
/// file systems itself must not be the one that reads.
public final class OpenGate: Sendable {
    /// The group's queue, for waiting.
    public let group: Fanotify
    private let folders: [Shared<FileDescriptor>]

    /// One opening that waits for an answer.
    public final class Opening: Sendable {
        /// The thread that opens; 0 in another process namespace.
        public let thread: Int32
        /// The file, open for reading: what it holds is what it held before.
        public let file: FileDescriptor

        init(thread: Int32, file: consuming FileDescriptor) {
            self.thread = thread
            self.file = file
        }
    }

    /// What becomes of an opening.
    public enum Reply: Sendable, Equatable {
        /// It is answered now.
        case allow, deny
        /// Somebody answers it later.
        case keep
    }

    /// Records read at once; each is a descriptor as well.
    private static let batch = 128
    private static let recordByteCount = 24

    /// Makes the group, down; needs CAP_SYS_ADMIN.
    public init(watching folders: [BytePath]) throws(SensorError) {
        do throws(Errno) {
            group = try Fanotify(.permissionOfAnyFile)
        } catch {
            throw .cannotInitialise(error)
        }
        var opened = [Shared<FileDescriptor>]()
        for folder in folders {
            do throws(Errno) {
                opened.append(Shared(try FileDescriptor.open(folder, [.directory])))
            } catch {
                throw .cannotOpen(folder, error)
            }
        }
        self.folders = opened
    }

    /// Holds up all openings from now on.
    ///
    /// Without names or handles the kernel marks every file system, a subvolume of btrfs as well.
    public func raise() throws(Errno) {
        for folder in folders {
            try group.mark(.fileSystem, .openPermission, at: folder.value)
        }
    }

    /// Lets everybody open again; what waits is still to be answered.
    public func lower() {
        for folder in folders {
            try? group.unmark(.fileSystem, .openPermission, at: folder.value)
        }
    }

    /// A buffer for `read`.
    public static func makeBuffer() -> [UInt8] {
        [UInt8](repeating: 0, count: batch * recordByteCount)
    }

    /// Reads what waits: whoever `passes` is allowed at once, the others are handed to `decide`.
    ///
    /// - Parameters:
    ///   - buffer: of `makeBuffer`.
    ///   - passes: whether a thread is of no interest; asked first, and without its file.
    ///   - decide: what becomes of an opening; where it keeps it, it has to have it answered.
    /// - Returns: whether anything waited.
    /// - Throws: `SensorError` when the queue can't be read.
    public func read(
        into buffer: inout [UInt8], passes: (Int32) -> Bool, decide: (Opening) -> Reply
    ) throws(SensorError) -> Bool {
        do throws(Fanotify.QueueError) {
            let filled = try group.read(into: &buffer) { record, _ in
                guard record.event >= 0 else { return }
                let file = FileDescriptor(owning: record.event)
                if passes(record.pid) {
                    try? group.answer(file.rawValue, allow: true)
                    return
                }
                let opening = Opening(thread: record.pid, file: file)
                let reply = decide(opening)
                if reply != .keep { answer(opening, allow: reply == .allow) }
            }
            return filled > 0
        } catch {
            throw SensorError(error)
        }
    }

    /// Whether an opening is known to be for reading alone; one that cannot be told is not.
    ///
    /// The flags of `openat2` are in the memory of the process: not known. `deadline` on the
    /// monotonic clock: until then the thread may come to rest in its call.
    public static func isReading(_ opening: Opening, waitingUntil deadline: UInt64) -> Bool {
        while true {
            switch ProcessTable.activity(ofThread: opening.thread) {
            case .isIn(let call): return call.openPurpose == .reading
            case .unknown: return false
            case .runs: if Clock.monotonicNanoseconds >= deadline { return false }
            }
            Clock.sleep(nanoseconds: ProcessTable.settlingNanoseconds)
        }
    }

    /// Answers an opening; nothing happens where its process has ended.
    public func answer(_ opening: Opening, allow: Bool) {
        try? group.answer(opening.file.rawValue, allow: allow)
    }
}
