internal import Contents
internal import Inspecting
internal import Linux
internal import Policies
internal import Sensing
internal import Synchronization

/// Has closed files looked into by the inspector, on a thread of its own behind all others.
///
/// What is found goes to the sensor's thread as further evidence. Where the inspector fails, a file
/// is without an opinion, and the guard goes on.
struct Inspections: ~Copyable {
    private let state: GuardState
    private var policy: GuardPolicy
    private var judge: FileJudge
    private var sketches: SketchedInspection
    private let events: Epoll
    private let stopping: Epoll
    private var inspector: Inspector?
    private var nextStart: UInt64 = 0
    private var pause: UInt64 = 0

    private static let queueToken: UInt64 = 1
    private static let stopToken: UInt64 = 2
    private static let endToken: UInt64 = 3
    /// How long one file may take; its budget lets it take a tenth of that.
    private static let deadlineMilliseconds: Int32 = 2000
    /// Between two starts, doubled up to the longest while it fails.
    private static let pauses: ClosedRange<UInt64> = 200_000_000...30_000_000_000
    /// After each file the thread rests so many times as long, for the sake of others.
    private static let restFactor: UInt64 = 3

    /// Its program, which lies beside ours.
    private static var executable: BytePath {
        let own = ProcessTable.executable(ProcessHandle.own)?.parent ?? "/nowhere"
        return own.appending("kanaria-inspector")
    }

    /// Its user; `nobody` where the package did not make one.
    ///
    /// Source: Debian Policy 9.2.2.
    private static var user: UInt32 { Users.number(of: "kanaria-inspector") ?? 65534 }

    /// Where a service manager starts it for us; nil where we do.
    private let socket: BytePath?

    private init(
        _ state: GuardState, _ socket: BytePath?, until stop: borrowing EventCounter
    ) throws(Errno) {
        let policy = state.policy
        let judge = try FileJudge(policy)
        let events = try Epoll()
        let stopping = try Epoll()
        try events.add(state.inspections.waiting.descriptor, token: Self.queueToken)
        try events.add(stop.descriptor, token: Self.stopToken)
        try stopping.add(stop.descriptor, token: Self.stopToken)
        (self.state, self.policy, self.socket) = (state, policy, socket)
        self.judge = judge
        sketches = SketchedInspection(state.sketches)
        self.events = events
        self.stopping = stopping
    }

    /// Works until `stop` is signalled.
    static func run(
        _ state: GuardState, socket: BytePath?, until stop: borrowing EventCounter
    ) {
        Thread.setName("inspect")
        Scheduling.setBackground()
        do throws(Errno) {
            var inspections = try Inspections(state, socket, until: stop)
            try inspections.work()
            inspections.end()
        } catch {
            state.withContents { $0.inspectorFailure = .start(error) }
        }
    }

    private mutating func work() throws(Errno) {
        while true {
            revive()
            // Files wait for an inspector, as far as there is room.
            let token =
                inspector == nil
                ? try stopping.wait(milliseconds: untilStart) : try events.wait(milliseconds: -1)
            switch token {
            case Self.stopToken: return
            case Self.endToken: fail(.ended)
            case Self.queueToken: if try !workOff() { return }
            default: break
            }
        }
    }

    /// Looks into what waits; false when told to stop.
    private mutating func workOff() throws(Errno) -> Bool {
        state.inspections.waiting.drain()
        while let wish = state.inspections.take() {
            let start = Clock.monotonicNanoseconds
            handle(wish)
            if inspector == nil {
                state.inspections.waiting.signal()
                return true
            }
            if try !rest((Clock.monotonicNanoseconds - start) * Self.restFactor) { return false }
        }
        return true
    }

    private mutating func handle(_ wish: InspectionWish) {
        follow()
        var event = FileEvent(kind: .closedAfterWriting, pid: 0)
        (event.file, event.path) = (wish.file, wish.path)
        // It may be gone already.
        guard let file = judge.open(event), let status = try? file.status(),
            status.kind == .regular
        else { return }
        if wish.isCounted { return sketches.accept(file, status) }
        guard let inspection = inspect(file, status.byteCount) else {
            return state.inspections.countMissed()
        }
        state.inspections.inspectedCount.wrappingAdd(1, ordering: .relaxed)
        var found = InspectedFile(
            wish: wish, opinion: inspection.opinion, noteNumber: inspection.noteNumber)
        if found.opinion == nil, let opinion = sketches.opinion(on: file, status, inspection) {
            found.opinion = opinion
            found.wish.existed = true
        }
        if found.opinion != nil || found.noteNumber != 0 { state.inbox.add(found) }
    }

    /// Leaves the processor to others; false when told to stop.
    private func rest(_ nanoseconds: UInt64) throws(Errno) -> Bool {
        let milliseconds = Int32(clamping: min(nanoseconds, 1_000_000_000) / 1_000_000)
        return try stopping.wait(milliseconds: milliseconds) == nil
    }

    private mutating func inspect(
        _ file: borrowing FileDescriptor, _ byteCount: UInt64
    ) -> Inspection? {
        do throws(InspectorError) {
            return try inspector?.inspect(
                file, byteCount: byteCount, withinMilliseconds: Self.deadlineMilliseconds)
        } catch {
            fail(error)
            return nil
        }
    }

    /// Looks where the policy in force says.
    private mutating func follow() {
        let now = state.policy
        if now != policy, let judge = try? FileJudge(now) {
            self.judge = judge
            policy = now
        }
    }

    private var untilStart: Int32 {
        let now = Clock.monotonicNanoseconds
        return nextStart <= now ? 0 : Int32(clamping: (nextStart - now) / 1_000_000 + 1)
    }

    /// Starts it if it does not run and its time has come.
    private mutating func revive() {
        guard inspector == nil, Clock.monotonicNanoseconds >= nextStart else { return }
        do throws(InspectorError) {
            try start()
            pause = 0
            state.withContents { $0.inspectorFailure = nil }
        } catch {
            fail(error)
        }
    }

    /// Starts it and sees that it answers: only then it was allowed to give up its rights.
    private mutating func start() throws(InspectorError) {
        var started =
            if let socket {
                try Inspector(connectingTo: socket, user: Self.user)
            } else {
                try Inspector(executable: Self.executable, user: Self.user)
            }
        do throws(InspectorError) {
            let nothing = try Self.nothing()
            _ = try started.inspect(
                nothing, byteCount: 0, withinMilliseconds: Self.deadlineMilliseconds)
            try started.tellEnd(to: events, token: Self.endToken)
        } catch {
            started.end()
            throw error
        }
        inspector = consume started
    }

    private static func nothing() throws(InspectorError) -> FileDescriptor {
        do throws(Errno) {
            return try FileDescriptor.open("/dev/null")
        } catch {
            throw .start(error)
        }
    }

    private mutating func fail(_ error: InspectorError) {
        end()
        pause = min(max(pause * 2, Self.pauses.lowerBound), Self.pauses.upperBound)
        nextStart = Clock.monotonicNanoseconds + pause
        state.withContents { $0.inspectorFailure = error }
    }

    private mutating func end() {
        var last: Inspector?
        swap(&last, &inspector)
        last?.end()
    }
}
