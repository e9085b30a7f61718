internal import Control
internal import Detection
internal import Inspecting
internal import Linux
internal import Messages
internal import Policies
internal import Response
internal import Sensing
internal import Synchronization

/// What the threads of the daemon share.
final class GuardState: Sendable {
    /// Plain counters and lists under one lock; nobody holds it while doing I/O.
    struct Contents {
        var events: UInt64 = 0
        var overflows: UInt64 = 0
        var unattributed: UInt64 = 0
        var rescans: UInt64 = 0
        var rescansRunning = 0
        var filesRescanned: UInt64 = 0
        var filesFound: UInt64 = 0
        var actors = 0
        /// Whether suspects wait before each file; nil without a gate.
        var gateIsUp: Bool?
        var gateRaised: UInt64 = 0
        var lastEvent: WallNanoseconds = 0
        var canariesTotal = 0
        var canariesIntact = 0
        var incidents: [Incident] = []
        var toForget: [ProcessKey] = []
        var sensorFailure: SensorError?
        /// Why the policy file's present content is not in force.
        var reloadFailure: Message?
        var isWithoutCompanion = false
        /// Why a watched folder cannot be watched any more.
        var watchFailure: Message?
        /// Why files that are held open or mapped are not looked at.
        var sweepFailure: Errno?
        /// Why what changed while changes were lost was not looked at.
        var rescanFailure: Errno?
        /// Why the inspector does not run; nil while it does.
        var inspectorFailure: InspectorError?
        /// What is wrong with what is kept of files.
        var sketchLacks: [Degradation] = []
        /// Why the last incident could not be written.
        var recordFailure: Errno?
        /// Why the last lines of the journal could not be written.
        var journalFailure: Message?
        /// Why the last alert could not be left for who sends it.
        var alertFailure: Errno?
        /// Why clients of file servers cannot be turned away.
        var filterObstacle: Errno?
        /// Why users cannot be held to reading, where the policy asks for it.
        var quarantineObstacle: Message?
        /// Why the host cannot be cut off from the network, where the policy asks for it.
        var isolationObstacle: Errno?
        var sensor = SensorKind.fanotify
        /// What this sensor can't do, and the places that it does not see.
        var lacks: [Degradation] = []
        var uncovered: [SensorError] = []
    }

    private let contents = Mutex(Contents())
    private let inForce: Mutex<GuardPolicy>

    /// Asks for a look at what changed while events were lost.
    let lost: LostEvents
    /// What such looks found.
    let inbox: FindingInbox
    /// Files for the inspector.
    let inspections: InspectionQueue

    /// What is kept of files.
    let sketches = SketchKeeping()

    /// What Samba is told.
    let samba = SambaInclude()
    /// The clients that are turned away.
    let blocks: ClientBlocks
    /// The users that may only read over Samba.
    let quarantines: UserQuarantines
    /// For which incidents the host is off the network.
    let isolations: Isolations
    /// The services whose writes are refused.
    let refusals = WriteRefusals()
    /// Asks Samba who was logged in.
    let sambaSessions = SambaSessions()
    /// Takes evidence of stopped processes, then ends them.
    let evidence = EvidenceDesk()

    init(_ policy: GuardPolicy) throws(Errno) {
        inForce = Mutex(policy)
        blocks = ClientBlocks(stateFolder: BytePath(policy.stateDirectory), samba)
        quarantines = UserQuarantines(stateFolder: BytePath(policy.stateDirectory), samba)
        isolations = Isolations(stateFolder: BytePath(policy.stateDirectory))
        lost = try LostEvents()
        inbox = try FindingInbox()
        inspections = try InspectionQueue()
    }

    /// The policy in force.
    var policy: GuardPolicy {
        get { inForce.withLock { $0 } }
        set { inForce.withLock { $0 = newValue } }
    }

    /// Lends the contents under the lock.
    func withContents<R: Sendable>(_ body: (inout sending Contents) -> sending R) -> R {
        contents.withLock { body(&$0) }
    }

    /// Processes that were released, for the detector to start over with.
    func takeForgotten() -> [ProcessKey] {
        withContents { contents in
            if contents.toForget.isEmpty { return [] }
            let keys = contents.toForget
            contents.toForget = []
            return keys
        }
    }

    /// Lets a frozen tree run on, or kills it; nil if there is no such frozen incident.
    func finish(
        _ id: String, as state: IncidentState, by person: PersonReport? = nil,
        askedBy first: PersonReport? = nil
    ) -> IncidentReport? {
        withContents { contents in
            guard
                let index = contents.incidents.firstIndex(where: {
                    $0.report.id == id && $0.report.canEnd(as: state)
                })
            else { return nil }
            for process in contents.incidents[index].held.reversed() {
                if state == .killed { process.kill() } else { process.release() }
            }
            contents.toForget += contents.incidents[index].keys
            contents.incidents[index].held = []
            contents.incidents[index].report.state = state
            contents.incidents[index].report.leaseEndsAt = nil
            contents.incidents[index].report.endedBy = person
            contents.incidents[index].report.askedBy = first
            return contents.incidents[index].report
        }
    }

    /// Whether there is such an incident whose processes or clients are held.
    func isHeld(_ id: String) -> Bool {
        withContents { contents in
            contents.incidents.contains { $0.report.id == id && $0.report.canEnd(as: .released) }
        }
    }

    /// Takes note of the sensor and of what it can't do.
    func uses(_ sensor: SensorKind, _ lacks: [Degradation]) {
        withContents { ($0.sensor, $0.lacks, $0.uncovered) = (sensor, lacks, []) }
    }

    /// Takes note of what the sensor does not see.
    func misses(_ uncovered: [SensorError]) {
        if uncovered.isEmpty { return }
        withContents { $0.uncovered = uncovered }
    }

    /// What this guard can't do.
    var degraded: [Degradation] { withContents { $0.degraded } }

    /// Why the sensor ended by itself, if it did.
    var sensorFailure: SensorError? { withContents { $0.sensorFailure } }

    /// Incidents whose processes are frozen.
    func frozen() -> [String] {
        withContents { contents in
            contents.incidents.filter { $0.report.state == .frozen }.map(\.report.id)
        }
    }

    /// Incidents whose lease is over so many nanoseconds after boot.
    func expired(atBootNanoseconds now: UInt64) -> [String] {
        withContents { contents in
            contents.incidents.filter { $0.report.state == .frozen && $0.leaseEnd <= now }
                .map(\.report.id)
        }
    }
}

extension IncidentReport {
    /// Whether it can be ended so.
    fileprivate func canEnd(as end: IncidentState) -> Bool {
        state == .frozen || (state == .cutOff || state == .writesRefused) && end == .released
    }
}
