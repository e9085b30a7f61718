internal import Control
internal import FoundationEssentials
internal import Linux
internal import Messages

/// Who was logged in over a connection.
struct SambaSession: Sendable, Equatable {
    /// Each once.
    var users: [SambaUser]
    /// What the client calls itself.
    var machine: String
    /// The shares that it had open.
    var shares: [String] = []
    /// Whether it is from the log of logons.
    var isFromLog = false

    var report: SessionReport {
        var report = SessionReport(
            user: users.map(\.name).joined(separator: ","), machine: machine, shares: shares)
        if isFromLog { report.source = "auth-log" }
        return report
    }
}

/// What `smbstatus --json` said.
struct SambaStatus: Sendable {
    /// By the process that serves them.
    private(set) var sessions: [Int32: SambaSession] = [:]

    private struct Document: Decodable {
        struct Server: Decodable { var pid: String }
        struct Session: Decodable {
            var serverId: Server
            var uid: UInt32?
            var username: String?
            var remoteMachine: String?
        }
        struct Share: Decodable {
            var service: String
            var serverId: Server
        }
        var sessions: [String: Session]?
        var tcons: [String: Share]?
    }

    /// Asks Samba.
    init() throws(SambaTools.Failure) {
        guard let status = SambaStatus(parsing: try SambaTools.status()) else {
            throw SambaTools.Failure(
                reason: Message(en: "smbstatus wrote no JSON", ja: "smbstatus の出力を読めません"))
        }
        self = status
    }

    /// Several users of one connection are told together; nil for what is no such document.
    ///
    /// Source: facts/fileserver.md §1.2; smbstatus of Samba 4.17.
    init?(parsing output: [UInt8]) {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let document = try? decoder.decode(Document.self, from: Data(output)) else {
            return nil
        }
        for session in (document.sessions ?? [:]).sorted(by: { $0.key < $1.key }).map(\.value) {
            guard let pid = Int32(session.serverId.pid) else { continue }
            var known =
                sessions[pid] ?? SambaSession(users: [], machine: session.remoteMachine ?? "?")
            // Before the logon is done there is no user yet.
            if let number = session.uid, number != .max {
                let user = SambaUser(
                    name: session.username ?? "?", identifier: SecurityIdentifier(unixUser: number),
                    number: number)
                if !known.users.contains(user) { known.users.append(user) }
            }
            sessions[pid] = known
        }
        for share in (document.tcons ?? [:]).values where share.service != "IPC$" {
            guard let pid = Int32(share.serverId.pid),
                sessions[pid]?.shares.contains(share.service) == false
            else { continue }
            sessions[pid]?.shares.append(share.service)
        }
        sessions = sessions.mapValues { session in
            var session = session
            session.shares.sort()
            return session
        }
    }

    /// The processes that serve a user alone, and those that serve others as well.
    func processes(of user: SambaUser) -> (own: [Int32], shared: [Int32]) {
        let all = sessions.filter { session in
            session.value.users.contains { $0.isSame(as: user) }
        }
        let own = all.filter { $0.value.users.count == 1 }.keys.sorted()
        return (own, all.keys.filter { !own.contains($0) }.sorted())
    }
}

extension SambaUser {
    /// Whether both are one user: by number, or by name where one of them is from the log.
    func isSame(as other: SambaUser) -> Bool {
        if let number, let theirs = other.number { return number == theirs }
        return identifier == other.identifier || plainName == other.plainName
    }

    /// The name without its domain, in lower case: Samba takes both for one.
    var plainName: String {
        String(name[(name.lastIndex(of: "\\").map(name.index(after:)) ?? name.startIndex)...])
            .lowercased()
    }
}
