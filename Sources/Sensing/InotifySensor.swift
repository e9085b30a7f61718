public import Linux

/// Watches every folder beneath the watched ones through inotify; needs no privileges.
///
/// Its events name no process and nobody can be held up. A folder made a moment ago is listed
/// after its watch was set, and what was written in it meanwhile is told as closed.
public struct InotifySensor: Sensor, ~Copyable {
    let inotify: Inotify
    let roots: [BytePath]
    var tree: FolderTree
    /// Names that were there, so that a rename onto one is known as a loss.
    var names: Set<NameKey>
    var canaries: [NameKey: FileHandle]
    var recent: RecentHandles
    var moves: [UInt32: Move]
    /// When the content was written that listing a new folder told of; its event follows.
    var told: [NameKey: WallNanoseconds]
    /// Folders in which openings are reported while writes are.
    private var opened: Set<Int32>
    /// When the queue was last seen empty, on the wall clock.
    private(set) var lastDrained: WallNanoseconds
    /// Whether the last reading left nothing waiting.
    public private(set) var isDrained = true
    private(set) var reportsWrites = false
    private let seed: UInt64
    private var buffer: [UInt8]

    /// What beneath the watched folders is not seen, each with the reason.
    public internal(set) var uncovered: [SensorError]

    /// What every folder reports.
    ///
    /// Writes that are merged while nobody reads them cost little
    /// (facts/kernel.md §3), and changing the mask of every folder would cost more.
    static let mask: EventMask = [
        .modify, .attributes, .closeWrite, .create, .delete, .movedFrom, .movedTo, .moveSelf,
    ]
    /// Longest record: its header and NAME_MAX with its NUL.
    ///
    /// Source: inotify(7).
    private static let recordByteCount = 16 + 256
    /// Folders whose openings are reported at a time.
    private static let openedLimit = 256

    /// The kernel's interface behind it.
    public var kind: SensorKind { .inotify }

    /// Watches the folders and all beneath them.
    public init(watching folders: [BytePath]) throws(SensorError) {
        let made = try Self.makeInstance(watching: folders)
        inotify = made
        roots = folders
        (tree, names, canaries, recent) = (FolderTree(), [], [:], RecentHandles())
        (moves, told, opened, uncovered) = ([:], [:], [], [])
        lastDrained = Clock.wallNanoseconds
        seed = UInt64.random(in: .min ... .max)
        buffer = [UInt8](repeating: 0, count: 64 * 1024)
        for root in folders { cover(root) }
    }

    /// A guard without one of its roots would guard nothing, so these must be watched.
    private static func makeInstance(
        watching roots: [BytePath]
    ) throws(SensorError) -> Inotify {
        let made: Inotify
        do throws(Errno) {
            made = try Inotify()
        } catch {
            throw error == .tooManyOpenFiles ? .instanceLimit : .cannotInitialise(error)
        }
        for root in roots {
            do throws(Errno) {
                _ = try made.watch(root, mask, onlyFolder: true)
            } catch {
                throw error == .noSpace ? .watchLimit(root) : .cannotMark(root, error)
            }
        }
        return made
    }

    /// Makes `set` say `token` when events wait.
    public borrowing func wait(in set: borrowing Epoll, token: UInt64) throws(Errno) {
        try set.add(inotify.descriptor, token: token)
    }

    /// Reports changes of a canary's content and attributes at once, through its folder.
    public mutating func guardCanary(_ path: BytePath) throws(SensorError) {
        do throws(Errno) {
            let watch = try inotify.watch(path.parent, Self.mask, onlyFolder: true)
            guard tree.contains(watch) else {
                inotify.unwatch(watch)
                throw .noSuchFile
            }
            canaries[key(watch, path.lastComponent.bytes)] = try FileHandle(identifying: path)
        } catch {
            throw .cannotMark(path, error)
        }
    }

    /// Ends that for what is no canary any more.
    public mutating func unguardCanary(_ file: FileHandle, at path: BytePath?) {
        canaries = canaries.filter { $0.value.hash != file.hash }
    }

    /// Starts or ends a window in which writes, and openings where files were changed, are told.
    public mutating func setReportsWrites(_ on: Bool) {
        if on == reportsWrites { return }
        reportsWrites = on
        if on { return }
        for watch in opened {
            if let path = tree.path(watch) { _ = try? inotify.watch(path, Self.mask) }
        }
        opened = []
    }

    /// Asks for openings in a folder in which somebody is at work.
    mutating func reportOpenings(in watch: Int32) {
        guard reportsWrites, opened.count < Self.openedLimit, !opened.contains(watch),
            let path = tree.path(watch)
        else { return }
        opened.insert(watch)
        _ = try? inotify.watch(path, Self.mask.union(.open))
    }

    func key(_ watch: Int32, _ name: some Sequence<UInt8>) -> NameKey {
        NameKey(watch, name, seed: seed)
    }

    /// Hands every waiting event to `body`; returns how many records were read.
    public mutating func read(_ body: (borrowing FileEvent) -> Void) throws(SensorError) -> Int {
        settleMoves(body)
        // Taken out while in use, so that the sensor can be asked meanwhile.
        var local = [UInt8]()
        swap(&local, &buffer)
        defer { swap(&local, &buffer) }
        var bytes = local.mutableSpan
        let start = Clock.wallNanoseconds
        let filled: Int
        do throws(Errno) {
            filled = try inotify.descriptor.read(into: &bytes)
        } catch {
            guard error == .wouldBlock else { throw .cannotRead(error) }
            // Whatever was told before its event has had its event by now.
            told = [:]
            isDrained = true
            return 0
        }
        let span = local.span.extracting(0..<filled)
        var (offset, count) = (0, 0)
        do throws(RecordError) {
            while let record = try InotifyRecord.next(span, &offset) {
                count += 1
                take(record, span, body)
            }
        } catch {
            throw .malformed(error)
        }
        isDrained = filled < local.count - Self.recordByteCount
        if isDrained { lastDrained = start }
        return count
    }
}
