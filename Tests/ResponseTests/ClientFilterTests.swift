import Foundation
import Glibc
import Linux
import Response
import Synchronization
import Testing

@Suite(
    "Clients turned away", .timeLimit(.minutes(1)),
    .enabled(if: Network.isPossible, "needs root, network namespaces, ip and nft"))
struct ClientFilterTests {
    @Test("are refused, and nobody else", arguments: ["127.0.0.2", "fd00::2"])
    func block(address: String) throws {
        let network = try Network()
        let filter = network.filters[0]
        let other = address.dropLast() + "3"
        let service = try Listener(network, address.contains(":") ? "::" : "0.0.0.0")
        #expect(try !filter.exists())
        try filter.block([client(address, service.port)])
        #expect(try filter.exists())
        #expect(try !service.answers(from: address))
        #expect(try service.answers(from: String(other)))
        // Another port of the same server is another service.
        let neighbour = try Listener(network, address.contains(":") ? "::" : "0.0.0.0")
        #expect(try neighbour.answers(from: address))
        try filter.unblock([client(address, service.port)])
        #expect(try service.answers(from: address))
        // Twice does no harm.
        try filter.unblock([client(address, service.port)])
        try filter.remove()
        try filter.remove()
        #expect(try !filter.exists())
        #expect(try network.shell("nft list ruleset") == "")
    }

    @Test("come again by themselves, and later where they are blocked again")
    func expiry() throws {
        let network = try Network()
        let filter = network.filters[0]
        let service = try Listener(network, "0.0.0.0")
        try filter.block([client("127.0.0.2", service.port, 600_000)])
        #expect(try !service.answers(from: "127.0.0.2"))
        try filter.block([client("127.0.0.2", service.port, 50)])
        let end = Clock.monotonicNanoseconds + 30_000_000_000
        while try !service.answers(from: "127.0.0.2") {
            try #require(Clock.monotonicNanoseconds < end)
        }
        try filter.block([client("127.0.0.2", service.port, 600_000)])
        #expect(try !service.answers(from: "127.0.0.2"))
    }

    @Test("leave the rules of others alone, and outlast their removal")
    func others() throws {
        let network = try Network()
        _ = try network.shell(
            "nft add table inet other; nft add chain inet other input "
                + "'{ type filter hook input priority 0; policy accept; }'; "
                + "nft add rule inet other input tcp dport 1-65535 accept")
        let before = try network.shell("nft list table inet other")
        let filter = network.filters[0]
        let service = try Listener(network, "0.0.0.0")
        let (one, two) = (client("127.0.0.2", service.port), client("127.0.0.3", service.port))
        try filter.block([one])
        #expect(try network.shell("nft list table inet other") == before)
        #expect(try !service.answers(from: "127.0.0.2"))
        _ = try network.shell("nft flush ruleset")
        #expect(try service.answers(from: "127.0.0.2"))
        try filter.block([two], others: [one])
        #expect(try !service.answers(from: "127.0.0.2"))
        #expect(try !service.answers(from: "127.0.0.3"))
    }

    @Test("are kept by one who comes later")
    func takeover() throws {
        let network = try Network()
        let service = try Listener(network, "0.0.0.0")
        try network.filters[0].block([client("127.0.0.2", service.port)])
        let next = network.filters[1]
        try next.block([client("127.0.0.3", service.port)])
        #expect(try !service.answers(from: "127.0.0.2"))
        #expect(try !service.answers(from: "127.0.0.3"))
        let rules = try network.shell("nft list table inet kanaria")
        #expect(rules.components(separatedBy: "reject with tcp reset").count == 3)
    }

    @Test("a rehearsal leaves everything as it is")
    func rehearsal() throws {
        let network = try Network()
        let filter = network.filters[0]
        try filter.rehearse()
        #expect(try network.shell("nft list ruleset") == "")
        try filter.block([client("127.0.0.2", 445)])
        try filter.rehearse()
        let rules = try network.shell("nft list ruleset")
        #expect(rules.contains("127.0.0.2 . 445") && !rules.contains("rehearsal"), "\(rules)")
    }

    @Test("are shown by nft as the rules that the documentation names")
    func shown() throws {
        let network = try Network()
        try network.filters[0].block([client("127.0.0.2", 445), client("fd00::2", 445)])
        let rules = try network.shell("nft list table inet kanaria")
        for line in [
            "type ipv4_addr . inet_service", "type ipv6_addr . inet_service",
            "ip saddr . tcp dport @clients4 reject with tcp reset",
            "ip6 saddr . tcp dport @clients6 reject with tcp reset", "127.0.0.2 . 445 timeout",
            "fd00::2 . 445 timeout", "priority filter - 10; policy accept",
        ] {
            #expect(rules.contains(line), "\(rules)")
        }
    }
}

private func client(
    _ address: String, _ port: UInt16, _ milliseconds: UInt64 = 60_000
) -> BlockedClient {
    let bytes: [UInt8]
    if address.contains(":") {
        let last = UInt8(address.suffix(1)) ?? 0
        bytes = [0xfd] + [UInt8](repeating: 0, count: 14) + [last]
    } else {
        bytes = address.split(separator: ".").compactMap { UInt8($0) }
    }
    guard let parsed = InternetAddress(bytes) else { preconditionFailure("not an address") }
    return BlockedClient(address: parsed, port: port, remainingMilliseconds: milliseconds)
}

/// A network of its own, gone with its last user.
private final class Network {
    /// Two that change the packet filter of this network: a socket keeps that of its making.
    let filters: [ClientFilter]
    private let descriptor: FileDescriptor

    static let isPossible: Bool = {
        let tools = ["/usr/sbin/nft", "/usr/sbin/ip", "/usr/bin/nsenter", "/usr/bin/python3"]
        guard tools.allSatisfy({ FileManager.default.fileExists(atPath: $0) }) else { return false }
        return (try? Network()) != nil
    }()

    private final class Made: Sendable {
        let values = Mutex<(filters: [ClientFilter], descriptor: Int32)?>(nil)
    }

    init() throws {
        let made = Made()
        let thread = try Linux.Thread.run {
            guard Self.leave(),
                let place = try? FileDescriptor.open("/proc/thread-self/ns/net")
            else { return }
            let filters = [ClientFilter(), ClientFilter()]
            for filter in filters { _ = try? filter.exists() }
            let number = place.release()
            made.values.withLock { $0 = (filters, number) }
        }
        thread.join()
        let values = try #require(made.values.withLock { $0 })
        filters = values.filters
        descriptor = FileDescriptor(owning: values.descriptor)
        _ = try shell(
            "ip link set lo up; ip addr add 127.0.0.2/8 dev lo; "
                + "ip addr add 127.0.0.3/8 dev lo; ip addr add fd00::2/128 dev lo nodad; "
                + "ip addr add fd00::3/128 dev lo nodad")
    }

    /// Gives the calling thread a network of its own.
    private static func leave() -> Bool {
        // Declared for GNU programs only.
        guard let symbol = unsafe dlsym(dlopen(nil, RTLD_NOW), "unshare") else { return false }
        typealias Unshare = @convention(c) (Int32) -> Int32
        let unshare = unsafe unsafeBitCast(symbol, to: Unshare.self)
        // CLONE_NEWNET
        return unshare(0x4000_0000) == 0
    }

    /// Comes before a command that is to run in it.
    var entry: [String] {
        ["--net=/proc/\(ProcessHandle.own)/fd/\(descriptor.rawValue)"]
    }

    func shell(_ line: String) throws -> String {
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/nsenter")
        process.arguments = entry + ["/bin/sh", "-c", line]
        process.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}

/// Something that listens.
private final class Listener {
    let port: UInt16
    private let network: Network
    private let process = Process()
    private let input = Pipe()

    init(_ network: Network, _ address: String) throws {
        self.network = network
        let family = address.contains(":") ? "AF_INET6" : "AF_INET"
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/nsenter")
        // It ends with its input, also when the test is killed.
        process.arguments =
            network.entry + [
                "/usr/bin/python3", "-c",
                """
                import os, socket, sys, threading
                threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0))).start()
                s = socket.socket(socket.\(family)); s.bind(('\(address)', 0)); s.listen()
                os.write(1, f'{s.getsockname()[1]}\\n'.encode()); os.close(1)
                while True: s.accept()[0].close()
                """,
            ]
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        port = try #require(UInt16(text.filter(\.isNumber)))
    }

    deinit {
        // It may have inherited that other signals are blocked.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Whether somebody with this address is let in.
    func answers(from source: String) throws -> Bool {
        let server = source.contains(":") ? "fd00::2" : "127.0.0.1"
        let result = try network.shell(
            """
            /usr/bin/python3 -c "
            import socket
            try: socket.create_connection(('\(server)', \(port)), 5, ('\(source)', 0)); print('yes')
            except ConnectionRefusedError: print('no')
            "
            """)
        return result == "yes\n"
    }
}
