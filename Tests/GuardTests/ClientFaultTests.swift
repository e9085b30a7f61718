import Foundation
import Linux
import Testing

@Suite(
    "Cutting off a client when something fails", .serialized, .timeLimit(.minutes(5)),
    .enabled(
        if: Ward.isPossible,
        "needs root, namespaces, fanotify permission events, samba, nft and impacket"))
struct ClientFaultTests {
    /// Without the right to change the packet filter.
    static let unprivileged = [
        "/usr/bin/setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin",
    ]

    @Test("the process is ended when the packet filter refuses")
    func refused() throws {
        let ward = try Ward(files: 20)
        try ward.startGuard(launcher: Self.unprivileged)
        let status = try ward.ask("status") as? [String: Any] ?? [:]
        #expect(FileServerTests.codes(status).contains("no-packet-filter"))
        let result = try ward.client(["attack", "ward"])
        #expect(result["done"] as? Int == 0 && result["error_at"] is Double, "\(result)")
        let incident = try FileServerTests.onlyIncident(ward)
        #expect(incident["state"] as? String == "killed")
        #expect((incident["stoppedProcesses"] as? [Int])?.count == 1)
        #expect(FileServerTests.codes(incident).contains("no-packet-filter"))
        #expect(try ward.blocks().isEmpty && ward.connects("127.0.0.2"))
    }

    @Test("Samba turns the client away when the packet filter refuses")
    func denied() throws {
        let ward = try Ward(files: 20)
        let file = ward.range.home + "/samba/deny.conf"
        try ward.startGuard(
            clients: "samba-deny-file: \(file)", launcher: Self.unprivileged)
        _ = try ward.client(["attack", "ward"])
        let incident = try FileServerTests.onlyIncident(ward)
        #expect(incident["state"] as? String == "cut-off")
        #expect(FileServerTests.codes(incident).contains("no-packet-filter"))
        #expect(
            try String(contentsOfFile: file, encoding: .utf8).contains("hosts deny = 127.0.0.2"))
        #expect(try !ward.connects("127.0.0.2"))
        #expect(try ward.connects("127.0.0.3"))
        #expect(try ward.blocks().first?["isFiltered"] as? Bool == false)
        let id = try #require(incident["id"] as? String)
        #expect(try ward.range.ask(["release", id]).status == 0)
        #expect(try !String(contentsOfFile: file, encoding: .utf8).contains("hosts deny"))
        #expect(try ward.connects("127.0.0.2"))
    }

    @Test("a client that is gone when its deed is read is known nevertheless")
    func gone() throws {
        let ward = try Ward(files: 8)
        try ward.startGuard()
        let others = ward.children
        // Whoever reads a canary waits until the guard has looked who that is.
        let canary = try FileServerTests.firstCanary(ward)
        let client = try ward.start(["attack", "ward", "--peek", canary, "--wait"])
        try client.waitUntilReady()
        ward.signalGuard(SIGSTOP)
        let serving = ward.children.filter { !others.contains($0) }
        #expect(!serving.isEmpty)
        try client.go()
        _ = try client.result()
        try ward.wait(for: "the end of the client's process") {
            serving.allSatisfy { ProcessTable.status($0) == nil }
        }
        ward.signalGuard(SIGCONT)
        try ward.wait(for: "an incident") { try !ward.incidents().isEmpty }
        let incident = try FileServerTests.onlyIncident(ward)
        #expect(incident["state"] as? String == "cut-off", "\(incident)")
        #expect(FileServerTests.addresses(incident) == ["127.0.0.2"])
        #expect(FileServerTests.codes(incident).contains("client-gone"))
        #expect(try !ward.connects("127.0.0.2"))
        #expect(try ward.connects("127.0.0.3"))
    }

    @Test("a block outlasts the guard, and can be released by the next one")
    func restart() throws {
        let ward = try Ward(files: 20)
        try ward.startGuard()
        _ = try ward.client(["attack", "ward"])
        let id = try #require(try FileServerTests.onlyIncident(ward)["id"] as? String)
        ward.stopGuard()
        #expect(try !ward.connects("127.0.0.2"))
        try ward.startGuard()
        #expect(try !ward.connects("127.0.0.2"))
        #expect(try ward.blocks().map { $0["address"] as? String } == ["127.0.0.2"])
        try FileServerTests.release(id, ward)
    }

    @Test("a block ends by itself, also one of an earlier guard")
    func expiry() throws {
        let ward = try Ward(files: 20)
        let until = Clock.wallNanoseconds / 1_000_000 + 600_000
        // The clock was set back since, so that it would last for ten minutes.
        let line =
            "[{\"address\":[127,0,0,2],\"port\":445,\"incident\":\"before\","
            + "\"until\":\(until),\"milliseconds\":4000}]"
        try ward.leave(line, as: "blocks.json")
        try ward.startGuard(canaries: "false")
        #expect(try ward.incidents().first?["state"] as? String == "cut-off")
        #expect(try ward.nft("list ruleset").contains("127.0.0.2 . 445"))
        try ward.wait(for: "the end of the block") { try ward.blocks().isEmpty }
        #expect(try ward.connects("127.0.0.2"))
        try ward.wait(for: "an empty packet filter") {
            try !ward.nft("list ruleset").contains("kanaria")
        }
        #expect(try ward.incidents().first?["state"] as? String == "released")
    }

    @Test("a file of blocks that is damaged is passed over")
    func damaged() throws {
        let ward = try Ward(files: 8)
        let line =
            #"[{"address":[127,0,0,2],"port":445,"incident":"before","milliseconds":4000,"until":"#
        for text in ["", "[", "[{}]", "{}", line + "-9223372036854775808}]"] {
            try ward.leave(text, as: "blocks.json")
            try ward.startGuard(canaries: "false")
            #expect(try ward.blocks().isEmpty && ward.incidents().isEmpty, "\(text)")
            ward.stopGuard()
        }
    }

    @Test("a block comes back when somebody empties the packet filter")
    func flushed() throws {
        let ward = try Ward(files: 20)
        try ward.startGuard()
        _ = try ward.client(["attack", "ward"])
        _ = try ward.nft("flush ruleset")
        try ward.wait(for: "the block") {
            try ward.nft("list ruleset").contains("127.0.0.2 . 445")
        }
        #expect(try !ward.connects("127.0.0.2"))
    }

    struct Status: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var script: String?
        var isKnown = false
    }

    @Test(
        "who was logged in is asked for afterwards, and nothing waits for the answer",
        arguments: [
            Status(testDescription: "Samba's own", script: nil, isKnown: true),
            Status(testDescription: "one that hangs", script: "#!/bin/sh\nexec sleep 1000\n"),
            Status(testDescription: "one that fails", script: "#!/bin/sh\nexit 7\n"),
            Status(testDescription: "one that says nothing", script: "#!/bin/sh\necho '{'\n"),
            Status(testDescription: "one that floods", script: "#!/bin/sh\nexec cat /dev/zero\n"),
            Status(testDescription: "none", script: ""),
        ])
    func sessions(_ status: Status) throws {
        let ward = try Ward(files: 20, smbStatus: status.script)
        try ward.startGuard()
        let result = try ward.client(["attack", "ward", "--again", "0.5"])
        #expect(result["done"] as? Int == 0 && result["again"] as? Int == 0, "\(result)")
        var incident: [String: Any] = [:]
        try ward.wait(for: "an answer, or that there is none") {
            incident = try FileServerTests.onlyIncident(ward)
            return incident["sessions"] != nil
                || FileServerTests.codes(incident).contains("no-samba-sessions")
        }
        let session = (incident["sessions"] as? [[String: Any]])?.first
        #expect(session?["user"] as? String == (status.isKnown ? "nurse1" : nil), "\(incident)")
        #expect(session?["shares"] as? [String] == (status.isKnown ? ["ward"] : nil))
        #expect(incident["actedAs"] as? Int == 2001)
        #expect(incident["state"] as? String == "cut-off")
    }
}
