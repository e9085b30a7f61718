/// What is done about a client of a file server that attacks through it.
public struct ClientPolicy: Sendable, Equatable {
    /// What is done.
    public let action: ClientAction
    /// How long a client is turned away.
    public let cutOffFor: Duration
    /// Addresses behind which are others as well, or on which we depend: never cut off by itself.
    public let neverCutOff: [AddressRange]
    /// What is done about a service that works for everybody.
    public let shared: SharedServiceAction
    /// A file that Samba includes, for `hosts deny` where the packet filter cannot be used.
    public let sambaDenyFile: String?

    /// Whether an address of 4 or 16 bytes is never cut off.
    public func spares(_ address: [UInt8]) -> Bool {
        neverCutOff.contains { $0.contains(address) }
    }
}

/// What is done about a client.
public enum ClientAction: String, Sendable, Equatable, CaseIterable {
    /// Turn it away for a time, then end the process that serves it.
    case cutOff = "cut-off"
    /// Report only.
    case report
}

/// What is done about a service that works for everybody, so that no client can be named.
public enum SharedServiceAction: String, Sendable, Equatable, CaseIterable {
    /// Report only.
    case report
    /// Refuse whatever it opens for writing, for the time of a cut-off; it runs and reads on.
    case refuseWrites = "refuse-writes"
}

extension ClientPolicy {
    static let keys = ["action", "cut-off-for", "never-cut-off", "shared", "samba-deny-file"]

    init(_ fields: Fields) throws(PolicyError) {
        action = try fields.choice("action", or: .cutOff)
        cutOffFor = try fields.duration(
            "cut-off-for", or: Defaults.cutOffFor, in: Limits.cutOffFor)
        neverCutOff = try fields.list("never-cut-off") { (entry) throws(PolicyError) in
            try entry.addressRange()
        }
        shared = try fields.choice("shared", or: .report)
        sambaDenyFile = try fields["samba-deny-file"]?.path()
    }
}

extension Entry {
    /// An address or a network.
    func addressRange() throws(PolicyError) -> AddressRange {
        guard case .text(let text) = value else { throw wrongType(.text) }
        guard let range = AddressRange(text) else { throw .badAddress(at: place, text: text) }
        return range
    }
}
