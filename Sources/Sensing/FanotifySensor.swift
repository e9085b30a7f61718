public import Linux

/// Watches whole file systems through a fanotify notification group.
///
/// While calm it asks only for what ends a change (closing, renaming, removing), because a
/// record for every write is what makes a watcher dear (facts/kernel.md §3). Files held open
/// are noticed in short windows in which writes are reported as well.
public struct FanotifySensor: Sensor, ~Copyable {
    private let group: Fanotify
    private let anchors: [FileSystemAnchor]
    /// The marks of the canaries of one subvolume each.
    private var canaryGroups: [Shared<Fanotify>] = []
    /// All groups, also those that are made later.
    private let waiting: Epoll
    private var buffer: [UInt8]
    private var reportsWrites = false

    /// Whether the last reading left nothing waiting.
    public private(set) var isDrained = true
    /// More than the longest record has.
    ///
    /// A record holds at most three handles of up to 128 bytes, two of them with a name. The
    /// kernel stops reading at a record that does not fit.
    private static let recordByteCount = 2048

    /// Events that are always reported.
    private static let calm: EventMask = [.closeWrite, .rename, .delete, .deleteSelf]
    /// What a canary reports besides.
    private static let canary: EventMask = [
        .modify, .attributes, .moveSelf, .deleteSelf, .closeWrite,
    ]
    /// What a canary reports to a group of its own; the rest comes through the file system's mark.
    private static let canaryApart: EventMask = [.modify, .attributes]

    /// Marks the file systems that hold the watched folders.
    public init(watching folders: [BytePath]) throws(SensorError) {
        let made = try Self.makeGroup()
        var anchors = [FileSystemAnchor]()
        for folder in folders {
            anchors.append(try FileSystemAnchor(marking: folder, Self.calm, in: made))
        }
        waiting = try Self.makeWaiting(for: made)
        group = made
        self.anchors = anchors
        buffer = [UInt8](repeating: 0, count: 256 * 1024)
    }

    private static func makeGroup() throws(SensorError) -> Fanotify {
        do throws(Errno) {
            return try Fanotify(.notification)
        } catch {
            throw .cannotInitialise(error)
        }
    }

    private static func makeWaiting(
        for group: borrowing Fanotify
    ) throws(SensorError) -> Epoll {
        do throws(Errno) {
            let made = try Epoll()
            try made.add(group.descriptor, token: 0)
            return made
        } catch {
            throw .cannotInitialise(error)
        }
    }

    /// The kernel's interface behind it.
    public var kind: SensorKind { .fanotify }

    /// The first canary that could not be marked; else nothing, as a mark covers its file system.
    public private(set) var uncovered: [SensorError] = []

    /// Makes `set` say `token` when events wait.
    public borrowing func wait(in set: borrowing Epoll, token: UInt64) throws(Errno) {
        try set.add(waiting, token: token)
    }

    /// Reports changes of a canary's content and attributes at once.
    public mutating func guardCanary(_ path: BytePath) throws(SensorError) {
        do throws(Errno) {
            try group.mark(.inode, Self.canary, at: path)
        } catch {
            guard error == .crossDevice else { throw .cannotMark(path, error) }
            try guardApart(path)
        }
    }

    /// One group can't have marks in several subvolumes of btrfs (EXDEV): each gets its own.
    private mutating func guardApart(_ path: BytePath) throws(SensorError) {
        for each in canaryGroups {
            if (try? each.value.mark(.inode, Self.canaryApart, at: path)) != nil { return }
        }
        do throws(Errno) {
            let made = Shared(try Fanotify(.notification))
            // Linux before 6.8 refuses this as well.
            try made.value.mark(.inode, Self.canaryApart, at: path)
            try waiting.add(made.value.descriptor, token: 0)
            canaryGroups.append(made)
        } catch {
            let reason = SensorError.cannotMark(path, error)
            if uncovered.isEmpty { uncovered = [reason] }
            throw reason
        }
    }

    /// Ends that for what is no canary any more.
    public borrowing func unguardCanary(_ file: FileHandle, at path: BytePath?) {
        guard let path else { return }
        if (try? group.unmark(.inode, Self.canary, at: path)) != nil { return }
        for each in canaryGroups {
            if (try? each.value.unmark(.inode, Self.canaryApart, at: path)) != nil { return }
        }
    }

    /// Starts or ends a window in which every write is reported.
    public mutating func setReportsWrites(_ on: Bool) {
        if on == reportsWrites { return }
        reportsWrites = on
        for anchor in anchors { anchor.setReports(.modify, on, in: group) }
    }

    /// Hands every waiting event to `body`; returns how many records were read.
    ///
    /// Allocates nothing.
    public mutating func read(_ body: (borrowing FileEvent) -> Void) throws(SensorError) -> Int {
        // Taken out while in use, so that the group can be asked meanwhile.
        var local = [UInt8]()
        swap(&local, &buffer)
        defer { swap(&local, &buffer) }
        var count: Int
        (count, isDrained) = try Self.read(group, &local, body)
        for each in canaryGroups {
            let more = try Self.read(each.value, &local, body)
            count += more.count
            isDrained = isDrained && more.isDrained
        }
        return count
    }

    private static func read(
        _ group: borrowing Fanotify, _ buffer: inout [UInt8],
        _ body: (borrowing FileEvent) -> Void
    ) throws(SensorError) -> (count: Int, isDrained: Bool) {
        var count = 0
        do throws(Fanotify.QueueError) {
            let filled = try group.read(into: &buffer) { record, bytes in
                count += 1
                deliver(record, bytes, body)
            }
            return (count, filled + recordByteCount <= buffer.count)
        } catch {
            throw SensorError(error)
        }
    }

    private static func deliver(
        _ record: FanotifyRecord, _ bytes: Span<UInt8>, _ body: (borrowing FileEvent) -> Void
    ) {
        if record.mask.contains(.overflow) {
            return body(FileEvent(kind: .overflow, pid: 0))
        }
        if record.mask.contains(.onDirectory) { return }
        var event = FileEvent(kind: .modified, pid: record.pid)
        event.file = record.file.flatMap { FileHandle(parsing: bytes.extracting($0)) }
        event.folder = record.folder.flatMap { FileHandle(parsing: bytes.extracting($0)) }
        event.name = record.name.map { NameParts(bytes.extracting($0)) }
        if record.mask.contains(.delete) || record.mask.contains(.rename) {
            event.fullName = record.name.map { FileName(bytes.extracting($0)) }
        }
        for kind in kinds(record, bytes) {
            event.kind = kind
            body(event)
        }
    }

    /// One merged record may say several things; they are told in the order of a usual change.
    private static func kinds(
        _ record: FanotifyRecord, _ bytes: Span<UInt8>
    ) -> InlineKinds {
        var kinds = InlineKinds()
        let mask = record.mask
        if mask.contains(.attributes) { kinds.append(.attributes) }
        if mask.contains(.closeWrite) {
            kinds.append(.closedAfterWriting)
        } else if mask.contains(.modify) {
            kinds.append(.modified)
        }
        if mask.contains(.rename) {
            kinds.append(.renamed(changedSuffix: changedSuffix(record, bytes)))
        } else if mask.contains(.moveSelf) {
            kinds.append(.renamed(changedSuffix: false))
        }
        if mask.contains(.delete) { kinds.append(.deleted) }
        if mask.contains(.deleteSelf) { kinds.append(.vanished) }
        return kinds
    }

    private static func changedSuffix(_ record: FanotifyRecord, _ bytes: Span<UInt8>) -> Bool {
        guard let old = record.oldName, let new = record.name else { return false }
        let before = suffix(bytes, old)
        let after = suffix(bytes, new)
        if before.count != after.count { return true }
        return !zip(before, after).allSatisfy { bytes[$0] == bytes[$1] }
    }

    private static func suffix(_ bytes: Span<UInt8>, _ name: Range<Int>) -> Range<Int> {
        var place = name.upperBound - 1
        while place > name.lowerBound {
            if bytes[place] == UInt8(ascii: ".") { return (place + 1)..<name.upperBound }
            place -= 1
        }
        return name.upperBound..<name.upperBound
    }
}

/// Up to six kinds without an allocation.
private struct InlineKinds: Sequence, IteratorProtocol {
    private var kinds = InlineArray<6, FileEvent.Kind>(repeating: .modified)
    private var (count, next_) = (0, 0)

    mutating func append(_ kind: FileEvent.Kind) {
        kinds[count] = kind
        count += 1
    }

    mutating func next() -> FileEvent.Kind? {
        guard next_ < count else { return nil }
        next_ += 1
        return kinds[next_ - 1]
    }
}
