/// What the guard watches, what it does about an attack, and whom it lets pass.
///
/// Made only by parsing, so every value is within its limits.
public struct GuardPolicy: Sendable, Equatable {
    /// What the policy calls itself.
    public let name: String
    /// The folders to watch: absolute, in their shortest form, each once, at least one.
    public let watch: [String]
    /// What to do about an attack.
    public let mode: ResponseMode
    /// How long a frozen process waits for a decision.
    public let freezeLease: Duration
    /// What happens to a frozen process nobody decided about.
    public let whenLeaseEnds: LeaseEnd
    /// What happens to a client that attacks through a file server.
    public let clients: ClientPolicy
    /// When the whole host is cut off from the network.
    public let isolation: IsolationPolicy
    /// What is kept of an actor before it is ended.
    public let evidence: EvidencePolicy
    /// Whether suspects wait before each file until their last one was judged.
    public let gates: Bool
    /// How changes are noticed.
    public let sensor: SensorChoice
    /// The decoys.
    public let canaries: CanaryPolicy
    /// How evidence adds up.
    public let scoring: ScoringPolicy
    /// How often the guard looks.
    public let pace: PacePolicy
    /// Programs that may rewrite many files.
    public let allow: [AllowRule]
    /// What beneath the watched folders is not looked at.
    public let ignore: [IgnorePattern]
    /// How the journal is kept.
    public let journal: JournalPolicy
    /// What others are to be told of at once; nil for nothing.
    public let notify: NotifyPolicy?
    /// What one person alone cannot have done; nil where each can do everything.
    public let twoPersons: TwoPersonPolicy?
    /// Where the journal and the list of canaries are kept.
    public let stateDirectory: String
    /// Where the control socket is.
    public let runDirectory: String
    /// The share of one processor the guard may use, in percent.
    public let cpuBudgetPercent: Int
    /// Whether the guard asks for real-time scheduling, so that an attacker cannot starve it.
    public let isRealtime: Bool

    /// Whether a path, or a folder above it, is one of those to ignore.
    public func ignores(_ path: [UInt8]) -> Bool {
        ignore.contains { $0.matches(path.span) }
    }
}

/// What the guard does about an attack.
public enum ResponseMode: String, Sendable, Equatable, CaseIterable {
    /// Report only.
    case observe
    /// Stop the processes and wait for a decision.
    case freeze
    /// Stop the processes, take evidence, end them.
    case kill
}

/// What happens to a frozen process when its lease ends.
public enum LeaseEnd: String, Sendable, Equatable, CaseIterable {
    case release, kill
}

/// How the guard notices changes.
public enum SensorChoice: String, Sendable, Equatable, CaseIterable {
    /// fanotify where the kernel and the rights allow it, inotify where not.
    case auto
    case fanotify, inotify
}

/// How many decoys there are and what they look like.
public struct CanaryPolicy: Sendable, Equatable {
    /// Whether any are planted.
    public let isEnabled: Bool
    /// How many in one folder.
    public let perFolder: Int
    /// How many in all.
    public let maximum: Int
    /// How many folders get some.
    public let maximumFolders: Int
    /// Whether their names begin with a dot.
    public let isHidden: Bool
    /// Whether a lost one is planted again.
    public let replants: Bool
}

/// How evidence adds up to a verdict.
public struct ScoringPolicy: Sendable, Equatable {
    /// How many files one honest program rewrites on a busy day.
    public let rewritesPerDay: Double
    /// The score from which an actor is watched more closely.
    public let suspicious: Double
}

/// How often the guard looks at what happened.
public struct PacePolicy: Sendable, Equatable {
    /// The longest pause between two looks while nothing is suspicious.
    public let calm: Duration
    /// How long from one sample to the next.
    public let sampleEvery: Duration
    /// How long one sample takes.
    public let sampleFor: Duration
}
