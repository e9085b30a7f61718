/// How a canary is.
public enum CanaryState: String, Codable, Sendable, Equatable, CaseIterable {
    case intact, changed, missing
}

/// One planted canary.
public struct CanaryReport: Codable, Sendable, Equatable {
    /// Its path.
    public var path: CarriedPath
    /// How it is.
    public var state: CanaryState

    /// Names a canary.
    public init(path: CarriedPath, state: CanaryState) {
        self.path = path
        self.state = state
    }
}

/// How far planting is.
public struct PlantingReport: Codable, Sendable, Equatable {
    /// What the planting thread does.
    public enum State: String, Codable, Sendable, Equatable, CaseIterable {
        /// The policy plants none.
        case off
        /// Folders are left, or canaries that are not guarded yet.
        case running
        /// Everything planted is guarded.
        case done
    }

    /// What the planting thread does.
    public var state: State
    /// Canaries planted since the guard was started.
    public var planted = 0
    /// Folders that are still to be planted.
    public var foldersLeft = 0
    /// Folders in which planting failed.
    public var failures = 0

    /// A report with the counts at zero.
    public init(state: State) {
        self.state = state
    }
}

/// What became of the canaries that were to be removed.
public struct RetirementReport: Codable, Sendable, Equatable {
    /// Canaries removed, or that would be.
    public var removed = 0
    /// Canaries that were gone before.
    public var gone = 0
    /// Canaries that stay, since they are not what was planted or can't be removed.
    public var keptCount = 0
    /// The first thousand of these.
    public var kept: [CanaryReport] = []

    /// A report with the counts at zero.
    public init() {}
}
