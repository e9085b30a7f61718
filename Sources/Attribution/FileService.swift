/// How far a process that serves files over the network may be stopped.
///
/// What it writes was sent by a client, and whatever happens to it happens to those it serves.
public enum FileService: Sendable, Equatable {
    /// One process for each client, holding what the others wait for (oplocks, byte locks): it may
    /// be ended, and must never stand still.
    case endsOnly
    /// One process for each client, for which nobody else waits.
    case perClient
    /// Serves every client: never signalled.
    case shared
}

/// The protocols by which files are served.
public enum FileProtocol: String, Sendable {
    case smb, ssh, ftp, afp, rsync, nfs, gluster, web

    /// The ports at which a client may try again, beside the one it used.
    public var usualPorts: [UInt16] {
        switch self {
        case .smb: [139, 445]
        default: []
        }
    }
}

/// What a process does for clients.
public struct ServingProcess: Sendable, Equatable {
    /// How it may be stopped.
    public var service: FileService
    /// What it speaks.
    public var speaks: FileProtocol

    /// Puts both together.
    public init(_ service: FileService, _ speaks: FileProtocol) {
        (self.service, self.speaks) = (service, speaks)
    }
}
