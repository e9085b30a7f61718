internal import Canaries
internal import Linux
internal import Policies
internal import Sensing
internal import Synchronization

/// The sensor that runs now, and how another takes its place without losing an event.
///
/// The new one is marked before the old one stops, and the old one reads what it still has, so
/// changes of these milliseconds may be counted twice. What the detector knows is handed on.
final class RunningSensor: Sendable {
    private let state: GuardState
    private let canaries: CanaryHandover
    private let record: IncidentRecord
    private let longestPause: Int32
    private let current = Mutex<Generation?>(nil)

    private struct Generation: ~Copyable, Sendable {
        let link: LoopLink
        let thread: Thread
        let places: WatchedPlaces

        consuming func end() {
            link.stop.signal()
            thread.join()
            link.gatekeeper?.end()
            link.companion.end()
        }
    }

    /// `longestPause`: within how many milliseconds the loop goes round at least.
    init(
        _ state: GuardState, _ canaries: CanaryHandover, _ record: IncidentRecord,
        longestPause: Int32
    ) {
        (self.state, self.canaries, self.record) = (state, canaries, record)
        self.longestPause = longestPause
    }

    /// How often the loop has gone round, to see whether it still does.
    var rounds: UInt64 { link?.rounds.load(ordering: .relaxed) ?? 0 }

    /// The companions of the sensor that runs.
    var companions: [Companion] { link?.companions ?? [] }

    /// Whether a watched folder is not the one any more that was marked.
    var hasMoved: Bool {
        let marked = current.withLock { $0?.places }
        return marked.map { $0 != WatchedPlaces(state.policy.watch) } ?? false
    }

    private var link: LoopLink? { current.withLock { $0?.link } }

    /// Starts a sensor; where one runs already, that one goes on if this fails, and ends if not.
    func start(_ policy: GuardPolicy, _ canaries: [Canary]) throws(SensorError) {
        // Looked at first: what takes their place meanwhile is found by the next look.
        let places = WatchedPlaces(policy.watch)
        let link = try makeLink()
        let starting = try makeStart(policy, canaries, link)
        let thread = try starting.start()
        var next: Generation? = Generation(link: link, thread: thread, places: places)
        current.withLock { swap(&$0, &next) }
        next?.end()
    }

    /// Ends the sensor.
    func end() {
        var last: Generation?
        current.withLock { swap(&$0, &last) }
        last?.end()
    }

    private func makeLink() throws(SensorError) -> LoopLink {
        do throws(Errno) {
            return try LoopLink(state: state, canaries, longestPause: longestPause)
        } catch {
            throw .cannotInitialise(error)
        }
    }

    private func makeStart(
        _ policy: GuardPolicy, _ canaries: [Canary], _ link: LoopLink
    ) throws(SensorError) -> SensorStart {
        do throws(Errno) {
            return try SensorStart(policy, canaries, link, record, after: self.link)
        } catch {
            throw .cannotInitialise(error)
        }
    }
}

/// What a sensor's thread knows when it ends, for the one that comes after it.
final class Handover: Sendable {
    private let knowledge = Mutex<Knowledge?>(nil)
    private let isLeft: EventCounter

    init() throws(Errno) {
        isLeft = try EventCounter()
    }

    /// Leaves the knowledge, or nothing where the thread failed.
    func leave(_ left: consuming Knowledge?) {
        var left = left
        knowledge.withLock { swap(&$0, &left) }
        isLeft.signal()
    }

    /// Waits until it was left and takes it.
    func take() -> Knowledge? {
        if let waiting = try? Epoll(), (try? waiting.add(isLeft.descriptor, token: 1)) != nil {
            while (try? waiting.wait(milliseconds: -1)) == nil {}
        }
        var taken: Knowledge?
        knowledge.withLock { swap(&$0, &taken) }
        return taken
    }
}
