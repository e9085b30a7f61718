internal import Attribution
internal import Detection
internal import Linux
internal import Response

/// Who a process is and from whom it descends, kept for a moment so that a burst of events
/// costs one look, and so that a process that has just ended is still known.
struct LineageTable: ~Copyable {
    struct Entry {
        var pid: Int32 = 0
        var expires: UInt64 = 0
        var lineage = Lineage()
        var startNanoseconds: UInt64 = 0
        /// Folders in which nothing is held against it.
        var permitted: [BytePath] = []

        init(pid: Int32 = 0, _ permission: Permission = .none) {
            self.pid = pid
            if case .beneath(let folders) = permission { permitted = folders }
        }
    }

    /// How long an entry serves without a new look; pids are not reused that quickly.
    private static let lifetime: UInt64 = 200_000_000
    private static let slots = 1024
    private var entries = [Entry](repeating: Entry(), count: slots)
    private var births = BirthTable()

    /// The kernel's process events while somebody must look at a program when it starts.
    borrowing func addUrgent(to set: borrowing Epoll, token: UInt64) throws(Errno) {
        try births.add(to: set, token: token)
    }

    /// Takes what the kernel tells of processes.
    mutating func update(_ protection: Protection) { births.update(protection) }

    /// The lineage of a process; nil when it has ended and was not known.
    mutating func find(_ pid: Int32, hasEnded: Bool, _ protection: Protection) -> Entry? {
        if pid <= 0 { return nil }
        let slot = Int(pid) % Self.slots
        let now = Clock.monotonicNanoseconds
        let known = entries[slot]
        if known.pid == pid, hasEnded || now < known.expires { return known }
        let made: Entry?
        if !hasEnded, let status = ProcessTable.status(pid) {
            made = look(at: status, protection)
        } else {
            made = known.pid == pid ? known : remembered(pid, protection)
        }
        guard let made else { return nil }
        entries[slot] = made
        entries[slot].expires = now + Self.lifetime
        return made
    }

    private mutating func look(at found: ProcessStatus, _ protection: Protection) -> Entry? {
        if protection.covers(found) { return nil }
        var status = found
        let pid = status.pid
        var permission = protection.permission(of: pid)
        if permission == .none, protection.allowsExecutables,
            ProcessTable.executableStatus(pid) == nil
        {
            // It is ending, and its program cannot be asked for any more.
            births.update(protection)
            permission = births.find(pid)?.permission ?? .none
        }
        if permission == .everywhere { return nil }
        protection.clients.note(status)
        var entry = Entry(pid: pid, permission)
        // Clock ticks are hundredths of a second on Linux (USER_HZ).
        entry.startNanoseconds = status.startTicks * 10_000_000
        entry.lineage.append(ProcessKey(status))
        Self.climb(from: &status, &entry, protection)
        return entry
    }

    private static func climb(
        from status: inout ProcessStatus, _ entry: inout Entry, _ protection: Protection
    ) {
        while entry.lineage.count < Lineage.capacity,
            let parent = ProcessTable.status(status.parent),
            !protection.covers(parent), !protection.bearsOthers(parent),
            belongsTogether(status, parent)
        {
            entry.lineage.append(ProcessKey(parent))
            status = parent
        }
    }

    /// The lineage of a process that ended before anybody looked.
    private mutating func remembered(_ pid: Int32, _ protection: Protection) -> Entry? {
        births.update(protection)
        guard var birth = births.find(pid), birth.permission != .everywhere else { return nil }
        var entry = Entry(pid: pid, birth.permission)
        entry.startNanoseconds = birth.bootNanoseconds
        entry.lineage.append(birth.key)
        // A worker that left its parent's session and its program is somebody else's.
        while entry.lineage.count < Lineage.capacity,
            !(birth.hasLeftSession && birth.hasStartedProgram)
        {
            if var parent = ProcessTable.status(birth.parent) {
                if protection.covers(parent) || protection.bearsOthers(parent) { break }
                entry.lineage.append(ProcessKey(parent))
                Self.climb(from: &parent, &entry, protection)
                break
            }
            guard let parent = births.find(birth.parent), parent.permission != .everywhere else {
                break
            }
            entry.lineage.append(parent.key)
            birth = parent
        }
        return entry
    }

    /// Whether a parent answers for its child.
    ///
    /// A login's processes share a session; workers that left it still run their parent's
    /// program. What lies above (a login service) must not answer for its users.
    private static func belongsTogether(_ child: ProcessStatus, _ parent: ProcessStatus) -> Bool {
        if child.session == parent.session { return true }
        guard let one = ProcessTable.executableStatus(child.pid),
            let other = ProcessTable.executableStatus(parent.pid)
        else { return false }
        return one.device == other.device && one.inode == other.inode
    }
}
