import Foundation
import Linux
import Testing

/// Programs that the package built, found beside the test bundle.
enum Products {
    static let folder: String = {
        let root = #filePath.components(separatedBy: "/Tests/")[0]
        return root + "/.build/debug"
    }()

    static var canGuard: Bool {
        ProcessHandle.effectiveUser == 0 && (try? Fanotify(.permission)) != nil
    }
}

/// A folder of the simulator's own with a guard on it; both go at the end.
final class GuardedRange {
    let home: String
    let files: String
    /// What comes before a command to give it another user.
    let launcher: [String]
    /// Where that user finds the programs.
    let programs: String
    private var daemon: Foundation.Process?

    init(files count: Int = 300, launcher: [String] = []) throws {
        self.launcher = launcher
        home = "/var/tmp/kanaria-test-\(UUID().uuidString)"
        files = home + "/files"
        programs = launcher.isEmpty ? Products.folder : home + "/programs"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        if !launcher.isEmpty { try Self.copyPrograms(to: programs, in: home) }
        let made = try simulate(["make", files, "--files", "\(count)"])
        #expect(made.status == 0)
    }

    deinit {
        signalGuard(SIGCONT)
        daemon?.terminate()
        daemon?.waitUntilExit()
        _ = try? simulate(["remove", files])
        try? FileManager.default.removeItem(atPath: home)
    }

    /// Starts the guard and waits for its line that says it is ready, which it gives, and until
    /// all canaries are guarded.
    @discardableResult
    func startGuard(
        mode: String, canaries: Bool, canaryKeys: String = "", extra: String = ""
    ) throws -> String {
        let policy = """
            version: 1
            name: test
            watch: ["\(files)"]
            mode: \(mode)
            canaries: {enabled: \(canaries)\(canaryKeys)}
            state-directory: \(home)/state
            run-directory: \(home)/run
            \(extra)
            """
        try policy.write(toFile: home + "/policy.yaml", atomically: true, encoding: .utf8)
        let process = Foundation.Process()
        process.executableURL = URL(fileURLWithPath: Products.folder + "/kanariad")
        process.arguments = ["--policy", home + "/policy.yaml"]
        let output = Pipe()
        process.standardError = output
        try process.run()
        daemon = process
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        #expect(line.contains("kanariad"), "\(line)")
        if canaries { #expect(try ask(["canaries", "plant"]).status == 0) }
        return line
    }

    /// Asks the guard with `kanaria`.
    func ask(_ arguments: [String]) throws -> (status: Int32, output: String) {
        try Self.run("kanaria", arguments + ["--run-directory", home + "/run", "--lang", "en"])
    }

    /// Stops the guard for a while, or lets it go on.
    func signalGuard(_ signal: Int32) {
        if let daemon { kill(daemon.processIdentifier, signal) }
    }

    /// Waits until the guard has written an incident of which `isWanted` holds.
    func waitForIncident(where isWanted: ([String: Any]) -> Bool) throws {
        let folder = BytePath(home + "/state/incidents")
        let changes = try Inotify()
        _ = try changes.watch(folder, [.movedTo, .create])
        let waiting = try Epoll()
        try waiting.add(changes.descriptor, token: 1)
        var buffer = [UInt8](repeating: 0, count: 4096)
        while try !incidents().contains(where: isWanted) {
            _ = try waiting.wait(milliseconds: 1000)
            var span = buffer.mutableSpan
            _ = try? changes.descriptor.read(into: &span)
        }
    }

    /// Ends the guard, so that everything it had to write is written.
    func stopGuard() {
        daemon?.terminate()
        daemon?.waitUntilExit()
        daemon = nil
    }

    /// Runs the simulator in a session of its own, away from the guard's ancestors.
    func attack(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let words = attackCommand(arguments)
        return try Self.runPath(words[0], Array(words.dropFirst()))
    }

    func attackCommand(_ arguments: [String]) -> [String] {
        launcher + ["/usr/bin/setsid", "--wait", programs + "/kanaria-attack", "run", files]
            + ["--deadline", "20"] + arguments
    }

    private func simulate(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let words = launcher + [programs + "/kanaria-attack"] + arguments
        return try Self.runPath(words[0], Array(words.dropFirst()))
    }

    /// Gives the folder to nobody in particular, with programs that anybody can read.
    private static func copyPrograms(to folder: String, in home: String) throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        // By another process: what we had open for writing, a child that is just being started
        // would have open as well, and then nobody can run it.
        let programs = ["kanariad", "kanaria", "kanaria-attack", "kanaria-inspector"]
            .map { Products.folder + "/" + $0 }
        #expect(try runPath("/bin/cp", programs + [folder]).status == 0)
        #expect(try runPath("/bin/chown", ["65534", home]).status == 0)
    }

    /// How many of the original files are no longer what they were.
    func lost() throws -> Int {
        let text = try simulate(["verify", files]).output
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        let changed = object?["changed"] as? Int ?? -1000
        return changed + (object?["missing"] as? Int ?? -1000)
    }

    /// The incidents that the guard wrote.
    func incidents() throws -> [[String: Any]] {
        let folder = home + "/state/incidents"
        return try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { name in
            // A record that is being written has a temporary name.
            guard name.hasSuffix(".json") else { return nil }
            let data = FileManager.default.contents(atPath: folder + "/" + name) ?? Data()
            return try JSONSerialization.jsonObject(with: data) as? [String: Any]
        }
    }

    /// Mounts a frozen file system: whoever makes something on it waits until it thaws.
    func mountFrozen(at place: String) throws -> Bool {
        try Self.sh(
            """
            mkdir -p \(place) && truncate -s 32M \(home)/image &&
            mkfs.ext4 -qF \(home)/image && mount -o loop \(home)/image \(place) &&
            fsfreeze --freeze \(place)
            """) == 0
    }

    /// Runs a shell line in a session of its own, and gives its exit code.
    static func sh(_ line: String) throws -> Int32 {
        try runPath("/usr/bin/setsid", ["--wait", "/bin/sh", "-c", line]).status
    }

    static func run(_ program: String, _ arguments: [String]) throws -> (
        status: Int32, output: String
    ) {
        try runPath(Products.folder + "/" + program, arguments)
    }

    static func runPath(_ path: String, _ arguments: [String]) throws -> (
        status: Int32, output: String
    ) {
        let process = Foundation.Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        // A file: a pipe that nobody empties would hold the program up.
        let said = NSTemporaryDirectory() + "said-\(UUID().uuidString)"
        _ = FileManager.default.createFile(atPath: said, contents: nil)
        defer { try? FileManager.default.removeItem(atPath: said) }
        process.standardError = FileHandle(forWritingAtPath: said)
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        if data.isEmpty, process.terminationStatus != 0 {
            // Whoever expects output can't tell why there is none.
            let words = (try? String(contentsOfFile: said, encoding: .utf8)) ?? ""
            print("\(path) \(arguments) ended with \(process.terminationStatus): \(words)")
        }
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}
