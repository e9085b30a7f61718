internal import Linux

/// Walks folders on several threads, follows no links and enters no other mounts.
///
/// Its memory depends on how deep folders lie, not on how many files there are.
final class TreeWalk: Sendable {
    /// A regular file, by its status a moment ago.
    struct Found {
        let folder: OpenFolder
        let name: BytePath
        let status: FileStatus
        var place: ScannedPlace { folder.place(of: name) }
    }

    private enum Item: Sendable {
        case folder(BytePath, in: OpenFolder)
        case batch([DirectoryEntry], in: OpenFolder)
        case root(OpenFolder)
    }

    private let opening: QuietOpening
    private let work: SharedWork<Item>
    private let visit: @Sendable (Found) -> Void
    private let omit: @Sendable (Omission) -> Void

    init(
        threads: Int, opening: QuietOpening, visit: @escaping @Sendable (Found) -> Void,
        omit: @escaping @Sendable (Omission) -> Void
    ) throws(Errno) {
        work = try SharedWork(
            threads: threads, mostWaiting: threads * Constants.waitingPerThread)
        (self.opening, self.visit, self.omit) = (opening, visit, omit)
    }

    /// Walks folders to their end.
    func run(_ roots: [OpenFolder]) {
        let late = roots.filter { !work.offer(.root($0)) }
        work.run { self.handle($0) }
        for root in late { handle(.root(root)) }
    }

    private func handle(_ item: Item) {
        switch item {
        case .root(let folder): list(folder)
        case .folder(let name, let parent): enter(name, of: parent)
        case .batch(let entries, let folder): for entry in entries { take(entry, in: folder) }
        }
    }

    private func enter(_ name: BytePath, of parent: OpenFolder) {
        let place = parent.place(of: name)
        guard parent.depth < Constants.mostDepth else {
            return omit(Omission(place: place, reason: .tooDeep))
        }
        do throws(Errno) {
            let inner = try opening.open(name, in: parent.descriptor, [.directory])
            list(OpenFolder(inner, place, depth: parent.depth + 1))
        } catch {
            omit(Omission(place: place, error))
        }
    }

    private func list(_ folder: OpenFolder) {
        var buffer = [UInt8](repeating: 0, count: Constants.listingByteCount)
        var entries = [DirectoryEntry]()
        while true {
            entries.removeAll(keepingCapacity: true)
            do throws(Errno) {
                guard try folder.descriptor.appendEntries(to: &entries, through: &buffer) else {
                    return
                }
            } catch {
                return omit(Omission(place: folder.place, error))
            }
            share(entries, in: folder)
        }
    }

    private func share(_ entries: [DirectoryEntry], in folder: OpenFolder) {
        for start in stride(from: 0, to: entries.count, by: Constants.batchCount) {
            let end = min(entries.count, start + Constants.batchCount)
            let batch = Item.batch(Array(entries[start..<end]), in: folder)
            if !work.offer(batch) { handle(batch) }
        }
    }

    private func take(_ entry: DirectoryEntry, in folder: OpenFolder) {
        if entry.kind == .directory { return descend(entry.name, in: folder) }
        do throws(Errno) {
            let status = try folder.descriptor.status(of: entry.name)
            switch status.kind {
            case .regular: visit(Found(folder: folder, name: entry.name, status: status))
            case .directory: descend(entry.name, in: folder)
            default:
                omit(Omission(place: folder.place(of: entry.name), reason: .init(status.kind)))
            }
        } catch {
            omit(Omission(place: folder.place(of: entry.name), error))
        }
    }

    private func descend(_ name: BytePath, in folder: OpenFolder) {
        let item = Item.folder(name, in: folder)
        if !work.offer(item) { handle(item) }
    }
}

extension Omission {
    /// What became of an opening that failed.
    init(place: ScannedPlace, _ error: Errno) {
        let reason: Reason =
            switch error {
            case .noSuchFile, .notDirectory, .staleHandle: .vanished
            case .crossDevice: .otherMount
            case .symbolicLink: .symbolicLink
            default: .unreadable
            }
        self.init(place: place, reason: reason, errno: reason == .unreadable ? error : nil)
    }

    init(place: ScannedPlace, reason: Reason) {
        self.init(place: place, reason: reason, errno: nil)
    }
}

extension Omission.Reason {
    /// What is neither a file nor a folder.
    init(_ kind: FileStatus.Kind) {
        switch kind {
        case .symbolicLink: self = .symbolicLink
        case .fifo: self = .fifo
        case .socket: self = .socket
        case .characterDevice, .blockDevice: self = .device
        case .regular, .directory, .unknown: self = .changing
        }
    }
}
