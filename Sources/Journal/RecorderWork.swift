internal import Linux

/// What the recorder's thread does: write, count what could not be written, tell the sinks.
struct RecorderWork: ~Copyable {
    var settings = Recorder.Settings()
    /// Lines that the queue had no room for, until a line tells of them.
    var lostInQueue: UInt64 = 0
    private var lostOnDisk: UInt64 = 0
    private var told: UInt64 = 0
    private(set) var shown = Recorder.Status()
    private let folder: JournalFolder
    private let clock: JournalClock
    private var writer: JournalWriter?
    private var nextTry: UInt64 = 0
    private var signedThrough: JournalAnchor?

    /// How long to wait before the journal is opened again.
    private static let retryNanoseconds: UInt64 = 2_000_000_000

    init(_ folder: JournalFolder, _ clock: JournalClock) {
        (self.folder, self.clock) = (folder, clock)
    }

    /// How it is.
    var status: Recorder.Status {
        var status = shown
        status.lost = told + lostInQueue + lostOnDisk
        return status
    }

    /// Writes events and tells the sinks, whether they could be written or not.
    mutating func write(_ events: [(JournalTime, JournalEvent)]) {
        let first = append(events)
        if first == nil { lostOnDisk += UInt64(events.count) }
        for (index, (time, event)) in events.enumerated() {
            let sequence = first.map { $0 + UInt64(index) }
            shown.unsent += settings.sinks.send(event, time, sequence)
            alert(event, time, sequence)
        }
        tend()
    }

    /// Leaves an event for who sends it, where it is wanted.
    private mutating func alert(_ event: JournalEvent, _ time: JournalTime, _ sequence: UInt64?) {
        guard let sink = settings.sinks.alerts else {
            shown.alertFailure = nil
            return
        }
        guard sink.actions.contains(event.action) else { return }
        do throws(Errno) {
            shown.alertsLost += UInt64(try sink.add(event, time, sequence))
            shown.alerts += 1
            shown.alertFailure = nil
        } catch {
            shown.alertsLost += 1
            shown.alertFailure = error
        }
    }

    /// Does what time or the number of lines asks for.
    mutating func tend() {
        if lostInQueue + lostOnDisk > 0 { _ = append([]) }
        open()
        attempt { (writer) throws(JournalError) in try writer.tend() }
        tellAnchor()
    }

    /// Signs the last lines.
    mutating func close() {
        guard let last = writer.take() else { return }
        do throws(JournalError) {
            try last.close()
        } catch {
            shown.failure = error
        }
    }

    /// - Returns: the number of the first of the events; nil where they were not written.
    private mutating func append(_ events: [(JournalTime, JournalEvent)]) -> UInt64? {
        open()
        let lost = loss()
        let all = (lost.map { [(clock.now(), $0)] } ?? []) + events
        if all.isEmpty { return nil }
        var first: UInt64?
        attempt { (writer) throws(JournalError) in first = try writer.append(all) }
        guard let first else { return nil }
        shown.failure = nil
        shown.written += UInt64(all.count)
        guard lost != nil else { return first }
        told += lostInQueue + lostOnDisk
        (lostInQueue, lostOnDisk) = (0, 0)
        return first + 1
    }

    private func loss() -> JournalEvent? {
        let count = lostInQueue + lostOnDisk
        if count == 0 { return nil }
        return JournalEvent(
            .linesLost,
            "\(count) lines were lost: \(lostInQueue) in the queue, \(lostOnDisk) on disk",
            [
                ("kanaria.lost.queue", .number(Int64(lostInQueue))),
                ("kanaria.lost.disk", .number(Int64(lostOnDisk))),
            ])
    }

    private mutating func open() {
        let now = clock.now().boot
        guard writer == nil, now >= nextTry else { return }
        do throws(JournalError) {
            writer = try JournalWriter.open(folder, settings.limits, clock)
            shown.failure = nil
        } catch {
            (shown.failure, nextTry) = (error, now + Self.retryNanoseconds)
        }
    }

    private mutating func attempt(_ body: (inout JournalWriter) throws(JournalError) -> Void) {
        guard var open = writer.take() else { return }
        open.limits = settings.limits
        do throws(JournalError) {
            try body(&open)
        } catch {
            shown.failure = error
        }
        // Else what is on the disk must be looked at first.
        if open.isIntact { writer = consume open }
    }

    /// Tells the sinks what was signed, so that the journal can be checked against it later.
    private mutating func tellAnchor() {
        guard let anchor = writer?.anchor, anchor != signedThrough else { return }
        signedThrough = anchor
        let digest = anchor.digest ?? ""
        let event = JournalEvent(
            .checkpoint, "signed up to \(anchor.sequence):\(digest)",
            [("event.hash", .text(digest))])
        shown.unsent += settings.sinks.send(event, clock.now(), anchor.sequence)
    }
}
