public import Messages

/// How the guard is.
public struct StatusReport: Codable, Sendable, Equatable {
    /// The version of the daemon.
    public var version: String
    /// Its process.
    public var pid: Int32
    /// What it does about an attack: observe, freeze or kill.
    public var mode: String
    /// The name of its policy.
    public var policyName: String
    /// How it notices changes: fanotify or inotify.
    public var sensor: String
    /// What it cannot do, and why.
    public var degraded: [Degradation] = []
    /// The watched folders.
    public var watched: [CarriedPath] = []
    /// When it began to watch.
    public var startedAt = UnixTime(milliseconds: 0)
    /// Changes seen since.
    public var events: UInt64 = 0
    /// Changes per second of late.
    public var eventsPerSecond: Double = 0
    /// How often the kernel lost changes.
    public var overflows: UInt64 = 0
    /// Looks at what changed while changes were lost, finished.
    public var rescans: UInt64 = 0
    /// Such looks going on.
    public var rescansRunning = 0
    /// Changed files that they looked at.
    public var filesRescanned: UInt64 = 0
    /// Damaged files found without being told of.
    public var filesFound: UInt64 = 0
    /// Written files that the inspector looked into.
    public var filesInspected: UInt64 = 0
    /// Written files that it should have looked into and did not.
    public var filesWithoutOpinion: UInt64 = 0
    /// What is kept of files.
    public var sketches = SketchReport(state: .off)
    /// Canaries that are as they were planted.
    public var canariesIntact = 0
    /// Canaries planted.
    public var canariesTotal = 0
    /// How far planting is.
    public var planting = PlantingReport(state: .off)
    /// Processes with a score.
    public var actorsTracked = 0
    /// Whether suspects wait before each file now; nil where the guard never lets them.
    public var gateIsUp: Bool?
    /// How often that began.
    public var gateRaised: UInt64 = 0
    /// Incidents nobody decided about.
    public var incidentsOpen = 0
    /// Clients that are turned away.
    public var blocks: [BlockReport] = []
    /// Users that may only read over Samba.
    public var quarantines: [QuarantineReport] = []
    /// Services whose writes are refused.
    public var refusals: [RefusalReport] = []
    /// Until when the whole host is cut off from the network; nil where it is not.
    public var isolatedUntil: UnixTime?
    /// Requests that wait for a second person.
    public var pending: [PendingReport] = []
    /// Alerts left for `kanaria-notifier`.
    public var alerts: UInt64 = 0
    /// Alerts lost: no room, or no folder.
    public var alertsLost: UInt64 = 0
    /// When the newest change was seen; nil before the first.
    public var lastEventAt: UnixTime?
    /// The share of one processor used, in percent.
    public var cpuPercent: Double = 0
    /// Resident memory in bytes.
    public var residentBytes: UInt64 = 0

    /// A report with the counts at zero.
    public init(version: String, pid: Int32, mode: String, policyName: String, sensor: String) {
        self.version = version
        self.pid = pid
        self.mode = mode
        self.policyName = policyName
        self.sensor = sensor
    }
}

/// Something the guard cannot do, and why.
public struct Degradation: Codable, Sendable, Equatable {
    /// A word for programs.
    public var code: String
    /// The text for people.
    public var text: Message

    /// Names a lack.
    public init(code: String, text: Message) {
        self.code = code
        self.text = text
    }

    private enum CodingKeys: String, CodingKey {
        case code, en, ja
    }

    /// Reads `{code, en, ja}`.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        code = try fields.decode(String.self, forKey: .code)
        text = Message(
            en: try fields.decode(String.self, forKey: .en),
            ja: try fields.decode(String.self, forKey: .ja))
    }

    /// Writes `{code, en, ja}`.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(code, forKey: .code)
        try fields.encode(text.en, forKey: .en)
        try fields.encode(text.ja, forKey: .ja)
    }
}
