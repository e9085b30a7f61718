/// What others are told of at once, and where it is left for `kanaria-notifier`.
public struct NotifyPolicy: Sendable, Equatable {
    /// What they are told of; each once, at least one.
    public let events: [NotifiedEvent]
    /// The folder in which alerts wait to be sent.
    public let spool: String
}

/// A kind of event that others can be told of.
public enum NotifiedEvent: String, Sendable, Equatable, CaseIterable {
    /// Attacks, and what was done about them.
    case incidents
    /// Processes let go and clients let in again, and who asked for it.
    case releases
    /// Changes that were lost, and what a look at them found.
    case overflow
    /// What the guard lacks, and when it lacks it no more.
    case degraded
    /// A journal that is damaged or loses lines.
    case journal
    /// Starts, ends, policies in force or refused.
    case service
    /// Requests that were refused, or that wait for a second person.
    case requests
}

extension NotifyPolicy {
    static let keys = ["events", "spool"]

    init(_ entry: Entry) throws(PolicyError) {
        let fields = try entry.fields(Self.keys)
        spool = try fields["spool"]?.path() ?? Defaults.spool
        let named = try fields.list("events") { (entry) throws(PolicyError) in
            try entry.choice(NotifiedEvent.self)
        }
        if let list = fields["events"], named.isEmpty { throw .emptyList(at: list.place) }
        events = named.isEmpty ? Defaults.notified : named
    }
}

/// What takes two persons.
public struct TwoPersonPolicy: Sendable, Equatable {
    /// What it is; each once, at least one.
    public let actions: [TwoPersonAction]
    /// How long the first one's request waits for the second.
    public let within: Duration
}

/// A request that can take two persons.
public enum TwoPersonAction: String, Sendable, Equatable, CaseIterable {
    /// Letting processes go on, or a client in again.
    case release
    /// Removing all canaries.
    case retire
    /// Putting another policy in force.
    case reload
}

extension TwoPersonPolicy {
    init(_ entry: Entry) throws(PolicyError) {
        let fields = try entry.fields(["for", "within"])
        let list = try fields.required("for")
        actions = try fields.list("for") { (entry) throws(PolicyError) in
            try entry.choice(TwoPersonAction.self)
        }
        if actions.isEmpty { throw .emptyList(at: list.place) }
        within = try fields.duration(
            "within", or: Defaults.secondPersonWithin, in: Limits.secondPersonWithin)
    }
}
