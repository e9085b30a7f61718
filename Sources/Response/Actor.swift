public import Linux

extension Protection {
    /// The process from which the attack of `pid` is run: itself, or the ancestor that shares
    /// its program or its process group.
    ///
    /// A worker that called `setsid` still runs its parent's program; a tool called by a script
    /// is still in the script's process group. A login shell is neither, so it is left alone.
    public func root(of pid: Int32) -> ProcessStatus? {
        guard var status = ProcessTable.status(pid), !covers(status) else { return nil }
        for _ in 0..<32 {
            guard let parent = ProcessTable.status(status.parent), !covers(parent),
                !bearsOthers(parent),
                parent.group == status.group || sameProgram(status.pid, parent.pid)
            else { break }
            status = parent
        }
        return status
    }

    private func sameProgram(_ one: Int32, _ other: Int32) -> Bool {
        guard let first = ProcessTable.executableStatus(one),
            let second = ProcessTable.executableStatus(other)
        else { return false }
        return first.device == second.device && first.inode == second.inode
    }
}
