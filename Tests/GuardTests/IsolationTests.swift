import Foundation
import Linux
import Testing

/// A host that is cut off from the network for an attack.
@Suite(
    "The isolation of the host", .serialized, .timeLimit(.minutes(2)),
    .enabled(
        if: Ward.isPossible,
        "needs root, namespaces, fanotify permission events, samba, nft and impacket"))
struct IsolationTests {
    /// A second network that a wire joins to the ward's, with two addresses.
    private static func join(_ ward: Ward) throws -> RunningClient {
        let listener =
            "import socket; l = socket.create_server(('192.0.2.1', 8000)); print('ready', flush=True)\n"
            + "while True: l.accept()[0].close()"
        let far = try RunningClient(
            ["/usr/bin/unshare", "--net", "/bin/sh", "-c", "echo ready; cat"])
        try far.waitUntilReady()
        let script = """
            ip link add v0 type veth peer name v1 netns \(far.process.processIdentifier)
            ip address add 192.0.2.1/24 dev v0 && ip link set v0 up
            nsenter --target \(far.process.processIdentifier) --net sh -ec '
                ip address add 192.0.2.2/24 dev v1 && ip address add 192.0.2.3/24 dev v1
                ip link set v1 up'
            """
        #expect(try ward.inside(["/bin/sh", "-ec", script]).status == 0)
        try ward.run(["/usr/bin/python3", "-c", listener])
        return far
    }

    /// Whether the ward is reached from there; 2 s is much longer than it takes.
    private static func reaches(_ far: RunningClient, from address: String) throws -> Bool {
        let connect =
            "import socket; socket.create_connection(('192.0.2.1', 8000), 2, ('\(address)', 0))"
        return try GuardedRange.runPath(
            "/usr/bin/nsenter",
            [
                "--target", "\(far.process.processIdentifier)", "--net", "/usr/bin/python3", "-c",
                connect,
            ]
        ).status == 0
    }

    @Test(
        "leaves the kept addresses, and ends with the release", arguments: ["release", "restart"])
    func attack(end: String) throws {
        let ward = try Ward(files: 20)
        let far = try Self.join(ward)
        #expect(try Self.reaches(far, from: "192.0.2.2") && Self.reaches(far, from: "192.0.2.3"))
        let policy = "isolation: {when: attack, for: 1h, keep: [192.0.2.2]}"
        try ward.startGuard(extra: policy)
        _ = try ward.client(["attack", "ward", "--again", "0.5"])
        try ward.wait(for: "the isolation") { try ward.isolatedUntil() != nil }
        #expect(try Self.reaches(far, from: "192.0.2.2"))
        #expect(try !Self.reaches(far, from: "192.0.2.3"))
        if end == "restart" {
            ward.stopGuard()
            #expect(try Self.reaches(far, from: "192.0.2.3"))
            try ward.startGuard(extra: policy)
            #expect(try !Self.reaches(far, from: "192.0.2.3"))
        }
        let id = try #require(try ward.incidents().first?["id"] as? String)
        #expect(try ward.range.ask(["release", id]).status == 0)
        #expect(try Self.reaches(far, from: "192.0.2.3"))
        #expect(try ward.isolatedUntil() == nil)
        far.end()
    }

    @Test("comes only when an attack goes on, if the policy says so")
    func notStopped() throws {
        let ward = try Ward(files: 20)
        try ward.startGuard(extra: "isolation: {when: not-stopped}")
        _ = try ward.client(["attack", "ward", "--again", "0.5"])
        try ward.wait(for: "the incident") { try !ward.incidents().isEmpty }
        #expect(try ward.incidents().first?["state"] as? String == "cut-off")
        #expect(try ward.isolatedUntil() == nil)
        ward.stopGuard()
        try ward.startGuard(
            clients: "action: report", extra: "isolation: {when: not-stopped}")
        _ = try ward.client([
            "--to", "127.0.1.3", "--user", "nurse2", "attack", "ward", "--again", "0.5",
        ])
        try ward.wait(for: "the isolation") { try ward.isolatedUntil() != nil }
        // The attacker comes over the loopback interface, which stays.
        #expect(try ward.connects("127.0.0.4", user: "nurse3"))
    }
}
