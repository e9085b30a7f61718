internal import Linux

/// A source that is open, with its state at that moment.
struct OpenedSource: ~Copyable {
    let file: FileDescriptor
    let status: FileStatus
    /// What is packed of a folder that is to be removed afterwards.
    let packed: PackedFolder?

    /// Opens once, never through a symbolic link as the last part.
    init(_ source: Source, isRemoved: Bool = false) throws(Errno) {
        let opened = try Self.open(source)
        let found = try opened.status()
        let folder: PackedFolder? = isRemoved && found.kind == .directory ? PackedFolder() : nil
        status = found
        packed = folder
        file = opened
    }

    private static func open(_ source: Source) throws(Errno) -> FileDescriptor {
        switch source {
        case .path(let path):
            return try FileDescriptor.open(path, [.readOnly, .noFollow, .nonBlocking])
        case .standardInput:
            return FileDescriptor(owning: 0)
        }
    }

    /// Whether size, content time and inode time are those of the opening.
    borrowing func isUnchanged() -> Bool { (try? file.status())?.stamp == status.stamp }
}
