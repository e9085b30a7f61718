internal import Control
internal import FoundationEssentials
internal import Linux

/// Samba's log of logons: `auth_json_audit` at level 3, or 4 for what Kerberos lets in.
///
/// Anybody who may try to log on writes into it: only who was let in is believed.
enum AuthLog {
    /// What is looked at, from the end: some 4,000 logons.
    static let byteCount = 4 << 20
    /// A line is some 900 bytes long; one beyond this is nobody's.
    static let lineByteCount = 1 << 16

    private struct Line: Decodable {
        var timestamp: String
        var authentication: Logon?
        var authorization: Logon?

        private enum CodingKeys: String, CodingKey {
            case timestamp
            case authentication = "Authentication"
            case authorization = "Authorization"
        }
    }

    private struct Logon: Decodable {
        var status: String?
        var remoteAddress: String?
        var serviceDescription: String?
        var workstation: String?
        var becameAccount: String?
        var becameDomain: String?
        var becameSid: String?
        var account: String?
        var domain: String?
        var sid: String?
    }

    /// What the log is called once it was put aside: by Samba at `max log size`, by logrotate.
    static let endings = ["", ".old", ".1"]

    /// Who logged on over these connections since then; nil where that is not known.
    ///
    /// Looks into the log and, if they are not in it, into the one before it, at `byteCount` bytes each.
    static func session(
        at path: BytePath, of clients: [ClientReport], since seconds: Int64
    ) -> SambaSession? {
        for ending in endings {
            let place = BytePath(path.bytes + ending.utf8)
            if let found = session(in: place, of: clients, since: seconds) { return found }
        }
        return nil
    }

    private static func session(
        in path: BytePath, of clients: [ClientReport], since seconds: Int64
    ) -> SambaSession? {
        guard let file = try? FileDescriptor.open(path, [.nonBlocking]),
            let status = try? file.status(), status.kind == .regular
        else { return nil }
        let size = status.byteCount
        let start = size > UInt64(byteCount) ? size - UInt64(byteCount) : 0
        var bytes = [UInt8](repeating: 0, count: Int(size - start))
        let wanted = bytes.count
        var span = bytes.mutableSpan
        guard let count = try? file.readFully(into: &span, count: wanted, at: start) else {
            return nil
        }
        return session(in: bytes[..<count], isCut: start > 0, of: clients, since: seconds)
    }

    /// The same for the end of such a file; `isCut` says whether it begins within a line.
    static func session(
        in bytes: ArraySlice<UInt8>, isCut: Bool, of clients: [ClientReport], since seconds: Int64
    ) -> SambaSession? {
        let wanted = Set(clients.map { "\($0.address):\($0.port)" })
        var users: [SambaUser] = []
        var machine: String?
        let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
        // What is behind the last line feed is not written to its end.
        for line in lines.dropFirst(isCut ? 1 : 0).dropLast() {
            guard let (place, user, computer) = logon(in: line, since: seconds),
                wanted.contains(place)
            else { continue }
            if let index = users.firstIndex(where: { $0.identifier == user.identifier }) {
                users[index] = user
            } else {
                users.append(user)
            }
            if let computer, !computer.isEmpty { machine = computer }
        }
        if users.isEmpty { return nil }
        return SambaSession(users: users, machine: machine ?? "?", isFromLog: true)
    }

    private static func logon(
        in line: ArraySlice<UInt8>, since seconds: Int64
    ) -> (place: String, SambaUser, computer: String?)? {
        guard line.count <= lineByteCount, let brace = line.firstIndex(of: UInt8(ascii: "{")),
            let entry = try? JSONDecoder().decode(Line.self, from: Data(line[brace...])),
            let time = self.seconds(entry.timestamp), time >= seconds,
            let logon = entry.authentication ?? entry.authorization,
            entry.authentication == nil || logon.status == "NT_STATUS_OK",
            logon.serviceDescription?.hasPrefix("SMB") == true,
            let place = logon.remoteAddress.flatMap(Self.place),
            let account = logon.becameAccount ?? logon.account, !account.isEmpty,
            let identifier = (logon.becameSid ?? logon.sid).flatMap(SecurityIdentifier.init)
        else { return nil }
        let domain = (logon.becameDomain ?? logon.domain).map { $0.isEmpty ? "" : $0 + "\\" } ?? ""
        return (
            place, SambaUser(name: domain + account, identifier: identifier), logon.workstation
        )
    }

    /// Address and port of `ipv4:127.0.0.2:53282` or `ipv6:fd00::2:53282`.
    ///
    /// Source: samba 4.17 lib/tsocket, `tsocket_address_inet_string`.
    private static func place(_ text: String) -> String? {
        guard text.hasPrefix("ipv4:") || text.hasPrefix("ipv6:") else { return nil }
        return String(text.dropFirst(text.hasPrefix("ipv6:::ffff:") ? 12 : 5))
    }

    /// Unix time of `2026-11-29T21:22:56.427938+0000`.
    static func seconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 24, let time = UTCTime(String(text.prefix(19)) + "Z") else {
            return nil
        }
        let zone = String(decoding: bytes.suffix(5), as: UTF8.self)
        guard zone.hasPrefix("+") || zone.hasPrefix("-"),
            let hours = Int64(zone.dropFirst().prefix(2)), let minutes = Int64(zone.suffix(2)),
            zone.dropFirst().allSatisfy(\.isNumber)
        else { return nil }
        let ahead = (hours * 60 + minutes) * 60
        return time.secondsSince1970 - (zone.hasPrefix("-") ? -ahead : ahead)
    }
}
