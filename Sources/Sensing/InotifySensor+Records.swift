internal import Linux

extension InotifySensor {
    /// The first half of a rename, kept until the second half comes.
    struct Move {
        var path: BytePath
        var key: NameKey
        var handle: FileHandle?
        var isCanary: Bool
        var time: UInt64
    }

    /// The clock of a file's times moves once a tick, at most 10 ms long.
    private static let clockStep: WallNanoseconds = 20_000_000
    /// The kernel queues both halves one right after the other, so a longer wait is for nothing.
    private static let moveTime: UInt64 = 10_000_000

    mutating func take(
        _ record: InotifyRecord, _ bytes: Span<UInt8>, _ body: (borrowing FileEvent) -> Void
    ) {
        if record.isOverflow { return overflowed(body) }
        if record.isIgnored { return ignored(record.watch) }
        let mask = EventMask(rawValue: UInt64(record.mask))
        if mask.contains(.moveSelf) { return moved(record.watch) }
        guard !record.name.isEmpty, let folder = tree.path(record.watch) else { return }
        var name = [UInt8]()
        name.reserveCapacity(record.name.count)
        for index in record.name { name.append(bytes[index]) }
        let place = Place(
            watch: record.watch, key: key(record.watch, name), name: BytePath(name),
            path: folder.appending(BytePath(name)))
        if record.isDirectory {
            return takeFolder(mask, place, body)
        }
        take(mask, place, cookie: record.cookie, body)
    }

    /// Where a record says that something happened.
    struct Place {
        var watch: Int32
        var key: NameKey
        var name: BytePath
        var path: BytePath
    }

    private mutating func takeFolder(
        _ mask: EventMask, _ place: Place, _ body: (borrowing FileEvent) -> Void
    ) {
        guard !mask.isDisjoint(with: [.create, .movedTo]) else { return }
        var since: WallNanoseconds?
        if let status = try? FileStatus.of(place.path) {
            // What a folder that came from elsewhere held before it came was not written here.
            let isNew = mask.contains(.create) && status.born > 0
            since = isNew ? status.born : status.changed
        }
        let found = cover(place.path, in: place.watch, name: place.name, since: since).found
        tell(found, body)
    }

    private func tell(_ found: [Found], _ body: (borrowing FileEvent) -> Void) {
        for file in found {
            var event = FileEvent(kind: .closedAfterWriting, pid: 0)
            event.path = file.path
            event.file = canaries[file.key] ?? (try? FileHandle(identifying: file.path))
            body(event)
        }
    }

    private mutating func take(
        _ mask: EventMask, _ place: Place, cookie: UInt32, _ body: (borrowing FileEvent) -> Void
    ) {
        if mask.contains(.closeWrite) {
            names.insert(place.key)
            if !wasTold(place) { tell(.closedAfterWriting, place, body) }
        } else if mask.contains(.modify) {
            if reportsWrites || canaries[place.key] != nil { tell(.modified, place, body) }
        } else if mask.contains(.attributes) {
            if canaries[place.key] != nil { tell(.attributes, place, body) }
        } else if mask.contains(.open) {
            if reportsWrites { tell(.opened, place, body) }
        } else if mask.contains(.create) {
            names.insert(place.key)
        } else if mask.contains(.delete) {
            names.remove(place.key)
            tell(.deleted, place, body)
            canaries[place.key] = nil
        } else if mask.contains(.movedFrom) {
            leave(place, cookie)
        } else if mask.contains(.movedTo) {
            arrive(place, cookie, body)
        }
        if mask.isDisjoint(with: [.open, .attributes]) { reportOpenings(in: place.watch) }
    }

    /// Whether listing a new folder has told of this writing before its event came.
    private mutating func wasTold(_ place: Place) -> Bool {
        guard let time = told.removeValue(forKey: place.key) else { return false }
        return (try? FileStatus.of(place.path))?.modified == time
    }

    private mutating func tell(
        _ kind: FileEvent.Kind, _ place: Place, _ body: (borrowing FileEvent) -> Void
    ) {
        var event = FileEvent(kind: kind, pid: 0)
        event.path = place.path
        event.file = canaries[place.key]
        if event.file == nil, kind == .deleted {
            event.file = recent[place.key]
        } else if event.file == nil, kind != .opened {
            event.file = try? FileHandle(identifying: place.path)
            recent[place.key] = event.file
        }
        body(event)
    }

    private mutating func leave(_ place: Place, _ cookie: UInt32) {
        names.remove(place.key)
        let canary = canaries.removeValue(forKey: place.key)
        moves[cookie] = Move(
            path: place.path, key: place.key, handle: canary ?? recent[place.key],
            isCanary: canary != nil, time: Clock.monotonicNanoseconds)
    }

    private mutating func arrive(
        _ place: Place, _ cookie: UInt32, _ body: (borrowing FileEvent) -> Void
    ) {
        let replaced = canaries.removeValue(forKey: place.key) ?? recent[place.key]
        let isReplacing = !names.insert(place.key).inserted
        let move = moves.removeValue(forKey: cookie)
        let handle = try? FileHandle(identifying: place.path)
        if let move, move.isCanary { canaries[place.key] = move.handle }
        recent[place.key] = handle
        // What comes from elsewhere onto a name has replaced it: its content is to be judged.
        let changed = move.map { $0.path.suffix != place.path.suffix } ?? isReplacing
        var event = FileEvent(kind: .renamed(changedSuffix: changed), pid: 0)
        event.path = place.path
        event.file = canaries[place.key] ?? handle
        body(event)
        if isReplacing {
            event.kind = .vanished
            event.file = replaced
            body(event)
        }
    }

    /// Tells of files that were moved to where nobody looks: here they are lost.
    mutating func settleMoves(_ body: (borrowing FileEvent) -> Void) {
        if moves.isEmpty { return }
        let now = Clock.monotonicNanoseconds
        for (cookie, move) in moves where now - move.time > Self.moveTime {
            moves[cookie] = nil
            var event = FileEvent(kind: .deleted, pid: 0)
            if move.isCanary { event.kind = .renamed(changedSuffix: false) }
            event.path = move.path
            event.file = move.handle
            body(event)
        }
    }

    private mutating func overflowed(_ body: (borrowing FileEvent) -> Void) {
        body(FileEvent(kind: .overflow, pid: 0))
        tell(coverAgain(since: lastDrained - Self.clockStep), body)
    }

    /// The kernel took the watch away: the folder was removed or its file system unmounted.
    private mutating func ignored(_ watch: Int32) {
        if tree.isRoot(watch), let path = tree.path(watch) { leaveOut(.lostFolder(path)) }
        tree.remove(watch)
    }

    /// A folder changed its place; if its new one is watched, that was told before.
    private mutating func moved(_ watch: Int32) {
        guard let path = tree.path(watch) else { return }
        if (try? inotify.watch(path, Self.mask, onlyFolder: true)) == watch { return }
        if tree.isRoot(watch) { leaveOut(.lostFolder(path)) }
        forget(beneath: watch)
    }
}
