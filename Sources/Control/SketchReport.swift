/// What is kept of files, to tell later what was changed in them.
public struct SketchReport: Codable, Sendable, Equatable {
    /// How far it is.
    public enum State: String, Codable, Sendable, CaseIterable {
        /// There is no store.
        case off
        /// Not all watched files were looked at yet.
        case building
        /// All were, at least once.
        case ready
        /// It can't be kept up at the moment.
        case failing
    }

    /// How far it is.
    public var state: State
    /// Files of which something is kept.
    public var files: UInt64 = 0
    /// Bytes in use.
    public var bytes: UInt64 = 0
    /// Bytes that it may use.
    public var capacityBytes: UInt64 = 0
    /// Places that were damaged when the guard started, and made anew since.
    public var damaged: UInt64 = 0

    /// A report with the counts at zero.
    public init(state: State) { self.state = state }
}
