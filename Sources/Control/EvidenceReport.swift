/// What was kept of the processes of an incident.
public struct EvidenceReport: Codable, Sendable, Equatable {
    /// The folder with it; nil where it could not be made.
    public var folder: CarriedPath?
    /// BLAKE2b-256 of the folder's list, in hexadecimal digits; nil where there is no list.
    public var manifest: String?
    /// Files in the list.
    public var fileCount = 0
    /// Bytes of these files.
    public var byteCount: UInt64 = 0
    /// Bytes of memory that were copied.
    public var memoryByteCount: UInt64 = 0
    /// How long the processes stood still for it; nil where they did not, or still do.
    public var heldMicroseconds: UInt64?
    /// What could not be taken; nil where nothing is missing.
    public var lacks: [Degradation]?

    /// Nothing was kept.
    public init() {}
}
