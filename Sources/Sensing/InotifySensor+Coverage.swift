internal import Linux

extension InotifySensor {
    /// A file that was found by listing a folder.
    struct Found {
        var path: BytePath
        var key: NameKey
    }

    /// Reasons that are kept; the rest of a tree that is too big is as little seen as these.
    private static let uncoveredLimit = 64

    /// Watches a root and all beneath it.
    mutating func cover(_ root: BytePath) {
        _ = cover(root, in: 0, name: root, since: nil)
    }

    /// Watches a folder and all beneath it, lists them and knows what is in them from now on.
    ///
    /// - Returns: files that were not known and were written since `since`; none where it is nil.
    mutating func cover(
        _ top: BytePath, in parent: Int32, name: BytePath, since: WallNanoseconds?
    ) -> (found: [Found], watches: [Int32]) {
        var queue = [(path: top, parent: parent, name: name)]
        var (found, watches) = ([Found](), [Int32]())
        var next = 0
        while next < queue.count {
            let folder = queue[next]
            next += 1
            // First the watch, then the list: what comes between is told twice, not never.
            guard let watch = watch(folder.path) else { continue }
            tree.set(watch, in: folder.parent, name: folder.name)
            watches.append(watch)
            for entry in entries(of: folder.path) {
                let path = folder.path.appending(entry.name)
                if entry.kind == .directory {
                    queue.append((path, watch, entry.name))
                } else if let new = note(entry, at: path, in: watch, since) {
                    found.append(new)
                }
            }
        }
        return (found, watches)
    }

    private mutating func note(
        _ entry: DirectoryEntry, at path: BytePath, in watch: Int32, _ since: WallNanoseconds?
    ) -> Found? {
        let key = key(watch, entry.name.bytes)
        guard names.insert(key).inserted, let since, let status = try? FileStatus.of(path),
            status.kind == .regular, status.byteCount > 0, status.modified >= since
        else { return nil }
        told[key] = status.modified
        return Found(path: path, key: key)
    }

    private mutating func entries(of path: BytePath) -> [DirectoryEntry] {
        do throws(Errno) {
            let folder = try FileDescriptor.open(path, [.directory, .noFollow])
            return try folder.entries().map { entry in
                guard entry.kind == .unknown else { return entry }
                var known = entry
                known.kind = (try? folder.status(of: entry.name))?.kind ?? .unknown
                return known
            }
        } catch {
            leaveOut(path, error)
            return []
        }
    }

    private mutating func watch(_ path: BytePath) -> Int32? {
        do throws(Errno) {
            return try inotify.watch(path, Self.mask, onlyFolder: true)
        } catch {
            leaveOut(path, error)
            return nil
        }
    }

    private mutating func leaveOut(_ path: BytePath, _ error: Errno) {
        // Gone meanwhile: a root must be there, others may go.
        let isGone = error == .noSuchFile || error == .notDirectory
        if isGone, !roots.contains(path) { return }
        leaveOut(error == .noSpace ? .watchLimit(path) : .cannotMark(path, error))
    }

    /// Keeps why something is not seen.
    mutating func leaveOut(_ reason: SensorError) {
        guard uncovered.count < Self.uncoveredLimit, !uncovered.contains(reason) else { return }
        uncovered.append(reason)
    }

    /// Forgets a folder that was moved away and all beneath it.
    mutating func forget(beneath top: Int32) {
        for watch in tree.beneath(top) {
            inotify.unwatch(watch)
            tree.remove(watch)
        }
    }

    /// Finds the folders whose making or moving was lost; returns what was written in new ones.
    mutating func coverAgain(since: WallNanoseconds) -> [Found] {
        var found = [Found]()
        var alive = Set<Int32>()
        for root in roots {
            let covered = cover(root, in: 0, name: root, since: since)
            found += covered.found
            alive.formUnion(covered.watches)
        }
        for watch in tree.watches where !alive.contains(watch) {
            inotify.unwatch(watch)
            tree.remove(watch)
        }
        return found
    }
}
