internal import Linux

/// Folders of our own.
enum Folders {
    /// Makes a folder, and those above it, for root only; nothing happens if it exists.
    static func make(_ path: BytePath) throws(Errno) {
        if (try? FileStatus.following(path).kind) == .directory { return }
        if path.parent != path { try make(path.parent) }
        let above = try FileDescriptor.open(path.parent, [.directory])
        do throws(Errno) {
            try above.makeDirectory(path.lastComponent)
        } catch  where error == .fileExists {}
    }
}
