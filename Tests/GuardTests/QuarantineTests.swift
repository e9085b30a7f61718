import Foundation
import Linux
import Testing

@Suite(
    "Holding a user of Samba to reading", .serialized, .timeLimit(.minutes(5)),
    .enabled(
        if: Ward.isPossible,
        "needs root, namespaces, fanotify permission events, samba, nft and impacket"))
struct QuarantineTests {
    @Test("one user of a terminal server, while the others go on")
    func spared() throws {
        let ward = try Ward(files: 20)
        try ward.startGuard(
            clients: Self.policy("spared", ward) + ", never-cut-off: [127.0.0.2]")
        let terminals = try ward.start(["attack", "ward", "--also", "nurse3", "--stay"])
        try terminals.waitUntilReady()
        let incident = try Self.quarantined(ward)
        #expect(try terminals.result()["done"] as? Int == 0)
        #expect((incident["quarantine"] as? [String: Any])?["user"] as? String == "nurse1")
        #expect((incident["quarantine"] as? [String: Any])?["sid"] as? String == "S-1-22-1-2001")
        #expect(incident["state"] as? String == "killed", "\(incident)")
        #expect(incident["action"] as? String == "quarantine")
        #expect(Set(FileServerTests.codes(incident)) == ["never-cut-off", "several-users"])
        let stopped = try #require(incident["stoppedProcesses"] as? [Int])
        #expect(stopped.count == 1 && stopped.allSatisfy { ProcessTable.status(Int32($0)) == nil })
        let file = try Self.someFile(ward)
        for client in ["127.0.0.2", "127.0.0.4"] {
            #expect(try ward.connects(client, reading: file))
            #expect(try !ward.writes(client) && ward.writes(client, user: "nurse3"))
        }
        let status = try ward.ask("status") as? [String: Any]
        let held = status?["quarantines"] as? [[String: Any]] ?? []
        #expect(held.map { $0["user"] as? String } == ["nurse1"] && held[0]["until"] is Int)
        #expect(try ward.range.ask(["status"]).output.contains("may only read: nurse1, until "))
        let told = try ward.range.ask(["incidents"]).output
        #expect(told.contains("nurse1 may only read over Samba"))
        try Self.release(incident, ward)
    }

    /// Ends it, and looks whether that is complete.
    static func release(_ incident: [String: Any], _ ward: Ward) throws {
        let id = try #require(incident["id"] as? String)
        // Who connected before must not be left behind with less than before.
        let others = ward.children
        let reader = try ward.start(["--to", "127.0.1.4", "connect", "ward", "--stay"])
        try reader.waitUntilReady()
        let serving = ward.children.filter { !others.contains($0) }
        #expect(try ward.range.ask(["release", id]).status == 0)
        try ward.wait(for: "the end of a connection that may only read") {
            !serving.isEmpty && serving.allSatisfy { ProcessTable.status($0) == nil }
        }
        #expect(try ward.writes("127.0.0.2") && ward.writes("127.0.0.4"))
        #expect(try !Self.include(ward).contains("read list"))
        let status = try ward.ask("status") as? [String: Any]
        #expect((status?["quarantines"] as? [Any])?.isEmpty == true)
        let released = try ward.incidents().first { $0["id"] as? String == id }
        #expect(released?["state"] as? String == "released")
        #expect((released?["quarantine"] as? [String: Any])?["until"] == nil)
        #expect((released?["endedBy"] as? [String: Any])?["user"] as? Int == 0)
        #expect(try ward.range.ask(["release", id]).status != 0)
        try ward.wait(for: "the journal") {
            try ward.journal().contains("user-quarantined")
                && ward.journal().contains("user-released")
        }
        reader.end()
    }

    @Test("beside the address, also where that user is connected already, and after a restart")
    func always() throws {
        let ward = try Ward(files: 20)
        try ward.startGuard(clients: Self.policy("always", ward))
        let elsewhere = try ward.start(["--to", "127.0.1.4", "work", "ward"])
        try elsewhere.waitUntilReady()
        let other = try ward.start(["--to", "127.0.1.3", "--user", "nurse2", "work", "ward"])
        try other.waitUntilReady()
        let result = try ward.client(["attack", "ward", "--again", "0.5"])
        #expect(result["done"] as? Int == 0 && result["again"] as? Int == 0, "\(result)")
        let incident = try Self.quarantined(ward)
        #expect(incident["state"] as? String == "cut-off")
        #expect(FileServerTests.codes(incident).isEmpty, "\(incident)")
        try ward.wait(for: "the end of that user's work") { !elsewhere.process.isRunning }
        #expect(try elsewhere.result()["errors"] as? Int == 1)
        try other.go()
        #expect(try other.result()["errors"] as? Int == 0)
        #expect(try !ward.connects("127.0.0.2", user: "nurse3"))
        #expect(try ward.connects("127.0.0.4") && !ward.writes("127.0.0.4"))
        ward.stopGuard()
        #expect(try !ward.writes("127.0.0.4"))
        try ward.startGuard(clients: Self.policy("always", ward))
        #expect(try !ward.writes("127.0.0.4") && ward.writes("127.0.0.3", user: "nurse2"))
        try Self.release(incident, ward)
    }

    @Test("in place of the address, which is turned away until then")
    func instead() throws {
        let ward = try Ward(files: 20)
        try ward.startGuard(clients: Self.policy("instead", ward))
        let result = try ward.client(["attack", "ward"])
        #expect(result["done"] as? Int == 0, "\(result)")
        let incident = try Self.quarantined(ward)
        #expect(incident["state"] as? String == "killed", "\(incident)")
        #expect(try ward.blocks().isEmpty && !ward.nft("list ruleset").contains("kanaria"))
        #expect(try ward.connects("127.0.0.2") && !ward.writes("127.0.0.2"))
        #expect(try ward.writes("127.0.0.2", user: "nurse3"))
        try Self.release(incident, ward)
    }

    @Test("ends by itself, also one of an earlier guard, and not too soon")
    func expiry() throws {
        let ward = try Ward(files: 8)
        let until = Clock.wallNanoseconds / 1_000_000 + 600_000
        // Of the first the clock was set back since, so that it would last for ten minutes.
        let lines = [(2001, until, 1), (2002, 1, 600_000), (2003, until, 600_000)].map {
            """
            {"user": "nurse\($0.0 - 2000)", "sid": "S-1-22-1-\($0.0)", "incident": "i\($0.0)",
            "number": \($0.0), "until": \($0.1), "milliseconds": \($0.2)}
            """
        }
        try ward.leave("[\(lines.joined(separator: ","))]", as: "quarantines.json")
        try "read list = S-1-22-1-2001 S-1-22-1-2002 S-1-22-1-2003\n".write(
            toFile: ward.range.home + "/samba/deny.conf", atomically: true, encoding: .utf8)
        #expect(try !ward.writes("127.0.0.2"))
        try ward.startGuard(clients: Self.policy("always", ward), canaries: "false")
        try ward.wait(for: "the end of the first") {
            try Self.include(ward).contains("read list = S-1-22-1-2003\n")
        }
        #expect(try ward.writes("127.0.0.2") && ward.writes("127.0.0.3", user: "nurse2"))
        #expect(try !ward.writes("127.0.0.4", user: "nurse3"))
        #expect(try ward.range.ask(["release", "i2003"]).status == 0)
        #expect(try ward.writes("127.0.0.4", user: "nurse3"))
    }

    @Test("a file of quarantines that is damaged is passed over")
    func damaged() throws {
        let ward = try Ward(files: 8)
        let line = #""user":"x","incident":"i","milliseconds":1"#
        for text in [
            "", "[", "[{}]", "{}", "[{\(line),\"sid\":\"x\\nhosts allow = ALL\",\"until\":1}]",
            "[{\(line),\"sid\":\"S-1-1-0\",\"until\":-9223372036854775808}]",
        ] {
            try ward.leave(text, as: "quarantines.json")
            try ward.startGuard(clients: Self.policy("always", ward), canaries: "false")
            #expect(try !Self.include(ward).contains("read list"), "\(text)")
            #expect(try !Self.include(ward).contains("hosts"), "\(text)")
            ward.stopGuard()
        }
    }

    struct Fault: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var global = ""
        /// A program of Samba, and the script that takes its place.
        var program: String?
        var script = "#!/bin/sh\nexit 7\n"
        var user = "nurse1"
        var file = "deny.conf"
        /// What the incident says.
        var code = "no-quarantine"
        var text: String
    }

    @Test(
        "what could not be done is told, and the client is stopped all the same",
        arguments: [
            Fault(
                testDescription: "smb.conf does not include the file", file: "other.conf",
                text: "does not include"),
            Fault(
                testDescription: "the file cannot be written", file: "none/deny.conf",
                text: "does not include"),
            Fault(
                testDescription: "it was nobody in particular",
                global: "map to guest = bad user\nguest ok = yes", user: "stranger",
                text: "everybody without a name"),
            Fault(
                testDescription: "smbstatus fails", program: "smbstatus",
                text: "who was logged in is not known"),
            Fault(
                testDescription: "testparm fails", program: "testparm",
                text: "testparm ended with 7"),
            Fault(
                testDescription: "smbcontrol fails", program: "smbcontrol",
                code: "quarantine-partial", text: "smbcontrol ended with 7"),
            Fault(
                testDescription: "a share decides for itself",
                global: "[listed]\npath = /srv\nwrite list = nurse1", code: "quarantine-partial",
                text: "listed"),
        ])
    func fault(_ fault: Fault) throws {
        let ward = try Ward(files: 20, global: fault.global)
        if let program = fault.program { try ward.replace(program, by: fault.script) }
        let file = ward.range.home + "/samba/" + fault.file
        try ward.startGuard(clients: "quarantine: instead, samba-deny-file: \(file)")
        let result = try ward.client(["--user", fault.user, "attack", "ward", "--again", "0.5"])
        #expect(result["done"] as? Int == 0 && result["again"] as? Int == 0, "\(result)")
        var incident: [String: Any] = [:]
        try ward.wait(for: fault.code) {
            incident = try FileServerTests.onlyIncident(ward)
            return FileServerTests.codes(incident).contains(fault.code)
        }
        let texts = (incident["degraded"] as? [[String: Any]] ?? []).compactMap {
            $0["en"] as? String
        }
        #expect(texts.contains { $0.contains(fault.text) }, "\(texts)")
        #expect(incident["state"] as? String == "cut-off")
        #expect(try ward.blocks().count == 1 && !ward.connects("127.0.0.2", user: "nurse3"))
        let isHeld = fault.code == "quarantine-partial"
        #expect((incident["quarantine"] != nil) == isHeld, "\(incident)")
        #expect(try ward.writes("127.0.0.4") != isHeld)
    }

    @Test("by Samba's log of logons where smbstatus does not answer")
    func authLog() throws {
        let ward = try Ward(
            files: 20, smbStatus: "#!/bin/sh\nexit 7\n", global: "log level = 0 auth_json_audit:3")
        try ward.startGuard(
            clients: Self.policy("always", ward) + ", samba-auth-log: \(ward.range.home)/samba/log")
        let result = try ward.client(["attack", "ward", "--again", "0.5"])
        #expect(result["done"] as? Int == 0 && result["again"] as? Int == 0, "\(result)")
        let incident = try Self.quarantined(ward)
        let session = (incident["sessions"] as? [[String: Any]])?.first
        #expect(session?["user"] as? String == "WARD\\nurse1", "\(incident)")
        #expect(session?["source"] as? String == "auth-log")
        #expect(!FileServerTests.codes(incident).contains("no-samba-sessions"))
        let sid = (incident["quarantine"] as? [String: Any])?["sid"] as? String
        #expect(sid?.hasPrefix("S-1-5-21-") == true)
        #expect(try ward.connects("127.0.0.4") && !ward.writes("127.0.0.4"))
        #expect(try ward.writes("127.0.0.3", user: "nurse2"))
    }

    @Test("is told before anybody attacks where it cannot be done")
    func before() throws {
        let ward = try Ward(files: 8)
        try ward.startGuard(
            clients: "quarantine: spared, samba-deny-file: \(ward.range.home)/samba/other.conf",
            canaries: "false")
        try ward.wait(for: "the lack") {
            FileServerTests.codes(try ward.ask("status") as? [String: Any] ?? [:])
                .contains("no-quarantine")
        }
        ward.stopGuard()
        try ward.startGuard(clients: "quarantine: never", canaries: "false")
        let status = try ward.ask("status") as? [String: Any] ?? [:]
        #expect(!FileServerTests.codes(status).contains("no-quarantine"))
    }

    static func policy(_ when: String, _ ward: Ward) -> String {
        "quarantine: \(when), samba-deny-file: \(ward.range.home)/samba/deny.conf"
    }

    static func include(_ ward: Ward) throws -> String {
        try String(contentsOfFile: ward.range.home + "/samba/deny.conf", encoding: .utf8)
    }

    /// A file of the share that is no canary.
    static func someFile(_ ward: Ward) throws -> String {
        let text = try ward.range.ask(["canaries", "list", "--json"]).output
        let all = FileManager.default.enumerator(atPath: ward.range.files)?.allObjects ?? []
        let file = all.compactMap { $0 as? String }.first { name in
            !name.hasPrefix(".") && !text.contains(name.split(separator: "/").last ?? "")
                && (try? FileStatus.of(BytePath(ward.range.files + "/" + name)))?.kind == .regular
        }
        return try #require(file).replacing("/", with: "\\")
    }

    /// The only incident, once its user is held.
    static func quarantined(_ ward: Ward) throws -> [String: Any] {
        var incident: [String: Any] = [:]
        try ward.wait(for: "the quarantine") {
            incident = try FileServerTests.onlyIncident(ward)
            return incident["quarantine"] is [String: Any]
        }
        return incident
    }
}
