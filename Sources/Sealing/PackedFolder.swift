internal import Linux

/// What was packed of a folder, so that this and nothing else is removed afterwards.
final class PackedFolder {
    /// One file, folder or link.
    struct Entry {
        /// Its name in the folder.
        let name: BytePath
        let kind: FileStatus.Kind
        let stamp: FileStamp
        /// Whether the file has other names, whose removal changes the inode as well.
        let hasOtherNames: Bool

        init(_ name: BytePath, _ status: FileStatus) {
            self.name = name
            kind = status.kind
            stamp = status.stamp
            hasOtherNames = status.kind != .directory && status.linkCount > 1
        }

        /// Whether what has the name now is what was packed, unchanged.
        ///
        /// A folder's own times change when its entries are removed; whether it is empty tells
        /// about its content.
        func isUnchanged(_ now: FileStatus) -> Bool {
            guard now.kind == kind, now.stamp.isSameFile(as: stamp) else { return false }
            if kind == .directory { return true }
            return now.byteCount == stamp.byteCount && now.modified == stamp.modified
                && (hasOtherNames || now.changed == stamp.changed)
        }
    }

    /// Everything but the folder itself, each folder before what is in it.
    private var entries = [Entry]()
    /// Bytes of the archive.
    var byteCount: UInt64 = 0

    func add(_ name: BytePath, _ status: FileStatus) { entries.append(Entry(name, status)) }

    /// Removes what is unchanged, the innermost first.
    ///
    /// - Parameters:
    ///   - root: the folder, which stays.
    ///   - path: where it lies.
    /// - Returns: names in the folder of what was changed and of what was not packed; both stay.
    /// - Throws: `ProtectError.removeSource` at the first entry that can't be removed.
    func remove(
        from root: borrowing FileDescriptor, _ path: BytePath
    ) throws(ProtectError) -> [BytePath] {
        var kept = Set<BytePath>()
        for entry in entries.reversed() {
            do throws(Errno) {
                try remove(entry, from: root, &kept)
            } catch {
                // What is gone need not be removed; of a folder that became something else the
                // folder itself is told.
                if [.noSuchFile, .symbolicLink, .notDirectory].contains(error) { continue }
                throw .removeSource(path.appending(entry.name), error)
            }
        }
        return kept.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }

    private func remove(
        _ entry: Entry, from root: borrowing FileDescriptor, _ kept: inout Set<BytePath>
    ) throws(Errno) {
        let (parent, name) = (entry.name.parent, entry.name.lastComponent)
        let folder =
            parent == "."
            ? try root.duplicate()
            : try root.open(
                parent, [.readOnly, .directory], resolving: [.beneath, .noSymbolicLinks])
        guard entry.isUnchanged(try folder.status(of: name)) else {
            kept.insert(entry.name)
            return
        }
        do throws(Errno) {
            try folder.remove(name, directory: entry.kind == .directory)
        } catch {
            guard error == .directoryNotEmpty else { throw error }
            let inner = try folder.open(name, [.readOnly, .directory, .noFollow])
            for left in try inner.entries() { kept.insert(entry.name.appending(left.name)) }
        }
    }
}
