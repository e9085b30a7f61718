public import Linux

/// A folder in which alerts wait until somebody sends them.
///
/// The guard writes there, and a process with fewer rights takes away: whatever that one does to the
/// folder, a writer only adds and removes names of this form in it, and reads nothing.
public struct AlertSpool: ~Copyable, Sendable {
    /// The open folder.
    public let folder: FileDescriptor

    /// Most alerts that wait; some days of many incidents.
    ///
    /// Chosen by us.
    public static let countLimit = 1000
    /// Most bytes of one, so that all together take 16 MiB at most.
    ///
    /// Chosen by us.
    public static let byteCountLimit = 16 << 10

    /// Opens the folder, which must be there.
    public init(_ path: BytePath) throws(Errno) {
        folder = try FileDescriptor.open(path, [.readOnly, .directory])
    }

    /// Takes over an open folder.
    public init(owning folder: consuming FileDescriptor) { self.folder = folder }

    /// What waits; incidents first, then what is older.
    public borrowing func waiting() throws(Errno) -> [AlertName] {
        try folder.entries().compactMap { AlertName($0.name) }.sorted(by: AlertName.isBefore)
    }

    /// Puts an alert in place whole, readable for the folder's group.
    ///
    /// - Returns: how many others went to make room.
    /// - Throws: `.noSpace` where there is no room, `.fileTooLarge` where it is too long, and
    ///   whatever the kernel says.
    public borrowing func add(_ name: AlertName, _ text: [UInt8]) throws(Errno) -> Int {
        guard text.count <= Self.byteCountLimit else { throw .fileTooLarge }
        let removed = try makeRoom(for: name)
        let file = try AtomicFile(beneath: folder)
        do throws(Errno) {
            try file.file.writeAll(text.span)
            // Its own group is as good where it may not be given away.
            try? file.file.setOwner(
                user: ProcessHandle.effectiveUser, group: try folder.status().group)
            try file.file.setPermissions(0o640)
        } catch {
            file.abandon()
            throw error
        }
        try file.commit(as: name.file)
        return removed
    }

    /// Lets the oldest go that is no incident; an incident never goes for another alert.
    ///
    /// - Returns: how many went.
    /// - Throws: `.noSpace` where only incidents are left, and whatever the kernel says.
    public borrowing func makeRoom(for name: AlertName) throws(Errno) -> Int {
        let all = try waiting()
        let excess = all.count + 1 - Self.countLimit
        if excess <= 0 { return 0 }
        let others = all.filter { !$0.isIncident }
        guard others.count >= excess else { throw .noSpace }
        for other in others.prefix(excess) { try folder.remove(other.file) }
        return excess
    }
}
