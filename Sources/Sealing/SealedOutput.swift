internal import Linux

/// An output that appears under its name only when everything is in it.
struct SealedOutput: ~Copyable {
    private let unnamed: AtomicFile
    private let path: BytePath

    /// Opens an unnamed file beside the name; fails early when the name is taken.
    init(_ path: BytePath, permissions: UInt32 = Constants.fileMode) throws(Errno) {
        if (try? FileStatus.of(path)) != nil { throw .fileExists }
        if path.lastComponent.bytes.isEmpty { throw .isDirectory }
        unnamed = try AtomicFile(in: path.parent, permissions: permissions)
        self.path = path
    }

    /// Another descriptor for the same file.
    borrowing func file() throws(Errno) -> FileDescriptor {
        try unnamed.file.duplicate()
    }

    /// Syncs, names the file and syncs its directory.
    consuming func commit() throws(Errno) {
        let name = path.lastComponent
        try unnamed.commit(as: name)
    }

    /// Drops what was written.
    consuming func abandon() {
        unnamed.abandon()
    }
}
