import Foundation
import Linux
import Testing

@Suite(
    "A file server whose client attacks", .serialized, .timeLimit(.minutes(5)),
    .enabled(
        if: Ward.isPossible,
        "needs root, namespaces, fanotify permission events, samba, nft and impacket"))
struct FileServerTests {
    struct Attack: CustomTestStringConvertible, Sendable {
        var mode: String
        var method: String
        var testDescription: String { "\(method), \(mode)" }
    }

    static let attacks =
        [
            "in-place", "rename-first", "new-delete", "truncate", "intermittent", "reopen",
        ].map { Attack(mode: "kill", method: $0) } + [Attack(mode: "freeze", method: "in-place")]

    @Test("throws the attacker out and keeps it out, and nobody else", arguments: attacks)
    func attack(_ attack: Attack) throws {
        let ward = try Ward()
        try ward.startGuard(mode: attack.mode)
        let other = try ward.start(["--to", "127.0.1.3", "--user", "nurse2", "work", "work"])
        try other.waitUntilReady()
        let canary = try Self.firstCanary(ward)
        let result = try ward.client(
            ["attack", "ward", "--method", attack.method, "--canary", canary, "--again", "0.5"])
        #expect(result["canary_at"] is Double, "\(result)")
        #expect(result["after_canary"] as? Int == 0, "\(result)")
        #expect(result["again"] as? Int == 0 && result["error_at"] is Double, "\(result)")
        #expect(try ward.range.lost() == result["done"] as? Int)
        #expect(try !ward.connects("127.0.0.2"))
        #expect(try ward.connects("127.0.0.4", user: "nurse3"))
        try other.go()
        let worked = try other.result()
        #expect(worked["errors"] as? Int == 0, "\(worked)")
        #expect(worked["operations"] as? Int ?? 0 > 0)
        let incident = try Self.onlyIncident(ward)
        #expect(incident["state"] as? String == "cut-off")
        #expect((incident["stoppedProcesses"] as? [Int])?.count == 1)
        #expect(Self.addresses(incident) == ["127.0.0.2"])
        let blocks = try ward.blocks()
        #expect(blocks.map { $0["address"] as? String } == ["127.0.0.2"])
        #expect(blocks.first?["ports"] as? [Int] == [139, 445])
        let id = try #require(incident["id"] as? String)
        #expect(blocks.first?["incident"] as? String == id)
        try Self.release(id, ward)
    }

    /// Ends the block, and looks whether that is complete.
    static func release(_ id: String, _ ward: Ward) throws {
        let text = try ward.range.ask(["incidents"]).output
        #expect(text.contains("turned away until"), "\(text)")
        #expect(try ward.range.ask(["status"]).output.contains("turned away: "))
        #expect(try ward.range.ask(["release", id]).status == 0)
        #expect(try ward.connects("127.0.0.2"))
        #expect(try ward.blocks().isEmpty)
        #expect(try !ward.nft("list ruleset").contains("kanaria"))
        let released = try ward.incidents().first { $0["id"] as? String == id }
        #expect(released?["state"] as? String == "released")
        #expect((released?["endedBy"] as? [String: Any])?["user"] as? Int == 0)
        #expect(try ward.range.ask(["release", id]).status != 0)
    }

    @Test("keeps what the process was and whom it served, without stopping it")
    func evidence() throws {
        let ward = try Ward(files: 20)
        try ward.startGuard(evidence: "client-time: 1s, disk-floor: 0KiB")
        let result = try ward.client(["attack", "ward", "--again", "1"])
        #expect(result["again"] as? Int == 0, "\(result)")
        try ward.wait(for: "evidence") {
            try Self.onlyIncident(ward)["evidence"] is [String: Any]
        }
        let incident = try Self.onlyIncident(ward)
        let report = try #require(incident["evidence"] as? [String: Any])
        #expect(incident["state"] as? String == "cut-off")
        #expect(report["lacks"] == nil, "\(report)")
        #expect(report["memoryByteCount"] as? Int ?? 0 > 1 << 20)
        let folder = try #require((report["folder"] as? [String: Any])?["path"] as? String)
        let pid = try #require((incident["stoppedProcesses"] as? [Int])?.first)
        let text = try Data(contentsOf: URL(fileURLWithPath: folder + "/\(pid)-process.json"))
        let facts = try #require(
            try JSONSerialization.jsonObject(with: text) as? [String: Any])
        let files = facts["files"] as? [[String: Any]] ?? []
        #expect(files.contains { $0["peer"] as? String == "127.0.0.2" })
        // It ran on, since others wait for what it holds.
        #expect(facts["state"] as? String != "T")
        try ward.wait(for: "the end of the client's process") {
            ProcessTable.status(Int32(pid)) == nil
        }
    }

    @Test("leaves alone who puts random files, gives them another suffix and removes them")
    func ownFiles() throws {
        let ward = try Ward()
        try ward.startGuard()
        let result = try ward.client(["work", "ward", "--random", "--rounds", "200"])
        #expect(result["errors"] as? Int == 0 && result["operations"] as? Int == 800, "\(result)")
        #expect(try ward.incidents().isEmpty)
    }

    @Test("finds an attack that meets no canary")
    func noCanary() throws {
        let ward = try Ward(files: 300)
        try ward.startGuard(canaries: "false")
        let result = try ward.client(["attack", "ward", "--speed", "60", "--again", "1"])
        #expect(result["error_at"] is Double && result["again"] as? Int == 0, "\(result)")
        #expect(result["done"] as? Int ?? 300 < 300)
        #expect(try Self.onlyIncident(ward)["state"] as? String == "cut-off")
    }

    @Test(
        "cuts off a client of version 6",
        .enabled(if: Ward.hasVersion6, "needs the Internet Protocol, version 6"))
    func version6() throws {
        let ward = try Ward(files: 20)
        try ward.startGuard()
        let result = try ward.client(
            ["--to", "fd00::1", "--from", "fd00::2", "attack", "ward", "--again", "1"])
        #expect(result["again"] as? Int == 0 && result["done"] as? Int == 0, "\(result)")
        #expect(try !ward.connects("fd00::2"))
        #expect(try ward.connects("127.0.0.3"))
        #expect(try ward.blocks().map { $0["address"] as? String } == ["fd00::2"])
    }

    @Test("cuts off every address of a process with several, and says so")
    func several() throws {
        let ward = try Ward(files: 20)
        try ward.startGuard()
        let result = try ward.client(
            [
                "--guid", "0123456789abcdef", "attack", "ward", "--beside", "127.0.0.3",
                "--again", "1",
            ])
        #expect(result["again"] as? Int == 0, "\(result)")
        let incident = try Self.onlyIncident(ward)
        #expect(Set(Self.addresses(incident)) == ["127.0.0.2", "127.0.0.3"])
        #expect(Self.codes(incident).contains("several-clients"))
        #expect(try !ward.connects("127.0.0.2"))
        #expect(try !ward.connects("127.0.0.3"))
        #expect(try ward.connects("127.0.0.4"))
    }

    @Test("names every user of a connection with several")
    func users() throws {
        let ward = try Ward(files: 20)
        try ward.startGuard()
        let result = try ward.client(["attack", "ward", "--also", "nurse3"])
        #expect(result["done"] as? Int == 0 && result["error_at"] is Double, "\(result)")
        try ward.wait(for: "who was logged in") {
            try Self.onlyIncident(ward)["sessions"] is [[String: Any]]
        }
        let incident = try Self.onlyIncident(ward)
        let session = (incident["sessions"] as? [[String: Any]])?.first
        let users = (session?["user"] as? String ?? "").split(separator: ",")
        #expect(Set(users) == ["nurse1", "nurse3"])
        #expect(Self.codes(incident).contains("several-users"))
        // The one that wrote, at that moment.
        #expect(incident["actedAs"] as? Int == 2001)
    }

    @Test(
        "leaves alone whom the policy spares, and says so",
        arguments: [
            ("never-cut-off: [127.0.0.2]", "never-cut-off"),
            ("never-cut-off: [127.0.0.0/29]", "never-cut-off"),
            ("action: report", "clients-only-reported"),
        ])
    func spared(policy: String, code: String) throws {
        let ward = try Ward(files: 20)
        try ward.startGuard(clients: policy)
        let result = try ward.client(["attack", "ward"])
        // The canary itself is refused.
        #expect(result["done"] as? Int == 0 && result["error_at"] is Double, "\(result)")
        let incident = try Self.onlyIncident(ward)
        #expect(incident["state"] as? String == "observed")
        #expect(Self.codes(incident).contains(code))
        #expect(Self.addresses(incident) == ["127.0.0.2"])
        #expect(try ward.connects("127.0.0.2") && ward.blocks().isEmpty)
        #expect(try !ward.nft("list ruleset").contains("kanaria"))
    }

    @Test("only tells in observe mode whom it would have cut off")
    func observe() throws {
        let ward = try Ward(files: 20)
        try ward.startGuard(mode: "observe")
        let result = try ward.client(["attack", "ward"])
        #expect(result["error_at"] is NSNull, "\(result)")
        let incident = try Self.onlyIncident(ward)
        #expect(incident["state"] as? String == "observed")
        #expect(Self.addresses(incident) == ["127.0.0.2"])
        #expect(try ward.connects("127.0.0.2") && ward.blocks().isEmpty)
    }

    static func firstCanary(_ ward: Ward) throws -> String {
        let text = try ward.range.ask(["canaries", "list", "--json"]).output
        let list = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]]
        let prefix = ward.range.files.count + 1
        let paths = (list ?? []).compactMap { ($0["path"] as? [String: Any])?["path"] as? String }
        let names = paths.map { String($0.dropFirst(prefix)).replacing("/", with: "\\") }
        // As Python sorts what the share lists: by code points.
        let first = names.min { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
        return try #require(first)
    }

    static func onlyIncident(_ ward: Ward) throws -> [String: Any] {
        let incidents = try ward.incidents()
        #expect(incidents.count == 1, "\(incidents)")
        return incidents.first ?? [:]
    }

    static func addresses(_ incident: [String: Any]) -> [String] {
        (incident["clients"] as? [[String: Any]] ?? []).compactMap { $0["address"] as? String }
    }

    static func codes(_ incident: [String: Any]) -> [String] {
        (incident["degraded"] as? [[String: Any]] ?? []).compactMap { $0["code"] as? String }
    }
}
