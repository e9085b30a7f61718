/// What became of the processes of an incident.
public enum IncidentState: String, Codable, Sendable, Equatable, CaseIterable {
    case frozen, killed, released, observed
    /// Its client is turned away for a time, and the process that served it was ended.
    case cutOff = "cut-off"
    /// A service that works for everybody runs on, and what it opens for writing is refused.
    case writesRefused = "writes-refused"
    /// The kernel did not let us signal the actor, who goes on.
    case notStopped = "not-stopped"
}

/// One attack, or what was taken for one.
public struct IncidentReport: Codable, Sendable, Equatable {
    /// Its name, for `release` and `kill`.
    public var id: String
    /// When it was decided.
    public var at: UnixTime
    /// What decided it.
    public var reason: String
    /// Who did it.
    public var actor: ActorReport
    /// What counted, oldest first: the last 32 acts, or the files of an incident without an actor.
    public var files: [FileReport] = []
    /// The sum that decided, in nats; nil where none did.
    public var score: Double?
    /// The sum that is an attack; nil where none was reached.
    public var threshold: Double?
    /// What was done about it.
    public var action = ""
    /// How it is now.
    public var state: IncidentState
    /// From when the guard read the last change to the decision.
    public var decisionMicroseconds: UInt64?
    /// From the same moment to the last process standing still.
    public var stoppedMicroseconds: UInt64?
    /// The processes that were stopped.
    public var stoppedProcesses: [Int32] = []
    /// When each of them began, in clock ticks since boot: with its number that names it for good.
    public var stoppedStarts: [UInt64]?
    /// Which boot that was, as the kernel names it.
    public var boot: String?
    /// The processes that may not be signalled and go on; nil when there are none.
    public var refusedProcesses: [Int32]?
    /// What the guard could not do at the time; nil when it lacked nothing.
    public var degraded: [Degradation]?
    /// When the freeze, or the time of turning away, ends by itself.
    public var leaseEndsAt: UnixTime?
    /// The clients that a file server's process served; nil where it was no such process.
    public var clients: [ClientReport]?
    /// Who was logged in; nil where that is not known (yet).
    public var sessions: [SessionReport]?
    /// As which user the process acted on files at the time, which is only a hint.
    public var actedAs: UInt32?
    /// Who may only read over Samba because of it; nil where nobody was told so.
    public var quarantine: QuarantineReport?
    /// Until when the whole host is cut off from the network because of it; nil where it is not.
    public var isolatedUntil: UnixTime?
    /// Who ended it by hand; nil where nobody did.
    public var endedBy: PersonReport?
    /// What was kept of the processes; nil where nothing is (yet).
    public var evidence: EvidenceReport?
    /// Who asked for that first, where it took two persons.
    public var askedBy: PersonReport?

    /// An incident with nothing done about it yet.
    public init(id: String, at: UnixTime, reason: String, actor: ActorReport, state: IncidentState)
    {
        self.id = id
        self.at = at
        self.reason = reason
        self.actor = actor
        self.state = state
    }
}

/// The process an incident names.
public struct ActorReport: Codable, Sendable, Equatable {
    /// Its number.
    public var pid: Int32
    /// Its program.
    public var executable: CarriedPath
    /// Its user, by name or number.
    public var user: String
    /// Its arguments.
    public var command: [String] = []
    /// The processes above it, nearest first.
    public var ancestors: [AncestorReport] = []

    /// A process without its arguments and ancestors.
    public init(pid: Int32, executable: CarriedPath, user: String) {
        self.pid = pid
        self.executable = executable
        self.user = user
    }
}

/// A process above the actor.
public struct AncestorReport: Codable, Sendable, Equatable {
    /// Its number.
    public var pid: Int32
    /// Its program.
    public var executable: CarriedPath

    /// Names a process.
    public init(pid: Int32, executable: CarriedPath) {
        self.pid = pid
        self.executable = executable
    }
}

/// A file that was evidence.
public struct FileReport: Codable, Sendable, Equatable {
    /// Its path.
    public var path: CarriedPath
    /// What its contents were judged to be.
    public var contentClass: String
    /// Bits per byte, 0...8; nil where it was not read.
    public var entropy: Double?
    /// What it added to the score, in nats.
    public var weight: Double
    /// What kind of evidence it was; nil in an incident without an actor.
    public var evidence: String?
    /// The format that was found; nil where it was not read.
    public var type: String?
    /// The format that the file had before, as its name says; nil where that says nothing.
    public var typeBefore: String?

    /// Names a file and what it weighed.
    public init(path: CarriedPath, contentClass: String, weight: Double) {
        self.path = path
        self.contentClass = contentClass
        self.weight = weight
    }

    private enum CodingKeys: String, CodingKey {
        case path, entropy, weight, evidence, type, typeBefore
        case contentClass = "class"
    }
}
