internal import Detection
internal import Linux

/// Who of late was seen writing what looks encrypted over something older, by folder.
struct SuspectFolders {
    /// One writing.
    struct Entry {
        var folder: UInt64 = 0
        var writer = LineageTable.Entry()
        var time: UInt64 = 0
    }

    private static let capacity = 64
    private var entries = [Entry](repeating: Entry(), count: capacity)
    private var next = 0

    /// Notes a writing that an event told of.
    mutating func insert(_ folder: UInt64, _ writer: LineageTable.Entry) {
        entries[next] = Entry(folder: folder, writer: writer, time: Clock.bootNanoseconds)
        next = (next + 1) % Self.capacity
    }

    /// Who damages files in this folder; nil unless two writings since then say so and none of
    /// anybody else.
    func writer(in folder: UInt64, since: UInt64) -> LineageTable.Entry? {
        if folder == 0 || since == 0 { return nil }
        let seen = entries.filter { $0.folder == folder && $0.time >= since }
        guard seen.count >= 2, let last = seen.max(by: { $0.time < $1.time }) else { return nil }
        let root = last.writer.lineage.root
        return seen.allSatisfy { $0.writer.lineage.root == root } ? last.writer : nil
    }
}

extension Lineage {
    /// The highest level, the same for all workers of one actor.
    fileprivate var root: ProcessKey? { count == 0 ? nil : self[count - 1] }
}
