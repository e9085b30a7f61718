internal import Linux

/// A folder that gets its name only when everything is in it.
struct FolderOutput: ~Copyable {
    private let parent: FileDescriptor
    private let temporary: BytePath
    private let name: BytePath

    /// Makes a hidden folder beside the name; fails early when the name is taken.
    init(_ path: BytePath) throws(Errno) {
        if (try? FileStatus.of(path)) != nil { throw .fileExists }
        let hidden = BytePath(".kanaria-\(UInt64.random(in: 0...UInt64.max)).part")
        let folder = try FileDescriptor.open(path.parent, [.readOnly, .directory])
        try folder.makeDirectory(hidden, permissions: Constants.folderMode)
        temporary = hidden
        name = path.lastComponent
        parent = folder
    }

    /// The folder itself.
    borrowing func folder() throws(Errno) -> FileDescriptor {
        try parent.open(temporary, [.readOnly, .directory, .noFollow])
    }

    /// Syncs what was unpacked, names the folder and syncs its parent.
    consuming func commit() throws(Errno) {
        do throws(Errno) {
            try parent.syncFileSystem()
            try parent.rename(temporary, to: name)
            try parent.sync()
        } catch {
            Self.remove(temporary, in: parent)
            throw error
        }
    }

    /// Removes what was unpacked.
    consuming func abandon() {
        Self.remove(temporary, in: parent)
    }

    private static func remove(_ name: BytePath, in parent: borrowing FileDescriptor) {
        if let folder = try? parent.open(name, [.readOnly, .directory, .noFollow]) {
            for entry in (try? folder.entries()) ?? [] { remove(entry.name, in: folder) }
            try? parent.remove(name, directory: true)
        } else {
            try? parent.remove(name)
        }
    }
}
