public import Linux
internal import Synchronization

/// Takes events from every thread and writes them on one of its own.
///
/// Adding neither waits for a disk nor for a sink: a full queue drops the event and counts it.
public final class Recorder: Sendable {
    /// What can change while it runs.
    public struct Settings: Sendable, Equatable {
        /// How much is kept.
        public var limits = JournalLimits()
        /// Where else lines go.
        public var sinks = Sinks()

        /// The settings that hold where nobody says otherwise.
        public init() {}
    }

    /// How it is.
    public struct Status: Sendable, Equatable {
        /// Lines written.
        public var written: UInt64 = 0
        /// Lines lost: because the queue was full, or could not be written.
        public var lost: UInt64 = 0
        /// Messages that no sink took.
        public var unsent: UInt64 = 0
        /// Alerts left for who sends them.
        public var alerts: UInt64 = 0
        /// Alerts lost: no room, or no folder.
        public var alertsLost: UInt64 = 0
        /// Why the last alert could not be left; nil where it was.
        public var alertFailure: Errno?
        /// Why the last lines could not be written; nil where they were.
        public var failure: JournalError?
    }

    struct Item: Sendable {
        let time: JournalTime
        let event: @Sendable () -> JournalEvent?
    }

    private struct Queue {
        var items = [Item]()
        var dropped: UInt64 = 0
        var isEnding = false
    }

    // Chosen by us: a burst of a few seconds; an item takes some 100 bytes and what it captured.
    private static let capacity = 4096
    /// Places that only incidents may take.
    private static let reserve = 1024
    /// How many lines go into one write.
    private static let batchCount = 256
    /// How often time is looked at while nothing comes.
    private static let pause: Int32 = 2000

    private let folder: JournalFolder
    private let clock: JournalClock
    private let queue = Mutex(Queue())
    private let wanted: Mutex<Settings>
    private let current = Mutex(Status())
    private let wake: EventCounter

    /// Prepares it; nothing is opened before `run`.
    public init(
        _ folder: JournalFolder, _ settings: Settings = Settings(), _ clock: JournalClock = .system
    ) throws(Errno) {
        (self.folder, self.clock) = (folder, clock)
        wanted = Mutex(settings)
        wake = try EventCounter()
        queue.withLock { $0.items = Self.room() }
    }

    /// How it is now.
    public var status: Status {
        let dropped = queue.withLock { $0.dropped }
        var status = current.withLock { $0 }
        status.lost += dropped
        return status
    }

    /// What holds from now on.
    public var settings: Settings {
        get { wanted.withLock { $0 } }
        set { wanted.withLock { $0 = newValue } }
    }

    /// Adds an event; `event` is called on the recorder's thread, and nil adds none.
    ///
    /// Cost: one lock that nobody holds for longer than an addition, and one closure.
    public func add(isIncident: Bool = false, _ event: @escaping @Sendable () -> JournalEvent?) {
        let limit = isIncident ? Self.capacity + Self.reserve : Self.capacity
        let isFirst = queue.withLock { queue in
            guard queue.items.count < limit else {
                queue.dropped += 1
                return false
            }
            queue.items.append(Item(time: clock.now(), event: event))
            return queue.items.count == 1
        }
        if isFirst { wake.signal() }
    }

    /// Lets `run` return once everything is written.
    public func end() {
        queue.withLock { $0.isEnding = true }
        wake.signal()
    }

    /// Writes until `end` is called; for a thread of its own.
    public func run() {
        guard let waiting = try? Epoll(), (try? waiting.add(wake.descriptor, token: 1)) != nil
        else { return }
        var work = RecorderWork(folder, clock)
        var items = Self.room()
        while true {
            work.settings = settings
            items.removeAll(keepingCapacity: true)
            let (dropped, isEnding) = take(&items)
            work.lostInQueue += dropped
            let events = items.compactMap { item in item.event().map { (item.time, $0) } }
            for start in stride(from: 0, to: events.count, by: Self.batchCount) {
                work.write(Array(events[start...].prefix(Self.batchCount)))
            }
            work.tend()
            let status = work.status
            current.withLock { $0 = status }
            if isEnding, items.isEmpty { break }
            if !isEnding { _ = try? waiting.wait(milliseconds: Self.pause) }
            wake.drain()
        }
        work.close()
        let status = work.status
        current.withLock { $0 = status }
    }

    /// Takes what waits and leaves an empty array with the same room: whoever adds must not wait
    /// for memory.
    private func take(_ items: inout [Item]) -> (dropped: UInt64, isEnding: Bool) {
        queue.withLock { queue in
            swap(&items, &queue.items)
            let dropped = queue.dropped
            queue.dropped = 0
            return (dropped, queue.isEnding)
        }
    }

    private static func room() -> [Item] {
        var items = [Item]()
        items.reserveCapacity(capacity + reserve)
        return items
    }
}
