/// When the whole host is cut off from the network.
public struct IsolationPolicy: Sendable, Equatable {
    /// What it takes.
    public let when: IsolationTrigger
    /// How long it lasts.
    public let lasts: Duration
    /// Addresses that reach the host, and are reached, even so.
    public let keep: [AddressRange]
}

/// What it takes to cut the host off.
public enum IsolationTrigger: String, Sendable, Equatable, CaseIterable {
    case never
    /// An attack goes on that the guard may not stop, or not without stopping a service for all.
    case notStopped = "not-stopped"
    /// Any attack.
    case attack
}

extension IsolationPolicy {
    static let keys = ["when", "for", "keep"]

    init(_ fields: Fields) throws(PolicyError) {
        when = try fields.choice("when", or: .never)
        lasts = try fields.duration("for", or: Defaults.cutOffFor, in: Limits.cutOffFor)
        keep = try fields.list("keep") { (entry) throws(PolicyError) in
            try entry.addressRange()
        }
    }
}
