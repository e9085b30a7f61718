import Foundation
import Linux
import Testing

/// A real Samba in a network and mounts of its own, its clients, and a guard beside it.
///
/// All of it goes with the processes: the server ends with its input, also when the test is killed.
final class Ward {
    let range: GuardedRange
    let work: String
    private let server = Process()
    private let input = Pipe()
    private var daemon: Process?
    private var helpers: [Process] = []

    static let client = Repository.folder + "/bench/smb/client.py"

    static let missing = [
        "/usr/sbin/smbd", "/usr/bin/smbclient", "/usr/bin/smbpasswd", "/usr/sbin/nft",
        "/usr/sbin/ip", "/usr/bin/unshare", "/usr/bin/nsenter", "/usr/bin/setpriv",
        "/usr/lib/python3/dist-packages/impacket",
    ].filter { !FileManager.default.fileExists(atPath: $0) }

    /// Whether namespaces may be made here.
    static let isPossible: Bool = {
        guard Products.canGuard, missing.isEmpty else { return false }
        let test = try? GuardedRange.runPath(
            "/usr/bin/unshare",
            ["--net", "--mount", "--propagation", "private", "/usr/sbin/nft", "list", "ruleset"])
        return test?.status == 0
    }()

    static let hasVersion6 = FileManager.default.fileExists(atPath: "/proc/sys/net/ipv6")

    enum Repository {
        static let folder = #filePath.components(separatedBy: "/Tests/")[0]
    }

    /// `before` is run by a shell in the server's mounts, before the server begins.
    init(
        files: Int = 60, smbStatus: String? = nil, global: String = "", before: String = ":"
    ) throws {
        range = try GuardedRange(files: files)
        work = range.home + "/work"
        try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: false)
        server.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
        server.arguments = [
            "--net", "--mount", "--propagation", "private", "/bin/sh", "-c",
            "home=$2; \(before) && exec \"$@\"", "-", Repository.folder + "/bench/smb/server.sh",
            range.home + "/samba", range.files, work, global,
        ]
        let (output, errors) = (Pipe(), Pipe())
        (server.standardInput, server.standardOutput) = (input, output)
        server.standardError = errors
        try server.run()
        let line = output.line()
        if line != "ready" {
            try? input.fileHandleForWriting.close()
            let text = errors.fileHandleForReading.readDataToEndOfFile()
            Issue.record("Samba did not start: \(line) \(String(decoding: text, as: UTF8.self))")
        }
        if let smbStatus { try replace("smbstatus", by: smbStatus) }
    }

    /// Puts a script in the place of one of Samba's programs.
    func replace(_ program: String, by script: String) throws {
        let place = range.home + "/" + program
        try script.write(toFile: place, atomically: true, encoding: .utf8)
        let run = try inside(
            ["/bin/sh", "-c", "chmod 755 \(place); mount --bind \(place) /usr/bin/\(program)"])
        #expect(run.status == 0)
    }

    deinit {
        stopGuard()
        for helper in helpers where helper.isRunning { kill(helper.processIdentifier, SIGKILL) }
        let others = children
        try? input.fileHandleForWriting.close()
        for helper in helpers { helper.waitUntilExit() }
        server.waitUntilExit()
        // They end behind it, and until then write into the folder that is to be removed.
        try? wait(for: "the end of Samba", seconds: 20) {
            others.allSatisfy { ProcessTable.status($0) == nil }
        }
    }

    /// Comes before a command that is to run beside the server.
    var entry: [String] {
        ["/usr/bin/nsenter", "--target", "\(server.processIdentifier)", "--net", "--mount"]
    }

    func inside(_ words: [String]) throws -> (status: Int32, output: String) {
        try GuardedRange.runPath(entry[0], Array(entry.dropFirst()) + words)
    }

    func nft(_ words: String) throws -> String {
        try inside(["/bin/sh", "-c", "/usr/sbin/nft " + words]).output
    }

    /// The server's processes: some of its own, and one for each client.
    var children: [Int32] { ProcessTable.children(of: server.processIdentifier) }

    /// Starts the guard and waits until it guards and all canaries are planted.
    func startGuard(
        mode: String = "kill", clients: String = "", canaries: String = "true",
        evidence: String = "", launcher: [String] = [], extra: String = "",
        policy given: String? = nil
    ) throws {
        let written = """
            version: 1
            name: ward
            watch: ["\(range.files)"]
            mode: \(mode)
            canaries: {enabled: \(canaries), replant: false}
            clients: {\(clients)}
            evidence: {\(evidence)}
            state-directory: \(range.home)/state
            run-directory: \(range.home)/run
            \(extra)
            """
        let policy = given ?? written
        try policy.write(toFile: range.home + "/policy.yaml", atomically: true, encoding: .utf8)
        let words =
            entry + launcher
            + [Products.folder + "/kanariad", "--policy", range.home + "/policy.yaml"]
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments = Array(words.dropFirst())
        process.standardError = output
        try process.run()
        daemon = process
        var text = ""
        while !text.contains("kanariad guards") {
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { break }
            text += String(decoding: data, as: UTF8.self)
        }
        #expect(text.contains("kanariad guards"), "\(text)")
        if canaries == "true" { #expect(try range.ask(["canaries", "plant"]).status == 0) }
    }

    /// Looks until it is so; the time is only a limit for what will never be.
    func wait(
        for what: String, seconds: UInt64 = 60, location: SourceLocation = #_sourceLocation,
        _ isSo: () throws -> Bool
    ) throws {
        let end = Clock.monotonicNanoseconds + seconds * 1_000_000_000
        while try !isSo() {
            try #require(
                Clock.monotonicNanoseconds < end, "not within \(seconds) s: \(what)",
                sourceLocation: location)
            Clock.sleep(nanoseconds: 5_000_000)
        }
    }

    func stopGuard() {
        guard let daemon else { return }
        kill(daemon.processIdentifier, SIGCONT)
        daemon.terminate()
        daemon.waitUntilExit()
        self.daemon = nil
    }

    /// Stops the guard's threads, or lets them go on.
    func signalGuard(_ number: Int32) {
        if let daemon { kill(daemon.processIdentifier, number) }
    }

    /// What the guard says as JSON.
    func ask(_ verb: String) throws -> Any {
        let (status, text) = try range.ask([verb, "--json"])
        try #require(status == 0, "\(verb) ended with \(status)")
        return try JSONSerialization.jsonObject(with: Data(text.utf8))
    }

    func blocks() throws -> [[String: Any]] {
        (try ask("status") as? [String: Any])?["blocks"] as? [[String: Any]] ?? []
    }

    func incidents() throws -> [[String: Any]] { try ask("incidents") as? [[String: Any]] ?? [] }

    /// Writes what an earlier guard left in its state directory.
    func leave(_ text: String, as name: String) throws {
        let state = range.home + "/state"
        try FileManager.default.createDirectory(
            atPath: state, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try text.write(toFile: state + "/" + name, atomically: true, encoding: .utf8)
    }

    /// All that the guard's journal says.
    func journal() throws -> String {
        let folder = range.home + "/state/journal"
        return try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".jsonl") }
            .map { try String(contentsOfFile: folder + "/" + $0, encoding: .utf8) }.joined()
    }

    /// Whether somebody from 127.0.0.N, or fd00::2, is let in, and may read a file of the share.
    func connects(
        _ client: String, user: String = "nurse1", reading file: String? = nil
    ) throws -> Bool {
        let words = file.map { ["--peek", $0] } ?? []
        return try tries(client, user, ["connect", "ward"] + words)
    }

    /// Whether somebody is let in and may write.
    func writes(_ client: String, user: String = "nurse1") throws -> Bool {
        try tries(client, user, ["write", "ward"])
    }

    private func tries(_ client: String, _ user: String, _ words: [String]) throws -> Bool {
        let to = client.hasPrefix("fd") ? "fd00::1" : "127.0.1." + client.suffix(1)
        let command = ["/usr/bin/python3", Self.client, "--to", to, "--from", client]
        return try inside(command + ["--user", user] + words).status == 0
    }

    /// Runs a client until it ends; what it says last.
    func client(_ words: [String]) throws -> [String: Any] {
        let command = ["/bin/sh", "-c", "exec \"$@\" 2>&1", "-", "/usr/bin/python3", Self.client]
        return try Self.object(try inside(command + words).output)
    }

    /// Until when the host is cut off from the network.
    func isolatedUntil() throws -> Any? {
        (try ask("status") as? [String: Any])?["isolatedUntil"]
    }

    /// Starts a helper beside the server that says when it is ready, and ends with the ward.
    func run(_ words: [String]) throws {
        let running = try RunningClient(entry + words)
        helpers.append(running.process)
        try running.waitUntilReady()
    }

    /// A client that goes on beside others.
    func start(_ words: [String]) throws -> RunningClient {
        let running = try RunningClient(entry + ["/usr/bin/python3", Self.client] + words)
        helpers.append(running.process)
        return running
    }

    /// What a client said in its last line.
    static func object(_ text: String) throws -> [String: Any] {
        let line = text.split(separator: "\n").last ?? ""
        try #require(line.hasPrefix("{"), "a client said: \(text)")
        return try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
    }
}

/// A client of which the test knows when it is connected and what it did in the end.
final class RunningClient {
    let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    init(_ words: [String]) throws {
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments = Array(words.dropFirst())
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
    }

    /// Waits until it says that it is connected.
    func waitUntilReady() throws {
        try #require(output.line() == "ready")
    }

    /// Lets it go on, or end.
    func go() throws { try input.fileHandleForWriting.write(contentsOf: Data("\n".utf8)) }

    /// What it did, once it has ended.
    func result() throws -> [String: Any] {
        try? input.fileHandleForWriting.close()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try Ward.object(String(decoding: data, as: UTF8.self))
    }

    /// Ends it by the end of its input.
    func end() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}

extension Pipe {
    /// One line, and nothing that comes behind it; less at the end.
    func line() -> String {
        var bytes: [UInt8] = []
        while let byte = try? fileHandleForReading.read(upToCount: 1)?.first, byte != 10 {
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
