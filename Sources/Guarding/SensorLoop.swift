internal import Linux
internal import Sensing
internal import Synchronization

/// How the sensor paces itself.
struct Pace: Sendable {
    /// Pause before a bulk read while calm.
    ///
    /// Source: facts/kernel.md §3: the reader's wake-up is the cost, not the event.
    var calm: UInt64
    /// How often writes to files that stay open are sampled.
    var sampleEvery: UInt64
    /// For how long.
    var sampleFor: UInt64
    /// Whether the thread runs before all ordinary ones.
    var isRealtime: Bool
    /// Share of one processor above which it goes back to the ordinary ones, in percent.
    var budgetPercent: UInt64
}

/// The thread that owns the kernel's queues, the detector and the first response.
enum SensorLoop {
    private static let sensorToken: UInt64 = 1
    private static let gateToken: UInt64 = 2
    private static let stopToken: UInt64 = 3
    private static let processToken: UInt64 = 4
    private static let newsToken: UInt64 = 5
    private static let findingToken: UInt64 = 6
    private static let heldToken: UInt64 = 7

    /// Reads at most this often what is left when told to stop; then somebody floods the queue.
    private static let lastReads = 64

    /// Runs until `stop` is signalled; throws what made the sensor unusable.
    ///
    /// - Returns: what was learned, for the sensor that comes after this one.
    static func run<S: Sensor & ~Copyable>(
        _ sensor: consuming S, _ gate: consuming CanaryGate?,
        _ decider: consuming Decider, _ pace: Pace, _ shared: LoopLink
    ) throws(SensorError) -> Knowledge {
        var sensor = sensor
        var gate = gate
        var decider = decider
        var budget = ProcessorBudget(pace)
        var window = SampleWindow(pace)
        var lastGood = Moment()
        let all = try waiting(sensor, gate, shared, decider)
        let urgent = try waiting(gate, shared, decider)
        while true {
            let token = wait(all, min(window.milliseconds, shared.longestPause))
            shared.rounds.wrappingAdd(1, ordering: .relaxed)
            if token == stopToken { break }
            // Otherwise asked for only when a writer has ended unseen.
            if token == nil || token == processToken { decider.updateProcesses() }
            window.update(&sensor, isAlert: isAlert(decider))
            if token == newsToken { takeNews(&sensor, gate, &decider, shared.canaries) }
            if token == sensorToken, decider.wakefulUntil <= Clock.monotonicNanoseconds {
                let interruption = wait(urgent, Int32(clamping: pace.calm / 1_000_000))
                if interruption == stopToken { break }
                if interruption == newsToken { takeNews(&sensor, gate, &decider, shared.canaries) }
            }
            decider.readAt = Clock.monotonicNanoseconds
            // First: whoever was released may be at a canary again already.
            decider.forget(shared.state.takeForgotten())
            try answer(&gate, &decider)
            shared.companion.answered.signal()
            // Before the reading, so that all is judged then that they did before.
            let held = decider.gatekeeper?.takeHeld() ?? []
            try read(&sensor, &decider, &lastGood, shared)
            try settle(held, &sensor, &decider, &lastGood, shared)
            if token == findingToken { takeFindings(&decider, shared.state) }
            shared.publish(decider, sensor)
            budget.check()
        }
        try answer(&gate, &decider)
        let overflows = decider.overflowCount
        for _ in 0..<lastReads where try sensor.read({ decider.handle($0) }) == 0 { break }
        if decider.overflowCount != overflows { shared.state.lost.note(since: lastGood) }
        shared.publish(decider, sensor)
        return decider.knowledge()
    }

    /// Decides about those who open canaries.
    private static func answer(
        _ gate: inout CanaryGate?, _ decider: inout Decider
    ) throws(SensorError) {
        // Others take the processor from the opener, and may be its threads.
        let gatekeeper = decider.gatekeeper
        try gate?.answer(isLate: { gatekeeper?.holdEverybody() }) { decider.decide($0) }
    }

    /// Reads what waits, and notes when that was all: what happened before was told then.
    private static func read<S: Sensor & ~Copyable>(
        _ sensor: inout S, _ decider: inout Decider, _ lastGood: inout Moment, _ shared: LoopLink
    ) throws(SensorError) {
        let overflows = decider.overflowCount
        let start = Moment()
        decider.readAt = Clock.monotonicNanoseconds
        _ = try sensor.read { decider.handle($0) }
        if decider.overflowCount != overflows { shared.state.lost.note(since: lastGood) }
        if sensor.isDrained {
            lastGood = start
            decider.settleEnd()
        }
    }

    /// Answers those that the gate holds up.
    private static func settle<S: Sensor & ~Copyable>(
        _ held: [OpenGate.Opening], _ sensor: inout S, _ decider: inout Decider,
        _ lastGood: inout Moment, _ shared: LoopLink
    ) throws(SensorError) {
        guard let gatekeeper = decider.gatekeeper else { return }
        let isStopping = gatekeeper.holdsEverybody
        if held.isEmpty, !isStopping { return }
        for _ in 0..<lastReads where !sensor.isDrained {
            try read(&sensor, &decider, &lastGood, shared)
        }
        decider.settle(held)
        if !isStopping { return }
        // Who came meanwhile may belong to those that were stopped.
        gatekeeper.letGo()
        decider.settle(gatekeeper.takeHeld())
    }

    private static func takeFindings(_ decider: inout Decider, _ state: GuardState) {
        state.inbox.arrived.drain()
        decider.take(state.inbox.take())
    }

    private static func isAlert(_ decider: borrowing Decider) -> Bool {
        decider.alertUntil > Clock.monotonicNanoseconds
    }

    /// What the thread waits for.
    private static func waiting<S: Sensor & ~Copyable>(
        _ sensor: borrowing S, _ gate: borrowing CanaryGate?, _ shared: LoopLink,
        _ decider: borrowing Decider
    ) throws(SensorError) -> Epoll {
        let set = try waiting(gate, shared, decider)
        do throws(Errno) {
            try sensor.wait(in: set, token: sensorToken)
            try set.add(shared.state.inbox.arrived.descriptor, token: findingToken)
        } catch {
            throw .cannotInitialise(error)
        }
        return set
    }

    /// What ends a pause.
    private static func waiting(
        _ gate: borrowing CanaryGate?, _ shared: LoopLink, _ decider: borrowing Decider
    ) throws(SensorError) -> Epoll {
        do throws(Errno) {
            let set = try Epoll()
            try gate?.wait(in: set, token: gateToken)
            try set.add(shared.stop.descriptor, token: stopToken)
            try decider.addUrgent(to: set, token: processToken)
            try set.add(shared.canaries.newsWaiting.descriptor, token: newsToken)
            if let gatekeeper = decider.gatekeeper {
                try set.add(gatekeeper.arrived.descriptor, token: heldToken)
            }
            return set
        } catch {
            throw .cannotInitialise(error)
        }
    }

    private static func wait(_ set: borrowing Epoll, _ milliseconds: Int32) -> UInt64? {
        (try? set.wait(milliseconds: milliseconds)) ?? nil
    }
}

/// What the sensor's thread shares with the others.
final class LoopLink: Sendable {
    let state: GuardState
    let stop: EventCounter
    let canaries: CanaryHandover
    let companion: Companion
    let handover: Handover
    private let gate = Mutex<Gatekeeper?>(nil)
    /// How often the loop has gone round.
    let rounds = Atomic<UInt64>(0)
    /// Within how many milliseconds it goes round at least.
    let longestPause: Int32

    init(
        state: GuardState, _ canaries: CanaryHandover, longestPause: Int32
    ) throws(Errno) {
        self.state = state
        (self.canaries, self.longestPause) = (canaries, longestPause)
        stop = try EventCounter()
        companion = try Companion()
        handover = try Handover()
    }

    /// Holds up suspects, where the policy and the kernel let it.
    var gatekeeper: Gatekeeper? {
        get { gate.withLock { $0 } }
        set { gate.withLock { $0 = newValue } }
    }

    /// The processes that answer in place of this one.
    var companions: [Companion] { [companion] + (gatekeeper.map { [$0.companion] } ?? []) }

    /// Copies the counters where the control thread reads them.
    func publish<S: Sensor & ~Copyable>(_ decider: borrowing Decider, _ sensor: borrowing S) {
        state.misses(sensor.uncovered)
        let (events, overflows) = (decider.eventCount, decider.overflowCount)
        let (actors, unattributed) = (decider.actorCount, decider.unattributedCount)
        let gate = decider.gatekeeper?.report
        state.withContents { contents in
            if contents.events != events { contents.lastEvent = Clock.wallNanoseconds }
            (contents.events, contents.overflows) = (events, overflows)
            (contents.actors, contents.unattributed) = (actors, unattributed)
            (contents.gateIsUp, contents.gateRaised) = (gate?.isUp, gate?.raisedCount ?? 0)
        }
    }
}

/// Short windows in which writes to open files are reported.
private struct SampleWindow {
    private let every: UInt64
    private let length: UInt64
    private var start: UInt64
    private var isOpen = false

    init(_ pace: Pace) {
        (every, length) = (pace.sampleEvery, pace.sampleFor)
        start = Clock.monotonicNanoseconds + pace.sampleEvery
    }

    /// How long to wait at most.
    var milliseconds: Int32 {
        let next = isOpen ? start + length : start
        let now = Clock.monotonicNanoseconds
        return next <= now ? 0 : Int32(clamping: (next - now) / 1_000_000 + 1)
    }

    mutating func update<S: Sensor & ~Copyable>(_ sensor: inout S, isAlert: Bool) {
        let now = Clock.monotonicNanoseconds
        if !isOpen, now >= start {
            isOpen = true
            start = now
        } else if isOpen, now >= start + length {
            isOpen = false
            start = now + every
        }
        sensor.setReportsWrites(isOpen || isAlert)
    }
}
