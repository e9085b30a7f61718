public import Linux

/// A file that was found to have changed.
public struct ChangedFile: Sendable {
    /// Its path.
    public let path: BytePath
    /// How it is.
    public let status: FileStatus

    /// Opens it in its folder, for reading.
    public func open(in folder: borrowing FileDescriptor) throws(Errno) -> FileDescriptor {
        let options: OpenOptions = [.noFollow, .nonBlocking]
        do throws(Errno) {
            return try folder.open(path.lastComponent, options.union(.noAccessTime))
        } catch  where error == .notPermitted {
            return try folder.open(path.lastComponent, options)
        }
    }
}

/// Walks folders and finds every regular file whose inode changed since a moment.
///
/// Its memory depends on the depth alone, not on how many files there are. The time of change is
/// used because, unlike the time of modification, nobody can set it.
public struct ChangeWalk: ~Copyable {
    /// Gets a file and its open folder; false ends the walk.
    public typealias Body = (borrowing FileDescriptor, ChangedFile) -> Bool

    /// Folders that were looked into.
    public private(set) var folderCount = 0
    /// Files that were looked at.
    public private(set) var fileCount = 0
    /// Files that had changed.
    public private(set) var changedCount = 0
    /// Folders that could not be read or lie too deep.
    public private(set) var skippedFolderCount = 0
    private let since: WallNanoseconds
    private let ignores: ([UInt8]) -> Bool
    private var path: [UInt8] = []

    /// Folders within one another that are followed; each costs a descriptor.
    private static let maximumDepth = 256
    /// About 700 names of 16 characters at a time.
    private static let bufferByteCount = 32 * 1024

    /// Finds what changed at or after `since`; what `ignores` names is left out.
    public init(since: WallNanoseconds, ignores: @escaping ([UInt8]) -> Bool) {
        (self.since, self.ignores) = (since, ignores)
    }

    /// Walks a folder and what lies beneath it on the same mount, without following links.
    ///
    /// - Returns: whether the walk went to its end.
    public mutating func walk(_ root: BytePath, _ body: Body) -> Bool {
        path = root.bytes == [UInt8(ascii: "/")] ? [] : root.bytes
        guard let folder = try? FileDescriptor.open(root, [.directory]) else {
            skippedFolderCount += 1
            return true
        }
        return visit(folder, depth: 0, body)
    }

    private mutating func visit(
        _ folder: borrowing FileDescriptor, depth: Int, _ body: Body
    ) -> Bool {
        folderCount += 1
        var buffer = [UInt8](repeating: 0, count: Self.bufferByteCount)
        var entries = [DirectoryEntry]()
        while true {
            entries.removeAll(keepingCapacity: true)
            do throws(Errno) {
                if try !folder.appendEntries(to: &entries, through: &buffer) { return true }
            } catch {
                skippedFolderCount += 1
                return true
            }
            for entry in entries {
                let length = path.count
                path.append(UInt8(ascii: "/"))
                path.append(contentsOf: entry.name.bytes)
                let goesOn = take(entry, in: folder, depth: depth, body)
                path.removeLast(path.count - length)
                if !goesOn { return false }
            }
        }
    }

    private mutating func take(
        _ entry: DirectoryEntry, in folder: borrowing FileDescriptor, depth: Int, _ body: Body
    ) -> Bool {
        if entry.kind == .directory { return descend(into: entry.name, of: folder, depth, body) }
        guard entry.kind == .regular || entry.kind == .unknown,
            let status = try? folder.status(of: entry.name)
        else { return true }
        if status.kind == .directory { return descend(into: entry.name, of: folder, depth, body) }
        guard status.kind == .regular else { return true }
        fileCount += 1
        if status.changed < since || ignores(path) { return true }
        changedCount += 1
        return body(folder, ChangedFile(path: BytePath(path), status: status))
    }

    private mutating func descend(
        into name: BytePath, of folder: borrowing FileDescriptor, _ depth: Int, _ body: Body
    ) -> Bool {
        if ignores(path) { return true }
        let limits: ResolveOptions = [.sameMount, .noSymbolicLinks]
        guard depth < Self.maximumDepth,
            let inner = try? folder.open(name, [.directory, .noFollow], resolving: limits)
        else {
            skippedFolderCount += 1
            return true
        }
        return visit(inner, depth: depth + 1, body)
    }
}
