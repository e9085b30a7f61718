public import Linux

/// One thing that happened to a file, the same from every sensor.
public struct FileEvent: Sendable {
    /// What happened.
    public enum Kind: Sendable, Equatable {
        /// A file that was open for writing was closed.
        case closedAfterWriting
        /// A file that is still open was written to.
        case modified
        /// A file was opened; told only while writes are, by a sensor that names no process.
        case opened
        /// A name changed; `changedSuffix` tells whether the part behind the last dot did.
        case renamed(changedSuffix: Bool)
        /// A name was removed.
        case deleted
        /// The last name of a file went, by removal or by a rename onto it.
        case vanished
        /// Attributes, owner or number of links changed.
        case attributes
        /// The queue was full: events are missing from here on.
        case overflow
    }

    /// What happened.
    public var kind: Kind
    /// The process that did it; 0 when the kernel does not say (inotify).
    public var pid: Int32
    /// Whether that process is known to have ended: its number may be another's.
    public var hasEnded = false
    /// Handle of the file; nil where the kernel gave none.
    public var file: FileHandle?
    /// Handle of the folder; nil where the kernel gave none.
    public var folder: FileHandle?
    /// The name, the new one of a rename; nil where the kernel gave none.
    public var name: NameParts?
    /// The whole name, in events of removals and renames alone; nil as `name` is.
    public var fullName: FileName?
    /// Path of the file, which a sensor gives that works where handles can't be opened.
    public var path: BytePath?

    /// An event of which nothing but this is known.
    public init(kind: Kind, pid: Int32) {
        (self.kind, self.pid) = (kind, pid)
    }
}

/// Why a sensor can't work.
public enum SensorError: Error, Equatable, Sendable {
    /// The watched path can't be opened.
    case cannotOpen(BytePath, Errno)
    /// The kernel gives no group; CAP_SYS_ADMIN is missing or fanotify is not built in.
    case cannotInitialise(Errno)
    /// The mark was refused, with what it was for.
    case cannotMark(BytePath, Errno)
    /// This kind of file system can't be watched as a whole, with the reason.
    case cannotCover(BytePath, fileSystem: BytePath, Obstacle)
    /// `fs.inotify.max_user_instances` or the limit of open files is reached.
    case instanceLimit
    /// `fs.inotify.max_user_watches` is reached: nothing beneath the folder is seen.
    case watchLimit(BytePath)
    /// A watched folder was removed, moved away or unmounted.
    case lostFolder(BytePath)
    /// Reading the queue failed.
    case cannotRead(Errno)
    /// The kernel sent something that is not a record.
    case malformed(RecordError)

    /// Why a queue can't be read.
    init(_ error: Fanotify.QueueError) {
        self =
            switch error {
            case .cannotRead(let error): .cannotRead(error)
            case .malformed(let error): .malformed(error)
            }
    }

    /// The place that can't be watched; nil where it is not about one.
    public var path: BytePath? {
        switch self {
        case .cannotOpen(let path, _), .cannotMark(let path, _), .cannotCover(let path, _, _),
            .watchLimit(let path), .lostFolder(let path):
            path
        case .cannotInitialise, .instanceLimit, .cannotRead, .malformed: nil
        }
    }

    /// Why a file system can't be watched as a whole.
    public enum Obstacle: Equatable, Sendable {
        /// It gives its files no handles (EOPNOTSUPP), as overlayfs without `nfs_export`.
        case noFileHandles
        /// It has no identifier of its own (ENODEV), as some FUSE and network file systems.
        case noIdentifier
        /// The folder is in a btrfs subvolume and the top level can't be reached.
        case subvolume(Errno)
    }
}
