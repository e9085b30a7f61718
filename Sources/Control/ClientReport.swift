/// A client of a file server that an incident names.
public struct ClientReport: Codable, Sendable, Equatable {
    /// Its address; never one of version 4 mapped into version 6.
    public var address: String
    /// Its port.
    public var port: UInt16
    /// The port of ours to which it was connected.
    public var servicePort: UInt16
    /// What it spoke: smb, ssh, ftp, afp or rsync.
    public var service: String
    /// When it may come again; nil where it is not turned away.
    public var blockedUntil: UnixTime?

    /// A client that is not turned away.
    public init(address: String, port: UInt16, servicePort: UInt16, service: String) {
        (self.address, self.port) = (address, port)
        (self.servicePort, self.service) = (servicePort, service)
    }
}

/// Who was logged in over the connection, as the file server says.
public struct SessionReport: Codable, Sendable, Equatable {
    /// The user's name; of several with commas between them.
    public var user: String
    /// What the client calls itself.
    public var machine: String
    /// The shares that it had open; none where that is not known.
    public var shares: [String]
    /// Where that is from: nil for `smbstatus`, `auth-log` for Samba's log of logons.
    public var source: String?

    /// Names a session.
    public init(user: String, machine: String, shares: [String]) {
        (self.user, self.machine, self.shares) = (user, machine, shares)
    }

    /// The users, each once.
    public var users: [String] { user.split(separator: ",").map(String.init) }
}

/// Who ended an incident by hand.
public struct PersonReport: Codable, Sendable, Equatable {
    /// The user that asked.
    public var user: UInt32
    /// As whom that person had logged in; nil where the kernel does not know.
    public var login: UInt32?
    /// When.
    public var at: UnixTime

    /// Names a person.
    public init(user: UInt32, login: UInt32?, at: UnixTime) {
        (self.user, self.login, self.at) = (user, login, at)
    }
}

/// A user of Samba that may only read because of an incident.
public struct QuarantineReport: Codable, Sendable, Equatable {
    /// The user's name, as Samba says it.
    public var user: String
    /// The security identifier by which Samba is told.
    public var sid: String
    /// The incident, for `release`.
    public var incident: String
    /// When the user may write again; nil once that is so.
    public var until: UnixTime?

    /// Names a user and the incident.
    public init(user: String, sid: String, incident: String, until: UnixTime?) {
        (self.user, self.sid, self.incident, self.until) = (user, sid, incident, until)
    }
}

/// A client that is turned away.
public struct BlockReport: Codable, Sendable, Equatable {
    /// Its address.
    public var address: String
    /// The ports of ours that it does not reach.
    public var ports: [UInt16]
    /// The incident, for `release`.
    public var incident: String
    /// When it may come again.
    public var until: UnixTime
    /// Whether the packet filter turns it away; if not, only Samba does.
    public var isFiltered: Bool

    /// Names a client and its incident.
    public init(
        address: String, ports: [UInt16], incident: String, until: UnixTime, isFiltered: Bool
    ) {
        (self.address, self.ports, self.incident) = (address, ports, incident)
        (self.until, self.isFiltered) = (until, isFiltered)
    }
}
