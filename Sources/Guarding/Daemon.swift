public import Canaries
internal import Control
internal import Journal
public import Linux
public import Messages
public import Policies
public import Sensing

/// Why the guard can't start or go on.
public enum GuardError: Error, Equatable, Sendable {
    /// Reading the policy file failed.
    case policyFile(BytePath, Errno)
    /// The policy is wrong.
    case policy(BytePath, PolicyError)
    /// A watched folder can't be opened.
    case folder(BytePath, Errno)
    /// The state or run directory can't be used.
    case ownFolder(BytePath, Errno)
    /// Another daemon uses the same run directory.
    case alreadyRunning(BytePath)
    /// The kernel's queues can't be had.
    case sensor(SensorError)
    /// The list of canaries can't be used.
    case ledger(LedgerError)
    /// The key has another value than when the daemon started.
    case needsRestart(key: String)
    /// The kernel refused something else.
    case system(Errno)
}

/// The guard: composes everything and runs until it is told to end.
public enum Daemon {
    /// The version that is reported.
    public static let version = Version.current

    /// Reads a policy file.
    public static func policy(at path: BytePath) throws(GuardError) -> GuardPolicy {
        let bytes: [UInt8]
        do throws(Errno) {
            bytes = try FileDescriptor.open(path).readToEnd(limit: 1 << 20)
        } catch {
            throw .policyFile(path, error)
        }
        do throws(PolicyError) {
            return try GuardPolicy.parse(bytes: bytes)
        } catch {
            throw .policy(path, error)
        }
    }

    /// Tries what a policy needs without changing anything.
    public static func check(_ policy: GuardPolicy) throws(GuardError) {
        for folder in policy.watch {
            let path = BytePath(folder)
            do throws(Errno) {
                _ = try FileDescriptor.open(path, [.directory])
            } catch {
                throw .folder(path, error)
            }
        }
    }

    /// Runs the guard; returns after SIGTERM or SIGINT.
    ///
    /// `inspector` is the socket where a service manager starts `kanaria-inspector`; nil where the
    /// guard does. `ready` is called once everything is watched.
    public static func run(
        _ file: BytePath, inspector: BytePath? = nil, _ language: Language,
        ready: (GuardPolicy, _ canaryCount: Int) -> Void
    ) throws(GuardError) {
        // First, for a reload may be asked for while the guard starts.
        let signals = try system { () throws(Errno) in
            try SignalWatch(Housekeeping.signals.map(\.rawValue))
        }
        let policy = try policy(at: file)
        try prepareFolders(policy)
        let lock = try InstanceLock(BytePath(policy.runDirectory))
        let recording = try system { () throws(Errno) in try Recording(policy) }
        defer { recording.end() }
        do throws(GuardError) {
            try run(file, inspector, policy, recording.record, signals, language, ready)
        } catch {
            recording.record.note(JournalEvent(end: error))
            throw error
        }
        recording.record.note(JournalEvent(end: nil))
        _ = consume lock
    }

    private static func run(
        _ file: BytePath, _ inspector: BytePath?, _ policy: GuardPolicy,
        _ record: IncidentRecord, _ signals: borrowing SignalWatch, _ language: Language,
        _ ready: (GuardPolicy, _ canaryCount: Int) -> Void
    ) throws(GuardError) {
        let manager = ServiceManager(Environment.current, language)
        let state = try system { () throws(Errno) in try GuardState(policy) }
        state.sketches.open(policy)
        state.takeOverBlocks(record)
        state.takeOverStopped(record)
        let canaries = try CanaryService(policy, state)
        let guarding = Housekeeping(file, record, canaries, manager, language)
        let known = canaries.canaries
        do throws(SensorError) {
            try guarding.sensor.start(policy, known)
        } catch {
            throw .sensor(error)
        }
        let stop = try system { () throws(Errno) in Stop(try EventCounter()) }
        let control = try startControl(guarding, canaries, stop)
        let keeping = try system { () throws(Errno) in
            try Thread.run { canaries.run(until: stop.value) }
        }
        let rescanning = try system { () throws(Errno) in
            try Thread.run { Rescan.run(record, canaries, until: stop.value) }
        }
        let sweeping = try system { () throws(Errno) in
            try Thread.run { Sweep.run(state, until: stop.value) }
        }
        let inspecting = try system { () throws(Errno) in
            try Thread.run { Inspections.run(state, socket: inspector, until: stop.value) }
        }
        let sketching = try system { () throws(Errno) in
            try Thread.run { SketchWalk.run(state, until: stop.value) }
        }
        let measuring = try system { () throws(Errno) in
            try Thread.run { Metrics.run(state, record, until: stop.value) }
        }
        let (sensor, count) = (state.withContents { $0.sensor.rawValue }, known.count)
        record.note(JournalEvent(policy: policy, file))
        record.note(JournalEvent(start: policy, sensor: sensor, canaryCount: count))
        manager.ready()
        ready(policy, known.count)
        guarding.run(signals)
        manager.stopping()
        stop.value.signal()
        control.join()
        keeping.join()
        rescanning.join()
        sweeping.join()
        inspecting.join()
        sketching.join()
        measuring.join()
        guarding.sensor.end()
        guarding.endAll()
        if let failure = guarding.state.sensorFailure { throw .sensor(failure) }
    }

    private static func prepareFolders(_ policy: GuardPolicy) throws(GuardError) {
        try check(policy)
        let state = BytePath(policy.stateDirectory)
        for path in [state, state.appending("incidents"), BytePath(policy.runDirectory)] {
            do throws(Errno) {
                try Folders.make(path)
            } catch {
                throw .ownFolder(path, error)
            }
        }
    }

    private static func startControl(
        _ guarding: Housekeeping, _ canaries: CanaryService, _ stop: Stop
    ) throws(GuardError) -> Thread {
        do throws(Errno) {
            let server = Shared(
                try ControlServer(
                    guarding.state, guarding.reloader, guarding.record, canaries))
            return try Thread.run { try? server.value.run(until: stop.value) }
        } catch {
            throw .ownFolder(BytePath(guarding.state.policy.runDirectory), error)
        }
    }

    private static func system<R: ~Copyable>(
        _ body: () throws(Errno) -> R
    ) throws(GuardError) -> R {
        do throws(Errno) {
            return try body()
        } catch {
            throw .system(error)
        }
    }
}

/// Tells a thread to end.
private typealias Stop = Shared<EventCounter>

extension Housekeeping {
    fileprivate init(
        _ file: BytePath, _ record: IncidentRecord, _ canaries: CanaryService,
        _ manager: ServiceManager, _ language: Language
    ) {
        let state = canaries.state
        // Four times within the watchdog's time, so that a late round is no alarm yet.
        let pause = manager.watchdogMilliseconds.map { Int32(clamping: max(1, $0 / 4)) }
        let sensor = RunningSensor(
            state, canaries.handover, record, longestPause: pause ?? .max)
        self.init(
            state: state, record: record, sensor: sensor,
            reloader: Reloader(file, sensor, canaries, manager, record), manager: manager,
            language: language)
    }
}

extension Pace {
    init(_ policy: GuardPolicy) {
        self.init(
            calm: policy.pace.calm.nanoseconds, sampleEvery: policy.pace.sampleEvery.nanoseconds,
            sampleFor: policy.pace.sampleFor.nanoseconds, isRealtime: policy.isRealtime,
            budgetPercent: UInt64(policy.cpuBudgetPercent))
    }
}

extension Duration {
    /// Whole nanoseconds; 0 where negative.
    var nanoseconds: UInt64 {
        let parts = components
        return UInt64(clamping: parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000)
    }
}
