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
    /// A file that Samba includes, for `hosts deny` where the packet filter cannot be used, and for
    /// the users that may only read.
    public let sambaDenyFile: String?
    /// When the Samba user that attacks may only read for the same time.
    public let quarantine: UserQuarantine
    /// The file in which Samba writes who logs on; nil where it does not.
    public let sambaAuthLog: String?

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

/// When the user of a client that attacks through Samba may only read.
public enum UserQuarantine: String, Sendable, Equatable, CaseIterable {
    /// Never.
    case never
    /// Where its address is not turned away: `never-cut-off` names it, or `action` is `report`.
    case spared
    /// Always, beside what is done about the address.
    case always
    /// Always, and then the address may connect again.
    case instead
}

/// What is done about a service that works for everybody, so that no client can be named.
public enum SharedServiceAction: String, Sendable, Equatable, CaseIterable {
    /// Report only.
    case report
    /// Refuse whatever it opens for writing, for the time of a cut-off; it runs and reads on.
    case refuseWrites = "refuse-writes"
}

extension ClientPolicy {
    static let keys = [
        "action", "cut-off-for", "never-cut-off", "shared", "samba-deny-file", "quarantine",
        "samba-auth-log",
    ]

    init(_ fields: Fields) throws(PolicyError) {
        action = try fields.choice("action", or: .cutOff)
        cutOffFor = try fields.duration(
            "cut-off-for", or: Defaults.cutOffFor, in: Limits.cutOffFor)
        neverCutOff = try fields.list("never-cut-off") { (entry) throws(PolicyError) in
            try entry.addressRange()
        }
        shared = try fields.choice("shared", or: .report)
        sambaDenyFile = try fields["samba-deny-file"]?.path()
        sambaAuthLog = try fields["samba-auth-log"]?.path()
        quarantine = try fields.choice("quarantine", or: .never)
        // The file is the only way to Samba.
        if quarantine != .never, sambaDenyFile == nil {
            throw .missingKey(at: fields.place, key: "samba-deny-file")
        }
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
