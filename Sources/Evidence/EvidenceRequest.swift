public import Control
public import Linux

/// A process of which evidence is taken.
public struct EvidenceSubject: Sendable, Equatable {
    /// Its number.
    public var pid: Int32
    /// When it started: with the number it names it for good.
    public var startTicks: UInt64

    /// Names a process.
    public init(pid: Int32, startTicks: UInt64) { (self.pid, self.startTicks) = (pid, startTicks) }
}

/// How much may be taken.
public struct EvidenceLimits: Sendable, Equatable {
    /// Bytes of memory of one incident.
    public var memoryByteCount: UInt64
    /// Bytes that stay free on the file system.
    public var floorByteCount: UInt64
    /// Bytes of all evidence together.
    public var budgetByteCount: UInt64

    /// Sets the limits.
    public init(memoryByteCount: UInt64, floorByteCount: UInt64, budgetByteCount: UInt64) {
        (self.memoryByteCount, self.floorByteCount) = (memoryByteCount, floorByteCount)
        self.budgetByteCount = budgetByteCount
    }
}

/// Something that a process did, as the sensor saw it.
public struct EventFacts: Codable, Sendable, Equatable {
    /// When.
    public var at: UnixTime
    /// The process.
    public var pid: Int32
    /// What it did, such as `wrote` or `renamed`.
    public var kind: String
    /// What the content was judged to be; nil where it was not read.
    public var content: String?
    /// The file; nil where it is not there any more, or was not named.
    public var file: CarriedPath?

    /// Says what happened.
    public init(at: UnixTime, pid: Int32, kind: String, content: String?, file: CarriedPath?) {
        (self.at, self.pid, self.kind) = (at, pid, kind)
        (self.content, self.file) = (content, file)
    }
}

/// What is to be taken, and where to.
public struct EvidenceRequest: Sendable {
    /// The incident, which names the folder.
    public var incident: String
    /// The folder of all evidence; it is made where it is missing.
    public var root: BytePath
    /// The processes, the actor first.
    public var subjects: [EvidenceSubject]
    /// How much.
    public var limits: EvidenceLimits
    /// Until when processes may be read, on the monotonic clock.
    public var deadline: UInt64

    /// Says what to take.
    public init(
        incident: String, root: BytePath, subjects: [EvidenceSubject], limits: EvidenceLimits,
        deadline: UInt64
    ) {
        (self.incident, self.root, self.subjects) = (incident, root, subjects)
        (self.limits, self.deadline) = (limits, deadline)
    }
}
