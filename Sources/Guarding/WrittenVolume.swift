internal import Linux

/// Says who wrote as much as what was found encrypted, when nobody was seen doing it.
///
/// A file is open for a fraction of a millisecond, but what a process has written stays written.
struct WrittenVolume {
    private struct Growth {
        var first, last: UInt64
        var isTouching: Bool
    }

    private var growth: [Int32: Growth] = [:]
    private var (byteCount, fileCount): (UInt64, Int) = (0, 0)
    private var lastFile: UInt64 = 0

    /// Fewer files are no pattern.
    private static let leastFiles = 3
    /// How many times as much may be written: the kernel counts both the call and the dirtied
    /// pages, and what a process writes besides is not in the watched folders.
    private static let most: UInt64 = 8
    /// After so long without a new file it starts over.
    private static let memory: UInt64 = 2_000_000_000

    /// Takes a file that looks encrypted.
    mutating func add(_ count: UInt64) {
        let now = Clock.monotonicNanoseconds
        if now - lastFile > Self.memory {
            (byteCount, fileCount) = (0, 0)
            growth = [:]
        }
        lastFile = now
        // Before the first look nobody's growth is known.
        if growth.isEmpty { return }
        byteCount += count
        fileCount += 1
    }

    /// Takes what a process has written in its life; `isTouching` if it holds something watched.
    mutating func note(_ pid: Int32, _ count: UInt64, isTouching: Bool) {
        if growth[pid] == nil { growth[pid] = Growth(first: count, last: count, isTouching: false) }
        growth[pid]?.last = count
        if isTouching { growth[pid]?.isTouching = true }
    }

    /// The only one whose session wrote as much and has to do with the folders; nil if several.
    func writer(_ folders: [BytePath]) -> WriterSearch.Writer? {
        guard fileCount >= Self.leastFiles else { return nil }
        var sessions: [Int32: (count: UInt64, most: UInt64, writer: WriterSearch.Writer)] = [:]
        for (pid, one) in growth where one.last > one.first {
            guard let status = ProcessTable.status(pid),
                one.isTouching || Self.names(pid, folders)
            else { continue }
            let grown = one.last - one.first
            let writer = WriterSearch.Writer(
                pid: pid, startTicks: status.startTicks, session: status.session,
                time: Clock.monotonicNanoseconds)
            var sum = sessions[status.session] ?? (0, 0, writer)
            sum.count += grown
            if grown > sum.most { (sum.most, sum.writer) = (grown, writer) }
            sessions[status.session] = sum
        }
        let matching = sessions.values.filter {
            $0.count >= byteCount / 2 && $0.count <= byteCount * Self.most
        }
        return matching.count == 1 ? matching.first?.writer : nil
    }

    /// Whether the process works in the folders or was told of them.
    private static func names(_ pid: Int32, _ folders: [BytePath]) -> Bool {
        var places = ProcessTable.commandLine(pid).filter(\.isAbsolute)
        if let folder = try? FileDescriptor.linkTarget(BytePath("/proc/\(pid)/cwd")) {
            places.append(folder)
        }
        return places.contains { place in folders.contains { place.isBeneath($0) } }
    }
}
