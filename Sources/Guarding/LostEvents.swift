internal import Linux
internal import Synchronization

/// A moment on the clock of files, and on one that nobody can set.
struct Moment: Sendable {
    /// The wall clock.
    var wall = Clock.wallNanoseconds
    /// Time since boot.
    var boot = Clock.bootNanoseconds

    /// Files that changed after the moment carry a time of change that is not below this.
    ///
    /// Follows the wall clock if it was set back meanwhile. The kernel stamps files with the time
    /// of its last tick, up to 10 ms old; a second covers that and a clock that is being slewed.
    func earliestChange(seenAt now: Moment = Moment()) -> WallNanoseconds {
        let elapsed = Int64(clamping: now.boot &- min(boot, now.boot))
        return min(wall, now.wall &- elapsed) &- 1_000_000_000
    }
}

/// Asks for a look at what changed while events were lost; several overflows become one request.
final class LostEvents: Sendable {
    /// What was lost.
    struct Request: Sendable {
        /// When the queue was last seen empty: what happened before was told.
        var lastGood: Moment
        /// When the overflow was read.
        var noticed: Moment
        /// Overflows since the last look.
        var overflowCount: Int
    }

    /// Readable when there is a request.
    let waiting: EventCounter
    private let request = Mutex<Request?>(nil)

    init() throws(Errno) {
        waiting = try EventCounter()
    }

    /// Notes an overflow.
    func note(since lastGood: Moment) {
        request.withLock { request in
            if request != nil {
                request?.overflowCount += 1
            } else {
                request = Request(lastGood: lastGood, noticed: Moment(), overflowCount: 1)
            }
        }
        waiting.signal()
    }

    /// Takes the request, if there is one.
    func take() -> Request? {
        waiting.drain()
        return request.withLock { request in
            let taken = request
            request = nil
            return taken
        }
    }
}
