import Control
import Foundation
import Linux
import Testing

@testable import Guarding

/// Lines that Samba 4.17.12 wrote, but for the numbers of the domain.
private enum Logged {
    static let in1 = #"""
          {"timestamp": "2026-11-29T21:22:56.747328+0000", "type": "Authentication", "Authentication": {"version": {"major": 1, "minor": 2}, "eventId": 4624, "logonId": "0", "logonType": 3, "status": "NT_STATUS_OK", "localAddress": "ipv4:127.0.1.2:445", "remoteAddress": "ipv4:127.0.0.2:55944", "serviceDescription": "SMB2", "authDescription": null, "clientDomain": "WORKGROUP", "clientAccount": "nurse1", "workstation": "PC7", "becameAccount": "nurse1", "becameDomain": "WARD", "becameSid": "S-1-5-21-1-2-3-1000", "mappedAccount": "nurse1", "mappedDomain": "WORKGROUP", "netlogonComputer": null, "netlogonTrustAccount": null, "netlogonNegotiateFlags": "0x00000000", "netlogonSecureChannelType": 0, "netlogonTrustAccountSid": null, "passwordType": "NTLMv2", "duration": 2984}}
        """#
    static let authorized = #"""
          {"timestamp": "2026-11-29T21:22:56.749133+0000", "type": "Authorization", "Authorization": {"version": {"major": 1, "minor": 1}, "localAddress": "ipv4:127.0.1.2:445", "remoteAddress": "ipv4:127.0.0.2:55944", "serviceDescription": "SMB2", "authType": "NTLMSSP", "domain": "WARD", "account": "nurse1", "sid": "S-1-5-21-1-2-3-1000", "sessionId": "1dc2174c-76bb-4f7d-9639-224aee235a00", "logonServer": "WARD", "transportProtection": "SMB", "accountFlags": "0x00000010"}}
        """#
    static let refused = #"""
          {"timestamp": "2026-11-29T21:22:57.299780+0000", "type": "Authentication", "Authentication": {"version": {"major": 1, "minor": 2}, "eventId": 4625, "logonId": "0", "logonType": 3, "status": "NT_STATUS_WRONG_PASSWORD", "localAddress": "ipv4:127.0.1.2:445", "remoteAddress": "ipv4:127.0.0.2:55944", "serviceDescription": "SMB2", "authDescription": null, "clientDomain": "WORKGROUP", "clientAccount": "nurse3", "workstation": "WARD", "becameAccount": null, "becameDomain": null, "becameSid": null, "mappedAccount": "nurse3", "mappedDomain": "WORKGROUP", "netlogonComputer": null, "netlogonTrustAccount": null, "netlogonNegotiateFlags": "0x00000000", "netlogonSecureChannelType": 0, "netlogonTrustAccountSid": null, "passwordType": "NTLMv2", "duration": 2832}}
        """#
    static let guest = #"""
          {"timestamp": "2026-11-29T21:22:57.451966+0000", "type": "Authentication", "Authentication": {"version": {"major": 1, "minor": 2}, "eventId": 4624, "logonId": "0", "logonType": 3, "status": "NT_STATUS_OK", "localAddress": "ipv4:127.0.1.3:445", "remoteAddress": "ipv4:127.0.0.2:55944", "serviceDescription": "SMB2", "authDescription": null, "clientDomain": "", "clientAccount": "", "workstation": "", "becameAccount": "nobody", "becameDomain": "WARD", "becameSid": "S-1-5-21-1-2-3-501", "mappedAccount": "", "mappedDomain": "", "netlogonComputer": null, "netlogonTrustAccount": null, "netlogonNegotiateFlags": "0x00000000", "netlogonSecureChannelType": 0, "netlogonTrustAccountSid": null, "passwordType": "No-Password", "duration": 2762}}
        """#
    static let header =
        "[2026/11/29 21:22:56.747400,  3] ../../auth/auth_log.c:647(log_json)"
}

private let logonTime: Int64 = 1_795_987_376
private let client = ClientReport(
    address: "127.0.0.2", port: 55944, servicePort: 445, service: "smb")

private func session(
    _ lines: [String], _ clients: [ClientReport] = [client], isCut: Bool = false,
    since: Int64 = logonTime - 60, end: String = "\n"
) -> SambaSession? {
    AuthLog.session(
        in: Array((lines.joined(separator: "\n") + end).utf8)[...], isCut: isCut, of: clients,
        since: since)
}

private let nurse1 = SambaSession(
    users: [
        SambaUser(
            name: "WARD\\nurse1",
            identifier: SecurityIdentifier("S-1-5-21-1-2-3-1000") ?? SecurityIdentifier(unixUser: 0)
        )
    ], machine: "PC7", isFromLog: true)

@Suite("Samba's log of logons")
struct AuthLogTests {
    @Test(
        "names who was let in over the connection",
        arguments: [
            [Logged.in1], [Logged.header, Logged.in1], [Logged.in1, Logged.authorized],
            ["junk", "{", Logged.refused, Logged.in1, Logged.refused, "{}", ""],
            [Logged.in1.replacing("{\"timestamp\"", with: "JSON Authentication: {\"timestamp\"")],
            [Logged.in1.replacing("ipv4:127.0.0.2", with: "ipv6:::ffff:127.0.0.2")],
        ])
    func known(lines: [String]) {
        #expect(session(lines) == nurse1)
    }

    @Test("tells of a logon by Kerberos, which is authorized alone, without its computer")
    func authorized() {
        #expect(session([Logged.authorized])?.users == nurse1.users)
        #expect(session([Logged.authorized])?.machine == "?")
    }

    @Test("tells all users of one connection")
    func several() {
        let other = Logged.in1.replacing("nurse1", with: "nurse3").replacing("3-1000", with: "3-7")
        let names = session([Logged.in1, other])?.users.map(\.name)
        #expect(names == ["WARD\\nurse1", "WARD\\nurse3"])
    }

    @Test("tells of version 6 as well")
    func version6() {
        let six = ClientReport(address: "fd00::2", port: 7, servicePort: 445, service: "smb")
        let line = Logged.in1.replacing("ipv4:127.0.0.2:55944", with: "ipv6:fd00::2:7")
        #expect(session([line], [six]) == nurse1)
    }

    @Test(
        "believes nothing else",
        arguments: [
            [], [""], [Logged.refused], [Logged.in1.replacing("55944", with: "55945")],
            [Logged.in1.replacing("ipv4:127.0.0.2", with: "unix:127.0.0.2")],
            [Logged.in1.replacing("SMB2", with: "LDAP")],
            [Logged.in1.replacing("S-1-5-21-1-2-3-1000", with: "nurse1 @staff")],
            [Logged.in1.replacing("S-1-5-21-1-2-3-1000", with: "S-1-5\\nhosts allow = ALL")],
            [Logged.in1.replacing("2026-11-29T21", with: "2026-11-29T20")],
            [Logged.in1.replacing("+0000", with: "+0900")],
            [Logged.in1.replacing("2026-11-29T", with: "soon")],
            [String(Logged.in1.dropLast(2))],
            // What a client calls itself cannot begin another line.
            [
                Logged.refused.replacing(
                    "nurse3", with: "x\\n" + Logged.in1.replacing("\"", with: "\\\""))
            ],
            [Logged.in1.replacing("nurse1", with: String(repeating: "x", count: 70_000))],
        ] as [[String]])
    func nobody(lines: [String]) {
        #expect(session(lines) == nil)
    }

    @Test("passes over lines that are not there as a whole")
    func cut() {
        #expect(session([Logged.in1], isCut: true) == nil)
        #expect(session(["ing\": 1}}", Logged.in1], isCut: true) == nurse1)
        #expect(session([Logged.in1], end: "") == nil)
        let whole = Logged.in1 + "\n"
        for count in stride(from: 0, to: whole.utf8.count, by: 7) {
            let bytes = Array(whole.utf8.prefix(count))[...]
            #expect(AuthLog.session(in: bytes, isCut: false, of: [client], since: 0) == nil)
        }
    }

    @Test("is found where it was put aside", arguments: AuthLog.endings)
    func rotated(ending: String) throws {
        let path = "/var/tmp/kanaria-aside-\(Clock.bootNanoseconds)-\(ProcessHandle.own)"
        let (place, aside) = (BytePath(path), BytePath(path + ending))
        try BlockFile.replace(place, with: Array((Logged.refused + "\n").utf8))
        try BlockFile.replace(aside, with: Array((Logged.in1 + "\n").utf8))
        #expect(AuthLog.session(at: place, of: [client], since: logonTime - 60) == nurse1)
        for each in Set([place, aside]) { try FileManager.default.removeItem(atPath: "\(each)") }
    }

    @Test("is read no further than its end, and never waited for")
    func bounded() throws {
        let path = "/var/tmp/kanaria-auth-\(Clock.bootNanoseconds)-\(ProcessHandle.own)"
        let place = BytePath(path)
        #expect(AuthLog.session(at: place, of: [client], since: 0) == nil)
        let filler = String(repeating: String(repeating: "x", count: 1023) + "\n", count: 4096)
        for (text, isFound) in [
            (Logged.in1 + "\n" + filler, false), (filler + Logged.in1 + "\n", true),
        ] {
            try BlockFile.replace(place, with: Array(text.utf8))
            #expect((AuthLog.session(at: place, of: [client], since: 0) != nil) == isFound)
        }
        try FileManager.default.removeItem(atPath: path)
        #expect(AuthLog.session(at: "/var/tmp", of: [client], since: 0) == nil)
        #expect(AuthLog.session(at: "/dev/zero", of: [client], since: 0) == nil)
    }

    @Test(
        "its times are those of their zone",
        arguments: [
            ("2026-11-29T21:22:56.427938+0000", 1_795_987_376),
            ("2026-11-30T06:22:56.427938+0900", 1_795_987_376),
            ("2026-11-29T17:52:56.427938-0330", 1_795_987_376),
            ("2026-11-29T21:22:56.427938", nil), ("2026-13-29T21:22:56.427938+0000", nil),
            ("2026-11-29T21:22:56.427938+00x0", nil), ("", nil),
        ] as [(String, Int64?)])
    func times(text: String, seconds: Int64?) {
        #expect(AuthLog.seconds(text) == seconds)
    }
}

@Suite("What Samba says")
struct SambaAnswerTests {
    @Test(
        "an identifier has exactly its form",
        arguments: [
            ("S-1-22-1-2001", true), ("S-1-5-21-1-2-3-501", true), ("S-1-1-0", true),
            ("", false), ("S-1", false), ("S-1-5", false), ("s-1-5-7", false), ("S-2-5-7", false),
            ("S-1-5-", false), ("S-1--5-7", false), ("S-1-5-7 ", false), ("S-1-5-7\n", false),
            ("S-1-5-x", false), ("nurse1", false), ("S-1-5-1234567890123456", false),
            ("S-1-5" + String(repeating: "-1", count: 16), false),
        ])
    func identifier(text: String, isOne: Bool) {
        #expect(SecurityIdentifier(text)?.text == (isOne ? text : nil))
    }

    @Test("whoever stands for everybody is known")
    func nobody() {
        for text in ["S-1-5-21-1-2-3-501", "S-1-1-0", "S-1-5-7", "S-1-5-32-546"] {
            #expect(SecurityIdentifier(text)?.isNobody == true)
        }
        for text in ["S-1-5-21-1-2-3-1501", "S-1-22-1-501", "S-1-22-1-2001"] {
            #expect(SecurityIdentifier(text)?.isNobody == false)
        }
    }

    @Test("the configuration is read as testparm writes it")
    func configuration() {
        let text = """
            # Global parameters
            [global]
            \tbrowse list = Yes
            \tguest account = nobody
            \tkanaria:include = yes
            \tidmap config * : backend = tdb
            \tread list = S-1-22-1-2001 S-1-22-1-2002
            \twrite list =\u{20}

            [ward]
            \tpath = /srv/a = b
            [listed]
            \twrite list = nurse1
            \tread list = nurse2
            [own]
            \tread list = nurse3
            """
        let found = SambaConfiguration(parsing: Array(text.utf8))
        #expect(found.isIncluded && found.guest == "nobody")
        #expect(found.readers == ["S-1-22-1-2001", "S-1-22-1-2002"])
        #expect(found.ownShares == ["listed", "own"])
        // Behind the shares the line is one of the last share's.
        let mark = "\tkanaria:include = yes\n"
        let late = text.replacing(mark, with: "") + mark
        #expect(!SambaConfiguration(parsing: Array(late.utf8)).isIncluded)
        #expect(SambaConfiguration(parsing: [0xff, 10, 0x5b]).ownShares.isEmpty)
    }

    @Test("the processes of a user are those that serve nobody else")
    func processes() throws {
        let text = #"""
            {"sessions": {
            "1": {"server_id": {"pid": "10"}, "uid": 2001, "username": "nurse1", "remote_machine": "a"},
            "2": {"server_id": {"pid": "11"}, "uid": 2001, "username": "nurse1"},
            "3": {"server_id": {"pid": "11"}, "uid": 2002, "username": "nurse2"},
            "4": {"server_id": {"pid": "12"}, "uid": 2002, "username": "nurse2"},
            "5": {"server_id": {"pid": "10"}, "uid": 2001, "username": "nurse1"},
            "6": {"server_id": {"pid": "13"}, "uid": 4294967295, "username": ""},
            "7": {"server_id": {"pid": "x"}}},
            "tcons": {"8": {"service": "ward", "server_id": {"pid": "10"}},
            "9": {"service": "IPC$", "server_id": {"pid": "10"}}}}
            """#
        let status = try #require(SambaStatus(parsing: Array(text.utf8)))
        let user = try #require(status.sessions[10]?.users.first)
        #expect(status.sessions[10]?.users.count == 1 && status.sessions[10]?.shares == ["ward"])
        #expect(status.sessions[13]?.users.isEmpty == true)
        #expect(status.processes(of: user).own == [10] && status.processes(of: user).shared == [11])
        // One from the log has no number.
        let logged = SambaUser(
            name: "WARD\\Nurse1", identifier: try #require(SecurityIdentifier("S-1-5-21-1-2-3-9")))
        #expect(status.processes(of: logged).own == [10])
        for text in ["", "[]", "{", "{\"sessions\": 1}", #"{"sessions": {"1": {}}}"#] {
            #expect(SambaStatus(parsing: Array(text.utf8)) == nil)
        }
    }
}
