import Attribution
import Foundation
import Linux
import Testing

@Suite("The peers of a process", .timeLimit(.minutes(1)))
struct PeersTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var listen: String
        var connect: String
        var sources: [String]
        var found: [String]
    }

    static let cases = [
        Case(
            testDescription: "version 4", listen: "127.0.0.1", connect: "127.0.0.1",
            sources: ["127.0.0.2"], found: ["127.0.0.2"]),
        Case(
            testDescription: "version 6", listen: "::1", connect: "::1", sources: ["::1"],
            found: ["::1"]),
        Case(
            testDescription: "version 4 at a socket of version 6", listen: "::",
            connect: "127.0.0.1", sources: ["127.0.0.3"], found: ["127.0.0.3"]),
        Case(
            testDescription: "several", listen: "127.0.0.1", connect: "127.0.0.1",
            sources: ["127.0.0.2", "127.0.0.3", "127.0.0.2"], found: ["127.0.0.2", "127.0.0.3"]),
        Case(
            testDescription: "a socket that only listens", listen: "127.0.0.1",
            connect: "127.0.0.1", sources: [], found: []),
    ]

    @Test("are those of its connections", arguments: cases)
    func peers(_ test: Case) throws {
        let server = try Server(listen: test.listen, clients: test.sources.count)
        let ports = try server.connect(to: test.connect, from: test.sources)
        try server.wait()
        let peers = Peers(of: server.pid)
        #expect(peers.addresses.map(\.description) == test.found)
        #expect(peers.connections.map { Int($0.peerPort) } == ports)
        #expect(peers.connections.allSatisfy { Int($0.localPort) == server.port })
        #expect(!peers.isIncomplete)
    }

    @Test("are none where it has ended")
    func ended() throws {
        let server = try Server(listen: "127.0.0.1", clients: 1)
        _ = try server.connect(to: "127.0.0.1", from: ["127.0.0.1"])
        try server.wait()
        server.end()
        #expect(Peers(of: server.pid) == Peers())
    }

    @Test("are told to be incomplete where it has very many descriptors")
    func many() throws {
        let server = try Server(listen: "127.0.0.1", clients: 1, descriptors: 5000)
        _ = try server.connect(to: "127.0.0.1", from: ["127.0.0.2"])
        try server.wait()
        let peers = Peers(of: server.pid)
        #expect(peers.isIncomplete)
    }

    @Test("are joined without repetition")
    func union() throws {
        let address = try #require(InternetAddress([192, 0, 2, 1]))
        var one = Peers()
        one.connections = [Connection(peer: address, peerPort: 1, localPort: 445)]
        var two = one
        two.connections.append(Connection(peer: address, peerPort: 2, localPort: 445))
        two.isIncomplete = true
        one.formUnion(two)
        #expect(one == two && one.addresses == [address])
    }
}

/// A process that accepts connections and keeps them, and clients that hold them.
private final class Server {
    let port: Int
    private let process = Process()
    private let output = Pipe()
    private var clients: [(Process, Pipe)] = []

    var pid: Int32 { process.processIdentifier }

    private static let script = """
        import socket, sys, os
        address, count, more = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
        family = socket.AF_INET6 if ':' in address else socket.AF_INET
        held = [os.open('/dev/null', os.O_RDONLY) for _ in range(more)]
        pair = socket.socketpair()
        server = socket.socket(family)
        if address == '::': server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        server.bind((address, 0))
        server.listen()
        print(server.getsockname()[1], flush=True)
        kept = [server.accept() for _ in range(count)]
        print('accepted', flush=True)
        sys.stdin.read()
        """

    private static let client = """
        import socket, sys
        s = socket.create_connection((sys.argv[1], int(sys.argv[2])), source_address=(sys.argv[3], 0))
        print(s.getsockname()[1], flush=True)
        sys.stdin.read()
        """

    init(listen: String, clients: Int, descriptors: Int = 0) throws {
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c", "ulimit -n 20000; exec /usr/bin/python3 -c \"$0\" \"$@\"", Self.script, listen,
            "\(clients)", "\(descriptors)",
        ]
        process.standardInput = Pipe()
        process.standardOutput = output
        try process.run()
        port = try #require(Self.number(output))
    }

    deinit {
        end()
        for (client, _) in clients {
            kill(client.processIdentifier, SIGKILL)
            client.waitUntilExit()
        }
    }

    func end() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Connects and gives the clients' ports.
    func connect(to address: String, from sources: [String]) throws -> [Int] {
        try sources.map { source in
            let (client, output) = (Process(), Pipe())
            client.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
            client.arguments = ["-c", Self.client, address, "\(port)", source]
            client.standardInput = Pipe()
            client.standardOutput = output
            try client.run()
            clients.append((client, output))
            return try #require(Self.number(output))
        }
    }

    /// Waits until it has accepted everybody.
    func wait() throws { #expect(Self.line(output) == "accepted") }

    private static func number(_ pipe: Pipe) -> Int? { Int(line(pipe)) }

    /// One line, and nothing that comes behind it.
    private static func line(_ pipe: Pipe) -> String {
        var text = ""
        while let byte = try? pipe.fileHandleForReading.read(upToCount: 1)?.first, byte != 10 {
            text.unicodeScalars.append(Unicode.Scalar(byte))
        }
        return text
    }
}
