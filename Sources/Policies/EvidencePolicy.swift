/// What is kept of an actor before it is ended.
public struct EvidencePolicy: Sendable, Equatable {
    /// Whether anything is kept.
    public let isEnabled: Bool
    /// How many bytes of memory one incident may take; 0 keeps none.
    public let memoryByteCount: UInt64
    /// How long processes that stand still may wait for it.
    public let time: Duration
    /// The same for a process of a file server that runs on until it is ended.
    public let clientTime: Duration
    /// How many bytes all evidence may take together.
    public let budgetByteCount: UInt64
    /// How many bytes stay free on the file system.
    public let floorByteCount: UInt64
}

extension EvidencePolicy {
    static let keys = ["enabled", "memory", "time", "client-time", "budget", "disk-floor"]

    init(_ fields: Fields) throws(PolicyError) {
        isEnabled = try fields["enabled"]?.boolean() ?? true
        memoryByteCount =
            try fields["memory"]?.byteCount(Limits.evidenceMemory) ?? Defaults.evidenceMemory
        time = try fields.duration("time", or: Defaults.evidenceTime, in: Limits.evidenceTime)
        clientTime = try fields.duration(
            "client-time", or: Defaults.evidenceClientTime, in: Limits.evidenceClientTime)
        budgetByteCount =
            try fields["budget"]?.byteCount(Limits.evidenceBudget) ?? Defaults.evidenceBudget
        floorByteCount =
            try fields["disk-floor"]?.byteCount(Limits.evidenceFloor) ?? Defaults.evidenceFloor
    }
}
