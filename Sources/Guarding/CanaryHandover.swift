internal import Canaries
internal import Linux
internal import Synchronization

/// What the keeper of the canaries and the sensor's thread tell each other.
final class CanaryHandover: Sendable {
    /// What the sensor's thread is to do.
    enum News: Sendable {
        /// Guard this canary from now on.
        case planted(Canary)
        /// What had this path is no canary any more.
        case retired(BytePath)
    }

    private struct Contents {
        var news: [News] = []
        /// News that were told and are not acted on yet.
        var openCount = 0
        var touched: [BytePath] = []
    }

    /// Wakes the sensor's thread.
    let newsWaiting: EventCounter
    /// Wakes the keeper.
    let touchWaiting: EventCounter
    private let contents = Mutex(Contents())

    init() throws(Errno) {
        newsWaiting = try EventCounter()
        touchWaiting = try EventCounter()
    }

    /// Tells the sensor's thread.
    func tell(_ news: [News]) {
        if news.isEmpty { return }
        contents.withLock {
            $0.news += news
            $0.openCount += news.count
        }
        newsWaiting.signal()
    }

    /// Whether the sensor's thread has acted on everything it was told.
    var isSettled: Bool { contents.withLock { $0.openCount == 0 } }

    /// Takes some news, so that a long list holds nobody up for long.
    func takeNews() -> [News] {
        newsWaiting.drain()
        let (taken, isMore) = contents.withLock { contents in
            let taken = Array(contents.news.prefix(Self.batch))
            contents.news.removeFirst(taken.count)
            return (taken, !contents.news.isEmpty)
        }
        if isMore { newsWaiting.signal() }
        return taken
    }

    /// How many canaries are marked before the sensor's queues are read again.
    private static let batch = 32

    /// Says that taken news were acted on.
    func settle(_ count: Int) {
        contents.withLock { $0.openCount -= count }
    }

    /// Tells the keeper that somebody touched a canary.
    func noteTouch(of path: BytePath) {
        contents.withLock { contents in
            if contents.touched.count < 4096 { contents.touched.append(path) }
        }
        touchWaiting.signal()
    }

    /// The canaries that were touched since the last call.
    func takeTouched() -> [BytePath] {
        touchWaiting.drain()
        return contents.withLock { contents in
            let taken = contents.touched
            contents.touched = []
            return taken
        }
    }
}
