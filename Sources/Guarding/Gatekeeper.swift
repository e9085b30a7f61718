internal import Detection
internal import Journal
internal import Linux
internal import Sensing
internal import Synchronization

/// Raises the gate while somebody is suspected, and answers whoever it holds up.
///
/// A thread of its own reads the openings, because the sensor's opens files that it judges. It
/// lets everybody pass at once but suspects: these wait until the sensor's thread has read and
/// judged all that they did before. While an attacker is being stopped, everybody waits. What a
/// service opens for writing whose writes are refused is refused at once, as long as that holds.
final class Gatekeeper: Sendable {
    /// Answers when this process cannot.
    let companion: Companion
    /// Signalled when openings wait for the sensor's thread.
    let arrived: EventCounter
    private let gate: OpenGate
    private let changed: EventCounter
    private let stop: EventCounter
    private let record: IncidentRecord
    private let pace: Pace
    private let refusals: WriteRefusals
    private let state = Mutex(State())
    private let thread = Mutex<Thread?>(nil)

    private struct State {
        var suspects = SuspectTable()
        var held: [(opening: OpenGate.Opening, since: UInt64)] = []
        var isUp = false
        /// When it goes down if nothing more happens.
        var end: UInt64 = 0
        var holdsEverybody = false
        var raisedCount: UInt64 = 0
    }

    // Chosen by us.

    /// How long it stays up after the last thing that raised it.
    ///
    /// It costs others some 0.05 ms for each opening.
    private static let upTime: UInt64 = 5_000_000_000
    /// How long anybody waits at most; judging a file takes 0.1 ms, stopping a tree up to 20 ms.
    private static let patience: UInt64 = 100_000_000
    private static let patienceMilliseconds: Int32 = 20
    /// How long those whose writes are refused may take altogether to come to rest in their calls.
    ///
    /// 2.5 ms were seen (`CanaryGate`); others wait meanwhile.
    private static let settling: UInt64 = 10_000_000
    /// Openings kept at once: each is a descriptor of this process.
    private static let capacity = 256
    private static let gateToken: UInt64 = 1
    private static let changeToken: UInt64 = 2
    private static let stopToken: UInt64 = 3

    /// Starts the thread, with the gate down.
    init(
        watching folders: [BytePath], _ pace: Pace, _ record: IncidentRecord,
        _ refusals: WriteRefusals
    ) throws(SensorError) {
        gate = try OpenGate(watching: folders)
        (self.pace, self.record, self.refusals) = (pace, record, refusals)
        do throws(Errno) {
            companion = try Companion()
            arrived = try EventCounter()
            changed = try EventCounter()
            stop = try EventCounter()
            let waiting = try waitingSet()
            let shared = Shared(waiting)
            let made = try Thread.run { [self] in run(shared.value) }
            var slot: Thread? = consume made
            thread.withLock { swap(&$0, &slot) }
        } catch {
            throw .cannotInitialise(error)
        }
        companion.start(for: gate.group.descriptor)
    }

    private func waitingSet() throws(Errno) -> Epoll {
        let set = try Epoll()
        try set.add(gate.group.descriptor, token: Self.gateToken)
        try set.add(changed.descriptor, token: Self.changeToken)
        try set.add(stop.descriptor, token: Self.stopToken)
        return set
    }

    /// Whether it is up, and how often it went up.
    var report: (isUp: Bool, raisedCount: UInt64) {
        state.withLock { ($0.isUp, $0.raisedCount) }
    }

    /// Holds up a process, and what descends from it, before each file from now on.
    func suspect(_ key: ProcessKey, score: Double) {
        let wasRaised = state.withLock { state in
            state.suspects.note(key, score: score) && raise(&state)
        }
        if wasRaised { changed.signal() }
    }

    /// Holds up everybody until `letGo`: an attacker is being stopped.
    func holdEverybody() {
        let wasRaised = state.withLock { state in
            state.holdsEverybody = true
            return raise(&state)
        }
        if wasRaised { changed.signal() }
    }

    /// Whether everybody is held up.
    var holdsEverybody: Bool { state.withLock { $0.holdsEverybody } }

    /// Lets all pass again but suspects.
    func letGo() { state.withLock { $0.holdsEverybody = false } }

    /// Ends the suspicion against processes that were released.
    func forget(_ keys: [ProcessKey]) { state.withLock { $0.suspects.remove(keys) } }

    /// The openings that wait for an answer.
    func takeHeld() -> [OpenGate.Opening] {
        state.withLock { state in
            if state.held.isEmpty { return [] }
            defer { state.held.removeAll(keepingCapacity: true) }
            arrived.drain()
            return state.held.map(\.opening)
        }
    }

    /// Answers one of them.
    func answer(_ opening: OpenGate.Opening, allow: Bool) { gate.answer(opening, allow: allow) }

    /// The answer to an opening of a service whose writes are refused; nil where it is of none.
    func answerRefused(_ opening: OpenGate.Opening) -> Bool? {
        guard refusals.isHeld else { return nil }
        var lookup = OpenerLookup()
        lookup.follow(SuspectTable(), refusals.current)
        let end = Clock.monotonicNanoseconds + Self.settling
        return answerRefused(opening, lookup.opener(opening.thread), until: end)
    }

    private func answerRefused(
        _ opening: OpenGate.Opening, _ opener: OpenerLookup.Opener, until deadline: UInt64
    ) -> Bool? {
        guard let main = opener.refused else { return nil }
        if OpenGate.isReading(opening, waitingUntil: deadline) { return true }
        refusals.count(main)
        return false
    }

    /// Lets everybody go and ends the thread.
    func end() {
        stop.signal()
        var last: Thread?
        thread.withLock { swap(&$0, &last) }
        last?.join()
        companion.end()
    }

    /// True where it was down.
    private func raise(_ state: inout State) -> Bool {
        state.end = Clock.monotonicNanoseconds + Self.upTime
        if state.isUp { return false }
        // Half a gate is one: file systems that were marked are held up.
        try? gate.raise()
        state.isUp = true
        state.raisedCount += 1
        return true
    }
}

extension Gatekeeper {
    private func run(_ waiting: borrowing Epoll) {
        Thread.setName("gate")
        var buffer = OpenGate.makeBuffer()
        var lookup = OpenerLookup()
        var budget = ProcessorBudget(pace)
        stayUpWhileRefusing()
        while true {
            let token = (try? waiting.wait(milliseconds: pause)) ?? nil
            if token == Self.stopToken { break }
            if token == Self.changeToken, changed.drain() > 0 {
                record.note(JournalEvent(.gateRaised, "somebody is suspected"))
            }
            follow(&lookup)
            answerWaiting(&buffer, &lookup)
            companion.answered.signal()
            releaseLate(olderThan: Self.patience)
            stayUpWhileRefusing()
            lowerIfOver()
            budget.check()
        }
        state.withLock { $0.end = 0 }
        lowerIfOver()
        while answerWaiting(&buffer, &lookup) {}
        releaseLate(olderThan: 0)
    }

    /// How long to wait for openings.
    private var pause: Int32 {
        state.withLock { state in
            if !state.held.isEmpty { return Self.patienceMilliseconds }
            if !state.isUp { return -1 }
            let now = Clock.monotonicNanoseconds
            return state.end <= now ? 0 : Int32(clamping: (state.end - now) / 1_000_000 + 1)
        }
    }

    @discardableResult
    private func answerWaiting(_ buffer: inout [UInt8], _ lookup: inout OpenerLookup) -> Bool {
        let deadline = Clock.monotonicNanoseconds + Self.settling
        let hadSome = try? gate.read(into: &buffer) { thread in
            let holdsEverybody = holdsEverybody
            // Refused before all were let go again, and so known here before anybody is let go.
            if refusals.version != lookup.versions.refused { follow(&lookup) }
            if thread <= 0 || !holdsEverybody && !lookup.isOfUse { return true }
            let opener = lookup.opener(thread)
            if opener.passes { return true }
            return !holdsEverybody && !opener.isSuspect && opener.refused == nil
        } decide: { opening in
            let opener = lookup.opener(opening.thread)
            if let answer = answerRefused(opening, opener, until: deadline) {
                return answer ? .allow : .deny
            }
            return keep(opening) ? .keep : .allow
        }
        return hadSome ?? false
    }

    private func keep(_ opening: OpenGate.Opening) -> Bool {
        state.withLock { state in
            guard state.held.count < Self.capacity else { return false }
            state.held.append((opening, Clock.monotonicNanoseconds))
            arrived.signal()
            return true
        }
    }

    private func follow(_ lookup: inout OpenerLookup) {
        lookup.follow(state.withLock { $0.suspects }, refusals.current)
    }

    /// Whose writes are refused is to meet a gate that is up.
    private func stayUpWhileRefusing() {
        guard refusals.isHeld else { return }
        if state.withLock({ raise(&$0) }) {
            record.note(JournalEvent(.gateRaised, "writes are refused"))
        }
    }

    /// Allows what the sensor's thread did not get to.
    private func releaseLate(olderThan age: UInt64) {
        let now = Clock.monotonicNanoseconds
        let late = state.withLock { state in
            if state.held.isEmpty { return [OpenGate.Opening]() }
            let late = state.held.filter { $0.since + age <= now }.map(\.opening)
            if !late.isEmpty { state.held.removeAll { $0.since + age <= now } }
            return late
        }
        for opening in late { gate.answer(opening, allow: true) }
    }

    private func lowerIfOver() {
        let isOver = state.withLock { state in
            guard state.isUp, state.end <= Clock.monotonicNanoseconds else { return false }
            gate.lower()
            state.isUp = false
            state.holdsEverybody = false
            state.suspects.clear()
            return true
        }
        if isOver { record.note(JournalEvent(.gateLowered, "nobody is suspected any more")) }
    }
}
