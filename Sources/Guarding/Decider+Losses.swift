internal import Detection
internal import Linux
internal import Sensing

/// What is lost when a file is overwritten or goes.
extension Decider {
    /// Files are stamped with the time of the kernel's last tick, up to 10 ms old (CONFIG_HZ=100):
    /// what a process makes first may look older than itself.
    private static let tick: Int64 = 10_000_000

    /// Whether a file is older than the process that wrote it, so that something was destroyed.
    func existedBefore(_ born: WallNanoseconds, _ writer: LineageTable.Entry) -> Bool {
        born != 0 && born - wallMinusBoot + Self.tick < Int64(writer.startNanoseconds)
    }

    /// Whether a file held random content before and holds such again.
    ///
    /// Nothing is lost by that, and it was counted when it came. Keys, seeds and encrypted
    /// databases are rewritten all day.
    mutating func isRandomStill(_ hash: UInt64, _ looksEncrypted: Bool) -> Bool {
        guard told.contains(hash) else { return false }
        if !looksEncrypted { told.remove(hash) }
        return looksEncrypted
    }

    /// Notes a file that was gone before it could be read.
    mutating func noteUnread(_ hash: UInt64) {
        if !born.contains(hash) { unread.insert(hash) }
    }

    mutating func deleted(_ event: borrowing FileEvent) {
        guard judge.isInWatchedFolder(event) else { return }
        let hash = event.file?.hash ?? 0
        removed.insert(hash)
        guard !replaced.contains(hash), let writer = find(event) else { return }
        observe(writer.lineage, loss(of: event, by: writer), event.subject(), event.place)
    }

    /// The last name of a file went: a rename onto it, unless a removal is told next.
    ///
    /// The kernel joins this to an earlier change of the same file's attributes, so that it comes
    /// before the removal that explains it.
    mutating func vanished(_ event: borrowing FileEvent) {
        let hash = event.file?.hash ?? 0
        if removed.contains(hash) || (hash == 0 && event.path == nil) { return }
        guard let renamed = renames.last(of: event.pid), let writer = find(event) else { return }
        unexplained = UnexplainedEnd(
            file: hash, act: loss(of: event, by: writer), lineage: writer.lineage,
            subject: event.subject(), place: renamed.place)
    }

    /// Counts the end of a file that nothing told so far explains; `removed` is told of now.
    mutating func settleEnd(unless removed: UInt64 = 0) {
        guard let end = unexplained else { return }
        unexplained = nil
        if end.file != 0, end.file == removed { return }
        replaced.insert(end.file)
        observe(end.lineage, end.act, end.subject, end.place)
    }

    /// What it means that a name went.
    private func loss(of event: borrowing FileEvent, by writer: LineageTable.Entry) -> Act {
        let hash = event.file?.hash ?? 0
        if born.contains(hash) {
            return told.contains(hash) ? .withdrew : .deleted(existedBefore: false)
        }
        if unread.contains(hash) {
            return .deleted(existedBefore: hasRemovedItsOwn(writer) ? false : nil)
        }
        // Somebody has it open, or it has another name.
        if event.kind == .deleted, event.path == nil, let file = event.file,
            let remains = judge.remains(of: file)
        {
            let isLost = remains.linkCount == 0 && existedBefore(remains.born, writer)
            return .deleted(existedBefore: isLost)
        }
        return .deleted(existedBefore: true)
    }

    /// Whether the random new files that somebody made last are all gone again, so that what it
    /// removes replaces nothing.
    private func hasRemovedItsOwn(_ writer: LineageTable.Entry) -> Bool {
        guard writer.lineage.count > 0 else { return false }
        let own = arrivals.files(of: writer.lineage[0])
        return !own.isEmpty && own.allSatisfy { (judge.remains(of: $0)?.linkCount ?? 0) == 0 }
    }
}

/// The end of a file that was taken in, and is not counted yet.
struct UnexplainedEnd {
    var file: UInt64
    var act: Act
    var lineage: Lineage
    var subject: Subject
    var place: FilePlace?
}

/// Where each of the last few processes renamed a file last.
struct LastRenames {
    struct Rename {
        var pid: Int32 = 0
        var time: UInt64 = 0
        var place: FilePlace?
    }

    /// Workers of one server rename at the same time, and their events are mixed.
    private var slots = [Rename](repeating: Rename(), count: 64)

    /// How long after a rename an end that nobody explains is taken for its doing.
    private static let lifetime: UInt64 = 50_000_000

    mutating func note(_ pid: Int32, at place: FilePlace?) {
        slots[slot(of: pid)] = Rename(pid: pid, time: Clock.monotonicNanoseconds, place: place)
    }

    /// The last rename of a process; nil where it is too long ago.
    func last(of pid: Int32) -> Rename? {
        let found = slots[slot(of: pid)]
        let isRecent = Clock.monotonicNanoseconds &- found.time < Self.lifetime
        return found.pid == pid && isRecent ? found : nil
    }

    private func slot(of pid: Int32) -> Int { Int(pid.magnitude % 64) }
}

/// The last random new files, and who made each.
struct RandomArrivals {
    private var last: [(writer: ProcessKey, file: FileHandle)] = []
    private var next = 0

    /// As many as an attacker would have to make and remove for each victim that it overwrites and
    /// removes faster than it is read.
    private static let capacity = 16

    init() { last.reserveCapacity(Self.capacity) }

    mutating func note(_ file: FileHandle, of writer: ProcessKey) {
        guard last.count == Self.capacity else { return last.append((writer, file)) }
        last[next] = (writer, file)
        next = (next + 1) % Self.capacity
    }

    func files(of writer: ProcessKey) -> [FileHandle] {
        last.filter { $0.writer == writer }.map(\.file)
    }
}
