import Foundation
import Linux
import Testing

/// `kanariad` on a policy that the test writes, its messages, and `kanaria` asked about it.
final class RunningGuard {
    let home: String
    let process = Foundation.Process()
    private let messages = Pipe()
    private var text = ""

    var policyFile: String { home + "/policy.yaml" }

    /// A policy with state and run directory in `home`.
    static func policy(
        home: String, watch: [String], mode: String = "kill", canaries: Bool = false,
        extra: String = ""
    ) -> String {
        """
        version: 1
        name: test
        watch: [\(watch.map { "\"\($0)\"" }.joined(separator: ", "))]
        mode: \(mode)
        canaries: {enabled: \(canaries)}
        state-directory: \(home)/state
        run-directory: \(home)/run
        \(extra)
        """
    }

    /// Starts it and waits until it says that it guards.
    init(
        home: String, policy: String, language: String = "en",
        environment: [String: String] = [:], launcher: [String] = [],
        programs: String = Products.folder, options: [String] = []
    ) throws {
        self.home = home
        try policy.write(toFile: home + "/policy.yaml", atomically: true, encoding: .utf8)
        let words =
            launcher + [programs + "/kanariad", "--policy", policyFile, "--lang", language]
            + options
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments = Array(words.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardError = messages
        try process.run()
        #expect(waitForMessage(language == "ja" ? "監視中" : "kanariad guards"), "\(text)")
    }

    deinit { end() }

    /// Ends it, so that everything it had to write is written.
    @discardableResult
    func end() -> Int32 {
        if process.isRunning {
            kill(process.processIdentifier, SIGCONT)
            process.terminate()
        }
        process.waitUntilExit()
        return process.terminationStatus
    }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Puts another policy in place of the file's content.
    func write(_ policy: String) throws {
        try policy.write(toFile: policyFile, atomically: true, encoding: .utf8)
    }

    /// Reads messages until one holds this text; false if it ended before.
    func waitForMessage(_ part: String) -> Bool {
        while !text.contains(part) {
            let data = messages.fileHandleForReading.availableData
            if data.isEmpty { return false }
            text += String(decoding: data, as: UTF8.self)
        }
        return true
    }

    /// Runs `kanaria` with both streams together.
    func ask(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let options = ["--run-directory", home + "/run"]
        return try GuardedRange.runPath(
            "/bin/sh",
            ["-c", "exec \"$0\" \"$@\" 2>&1", Products.folder + "/kanaria"] + arguments + options)
    }

    /// What `kanaria status --json` says.
    func status() throws -> [String: Any] {
        let text = try ask(["status", "--json"]).output
        return try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
    }

    /// The codes of what it cannot do.
    func degraded() throws -> [String] {
        let list = try status()["degraded"] as? [[String: Any]] ?? []
        return list.compactMap { $0["code"] as? String }
    }

    /// Its companion; looks until there is one other than `former`.
    func companion(otherThan former: Int32 = 0) -> Int32 {
        while true {
            let children = ProcessTable.children(of: process.processIdentifier)
            let found = children.first { pid in
                let program = ProcessTable.executable(pid)?.lastComponent
                return pid != former && program == "kanaria-deadline"
            }
            if let found { return found }
            Clock.sleep(nanoseconds: 5_000_000)
        }
    }
}

extension GuardedRange {
    /// Every file that is there now.
    func regularFiles() -> Set<String> {
        let names = FileManager.default.subpaths(atPath: files) ?? []
        return Set(names.map { files + "/" + $0 }).filter {
            (try? FileStatus.of(BytePath($0)).kind) == .regular
        }
    }
}
