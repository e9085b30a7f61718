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

    /// What it means that a name went.
    func loss(of event: borrowing FileEvent, by writer: LineageTable.Entry) -> Act {
        let hash = event.file?.hash ?? 0
        if born.contains(hash) {
            return told.contains(hash) ? .withdrew : .deleted(existedBefore: false)
        }
        if unread.contains(hash) { return .deleted(existedBefore: nil) }
        // Somebody has it open, or it has another name.
        if event.kind == .deleted, let remains = judge.remains(of: event) {
            let isLost = remains.linkCount == 0 && existedBefore(remains.born, writer)
            return .deleted(existedBefore: isLost)
        }
        return .deleted(existedBefore: true)
    }
}
