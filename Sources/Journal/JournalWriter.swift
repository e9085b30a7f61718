internal import Linux

/// Adds lines to a journal durably; one at a time holds it.
///
/// Every call that adds lines syncs them. A line that could not be written leaves nothing behind.
public struct JournalWriter: ~Copyable, Sendable {
    /// How much is kept and how often it is signed.
    public var limits: JournalLimits
    /// Whether the files are as this writer believes; if not, open the journal again.
    public private(set) var isIntact = true

    let folder: JournalFolder
    let clock: JournalClock
    private let lock: FileDescriptor
    private let key: JournalKey
    private var file: FileDescriptor
    private(set) var number: UInt64
    private var byteCount: Int
    private var chain: Chain
    private var next: UInt64
    private var day: Int64?
    private var unsigned = 0
    private var signedAt: UInt64
    var removal = Removal()
    /// The newest checkpoint.
    private(set) var anchor: JournalAnchor?

    /// Bytes of a line at most; of a longer one only what fits is written.
    static let lineLimit = 1 << 16

    /// Opens a journal, makes it where there is none, and mends what a crash left.
    ///
    /// - Throws: `JournalError`; `.locked` if another process writes to it.
    public static func open(
        _ folder: JournalFolder, _ limits: JournalLimits = JournalLimits(),
        _ clock: JournalClock = .system
    ) throws(JournalError) -> JournalWriter {
        let lock = try takeLock(folder)
        let key = try JournalKey.open(folder)
        let end = try JournalEnd(of: folder)
        let file = try openFile(end.number, in: folder)
        var writer = JournalWriter(folder, limits, clock, lock, key, file, end)
        try writer.begin(end)
        return writer
    }

    private init(
        _ folder: JournalFolder, _ limits: JournalLimits, _ clock: JournalClock,
        _ lock: consuming FileDescriptor, _ key: consuming JournalKey,
        _ file: consuming FileDescriptor, _ end: JournalEnd
    ) {
        (self.folder, self.limits, self.clock) = (folder, limits, clock)
        self.lock = lock
        self.key = key
        self.file = file
        (number, byteCount, chain) = (end.number, end.byteCount, end.chain)
        (next, day) = (end.next, end.day)
        signedAt = clock.now().boot
    }

    private mutating func begin(_ end: JournalEnd) throws(JournalError) {
        var events = end.repairs
        if key.isNew {
            events.append(
                JournalEvent(
                    .keyMade, "a signing key was made",
                    [("kanaria.checkpoint.key", .text(key.publicText))]))
        }
        events.append(
            JournalEvent(
                .opened, end.isClean ? "the journal was opened" : "the writer before did not end",
                [("kanaria.journal.clean", .flag(end.isClean))]))
        let now = clock.now()
        try append(events.map { (now, $0) })
        try sign(.due)
    }

    /// Adds a line for each event; `tend` signs them.
    ///
    /// - Returns: the number of the first line.
    /// - Throws: `JournalError`; then none of them was added.
    @discardableResult
    public mutating func append(
        _ events: [(time: JournalTime, event: JournalEvent)]
    ) throws(JournalError) -> UInt64 {
        let first = next
        var (bytes, chain, next) = ([UInt8](), self.chain, self.next)
        for (time, event) in events {
            let line = Self.line(event, time, chain, next, clock.boot)
            bytes += line + [10]
            chain = Chain(after: line)
            next += 1
        }
        try write(bytes)
        (self.chain, self.next) = (chain, next)
        unsigned += events.count
        day = events.last.map(\.time.day) ?? day
        return first
    }

    /// Does what time asks for: a checkpoint, another file, removal of old ones.
    ///
    /// - Throws: `JournalError`; the journal can be written to all the same.
    public mutating func tend() throws(JournalError) {
        let now = clock.now()
        let isLate = unsigned > 0 && now.boot &- signedAt >= limits.checkpointNanoseconds
        if isLate || unsigned >= limits.checkpointLines { try sign(.due) }
        let isLong = UInt64(byteCount) >= limits.fileByteCount
        if byteCount > 0, isLong || now.day > day ?? now.day {
            try rotate()
            removal.isDue = true
        }
        try removeOld(now)
    }

    /// Signs the last lines and lets the journal go.
    public consuming func close() throws(JournalError) {
        try sign(.close)
    }

    mutating func sign(_ reason: Checkpoint.Reason) throws(JournalError) {
        let now = clock.now()
        let event = Checkpoint.event(
            reason, key: key.publicText, file: JournalFolder.name(number))
        let line = try Checkpoint.sign(Self.line(event, now, chain, next, clock.boot), key)
        try write(line + [10])
        (chain, next, unsigned, signedAt) = (Chain(after: line), next + 1, 0, now.boot)
        anchor = JournalAnchor(sequence: next - 1, digest: chain.digest)
        do throws(Errno) {
            let head = try AtomicFile(in: folder.path)
            try head.file.writeAll((line + [10]).span)
            try head.commit(as: "head", replacing: true, isDurable: false)
        } catch {
            throw .file(folder.head, error)
        }
    }

    private mutating func rotate() throws(JournalError) {
        try sign(.rotation)
        file = try Self.openFile(number + 1, in: folder)
        do throws(Errno) {
            try FileDescriptor.open(folder.path, [.directory]).sync()
        } catch {
            isIntact = false
            throw .file(folder.path, error)
        }
        (number, byteCount, day) = (number + 1, 0, nil)
    }

    private mutating func write(_ bytes: [UInt8]) throws(JournalError) {
        do throws(Errno) {
            try file.writeAll(bytes.span)
        } catch {
            // Part of it may be there.
            isIntact = (try? file.truncate(to: UInt64(byteCount))) != nil
            throw .file(folder.file(number), error)
        }
        do throws(Errno) {
            try file.sync()
        } catch {
            // What of it reached the disk is not known.
            isIntact = false
            throw .file(folder.file(number), error)
        }
        byteCount += bytes.count
    }
}

extension JournalWriter {
    private static func takeLock(_ folder: JournalFolder) throws(JournalError) -> FileDescriptor {
        do throws(Errno) {
            let above = try FileDescriptor.open(folder.path.parent, [.directory])
            do throws(Errno) {
                try above.makeDirectory(folder.path.lastComponent)
            } catch .fileExists {}
            let lock = try FileDescriptor.open(folder.lock, [.readWrite, .create, .noFollow])
            if try lock.tryLock() { return lock }
        } catch {
            throw .file(folder.path, error)
        }
        throw .locked(folder.path)
    }

    private static func openFile(
        _ number: UInt64, in folder: JournalFolder
    ) throws(JournalError) -> FileDescriptor {
        do throws(Errno) {
            return try FileDescriptor.open(
                folder.file(number), [.writeOnly, .create, .append, .noFollow],
                permissions: 0o600)
        } catch {
            throw .file(folder.file(number), error)
        }
    }

    private static func line(
        _ event: JournalEvent, _ time: JournalTime, _ chain: Chain, _ number: UInt64, _ boot: String
    ) -> [UInt8] {
        let head = LineHead(
            previous: chain.digest, sequence: number, milliseconds: time.wall / 1_000_000,
            boot: boot, bootNanoseconds: time.boot, action: event.action.rawValue)
        return Array("\(head.text),\(event.shortened(to: lineLimit).text)}".utf8)
    }
}

extension JournalEvent {
    /// The event with as many of its first fields as fit.
    func shortened(to byteCount: Int) -> JournalEvent {
        if text.utf8.count <= byteCount { return self }
        var short = JournalEvent(action, String(message.prefix(200)))
        var room = byteCount - short.text.utf8.count - 64
        for field in fields {
            room -= field.name.utf8.count + field.value.text.utf8.count + 4
            if room < 0 { break }
            short.fields.append(field)
        }
        short.fields.append(("kanaria.shortened", .flag(true)))
        return short
    }
}
