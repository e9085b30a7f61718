internal import Canaries
internal import Linux

/// The canaries as the sensor's thread knows them, by handle and by inode.
struct CanaryTable {
    private struct Known {
        var path: BytePath
        var inode: UInt64
        var handle: FileHandle
    }

    private var byHandle: [UInt64: Known] = [:]
    private var byInode: [UInt64: BytePath] = [:]

    /// Knows a canary from now on; one that is gone meanwhile is left out.
    mutating func add(_ canary: Canary) {
        guard let handle = try? FileHandle(identifying: canary.path) else { return }
        byHandle[handle.hash] = Known(path: canary.path, inode: canary.inode, handle: handle)
        byInode[canary.inode] = canary.path
    }

    /// Forgets what was planted at a path, and gives its handle.
    mutating func remove(_ path: BytePath) -> FileHandle? {
        guard let found = byHandle.first(where: { $0.value.path == path }) else { return nil }
        byHandle[found.key] = nil
        if byInode[found.value.inode] == path { byInode[found.value.inode] = nil }
        return found.value.handle
    }

    /// Where the canary with this handle was planted.
    func path(of handle: FileHandle?) -> BytePath? {
        handle.flatMap { byHandle[$0.hash]?.path }
    }

    /// Where the canary with this inode was planted.
    func path(ofInode inode: UInt64) -> BytePath? { byInode[inode] }
}
