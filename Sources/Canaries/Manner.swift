internal import Linux

/// Owner, permissions and access control lists of a folder's files.
///
/// Whoever may write to the neighbours of a canary has to be able to open it: a file server refuses
/// what the permissions forbid before the kernel, and the guard, hear of it.
struct Manner {
    /// What is the same for most files.
    private struct Vote: Hashable {
        var user: UInt32
        var group: UInt32
        var permissions: UInt32

        /// By how much it lets others do, then in any order that is always the same.
        static func opensLess(_ one: Vote, _ other: Vote) -> Bool {
            let (few, many) = (one.permissions.nonzeroBitCount, other.permissions.nonzeroBitCount)
            if few != many { return few < many }
            return (one.permissions, one.user, one.group)
                < (other.permissions, other.user, other.group)
        }
    }

    private let file: Vote
    private let fileList: AccessList?
    private let folder: Vote
    private let folderList: AccessList?

    /// That of most files; where there is none, that of the folder without execution.
    ///
    /// Hidden files do not count, since programs make them for themselves. Of equally many the more
    /// open ones win.
    init(of listing: FolderListing, in place: borrowing FileDescriptor) throws(Errno) {
        let status = try place.status()
        folder = Vote(
            user: status.user, group: status.group,
            permissions: UInt32(status.permissions) & 0o777)
        folderList = try? place.accessList(of: ".")
        let files = listing.regular.filter { $0.name.bytes.first != UInt8(ascii: ".") }
        var votes = [Vote: Int]()
        for file in files { votes[Self.vote(file), default: 0] += 1 }
        let most = votes.max {
            $0.value == $1.value ? Vote.opensLess($0.key, $1.key) : $0.value < $1.value
        }
        if let most, let example = files.first(where: { Self.vote($0) == most.key }) {
            file = most.key
            fileList = (try? place.accessList(of: example.name))?.withoutExecution
        } else {
            file = Vote(
                user: folder.user, group: folder.group, permissions: folder.permissions & 0o666)
            let inherited = try? place.accessList(of: ".", for: .inherited)
            fileList = (inherited ?? folderList)?.withoutExecution
        }
    }

    private static func vote(_ file: FolderFile) -> Vote {
        Vote(user: file.user, group: file.group, permissions: UInt32(file.permissions) & 0o666)
    }

    /// Makes a canary look like that.
    func apply(toFile canary: borrowing FileDescriptor) throws(Errno) {
        try Self.apply(file, fileList, to: canary)
    }

    /// Makes a folder look like the one that it is in; its inherited list has it already.
    func apply(toFolder made: borrowing FileDescriptor) throws(Errno) {
        try Self.apply(folder, folderList, to: made)
    }

    /// Gives an owner, where the process may, a list and permissions.
    private static func apply(
        _ manner: Vote, _ list: AccessList?, to made: borrowing FileDescriptor
    ) throws(Errno) {
        do throws(Errno) {
            try made.setOwner(user: manner.user, group: manner.group)
        } catch {
            if error != .notPermitted { throw error }
        }
        // Also where there is none: one that was inherited would be like no neighbour's.
        try made.setAccessList(list)
        // The list's mask is the group's part of these.
        try made.setPermissions(manner.permissions)
    }
}
