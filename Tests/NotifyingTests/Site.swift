import Alerts
import Foundation
import Linux
import Testing

/// A spool folder with settings, a program that takes mails, and the notifier under test.
final class Site {
    let home = NSTemporaryDirectory() + "notified-\(UUID().uuidString)"
    var spool: String { home + "/spool" }
    private var running: Process?
    private var messages = Pipe()

    private static let program: String = {
        let root = #filePath.components(separatedBy: "/Tests/")[0]
        return root + "/.build/debug/kanaria-notifier"
    }()
    /// The notifier does not run as root, and a user may not reach the built program.
    static let user: [String] =
        getuid() == 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []

    init() throws {
        for folder in [home, spool] {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        }
        try Receiver.secret.write(toFile: home + "/secret", atomically: true, encoding: .utf8)
        // By another process: what we had open for writing, a child that is just being started
        // would have open as well, and then nobody can run it.
        let copy = try Process.run(
            URL(filePath: "/bin/cp"), arguments: [Self.program, home + "/notifier"])
        copy.waitUntilExit()
        try write(
            "sendmail",
            "#!/bin/sh\nprintf '%s\\n' \"$*\" >> \(home)/spool/called\n"
                + "cat > \(home)/spool/mail-$$\n. \(home)/ending\n")
        try write("ending", "exit 0\n")
        unsafe chmod(home + "/sendmail", 0o755)
        unsafe chmod(home + "/secret", 0o600)
        if getuid() == 0 {
            for name in ["spool", "secret", "."] { unsafe chown(home + "/" + name, 65534, 65534) }
        }
    }

    deinit {
        end(SIGKILL)
        try? FileManager.default.removeItem(atPath: home)
    }

    func write(_ name: String, _ text: String) throws {
        try text.write(toFile: home + "/" + name, atomically: true, encoding: .utf8)
    }

    /// Settings with the ways that are named.
    func settings(
        webhook: String? = nil, mail: Bool = false, language: String = "en", extra: String = "",
        certificate: String? = nil
    ) throws {
        var lines = ["version: 1", "spool: \(spool)", "language: \(language)", extra]
        if let webhook {
            lines.append("webhook:\n  url: \(webhook)\n  secret-file: \(home)/secret")
            if let certificate { lines.append("  certificate-file: \(certificate)") }
        }
        if mail {
            lines.append("mail:\n  to: [ward@example.org, it@example.org]")
            lines.append("  from: kanaria@example.org\n  sendmail: \(home)/sendmail")
        }
        try write("notifier.yaml", lines.joined(separator: "\n") + "\n")
    }

    /// Leaves an alert as the guard does.
    @discardableResult
    func leave(
        _ fields: String = "", isIncident: Bool = true, time: Int64 = Clock.wallNanoseconds
    ) throws -> AlertName {
        let name = AlertName(isIncident: isIncident, time: time)
        let text =
            "{\"event.id\":\"\(name.id)\",\"host.name\":\"ward-1\",\"event.action\":\"attack-found\","
            + "\"kanaria.title.en\":\"an attack was found\","
            + "\"kanaria.title.ja\":\"攻撃を検出しました\"\(fields)}"
        _ = try AlertSpool(BytePath(spool)).add(name, Array(text.utf8))
        return name
    }

    private func process(_ words: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            Self.user + [home + "/notifier", "--settings", home + "/notifier.yaml"] + words
        process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
        return process
    }

    /// Runs it to the end; both streams together.
    func run(_ words: String...) throws -> (code: Int32, text: String) {
        let process = process(words)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    /// Lets it serve.
    func start() throws {
        let process = process(["--lang", "en"])
        messages = Pipe()
        process.standardError = messages
        try process.run()
        running = process
    }

    /// Reads what it says until this comes; false if it ended before.
    func waitForMessage(_ part: String) -> Bool {
        var text = ""
        while !text.contains(part) {
            let data = messages.fileHandleForReading.availableData
            if data.isEmpty { return false }
            text += String(decoding: data, as: UTF8.self)
        }
        return true
    }

    /// Ends what serves.
    @discardableResult
    func end(_ signal: Int32 = SIGTERM) -> Int32 {
        guard let running else { return 0 }
        if running.isRunning { kill(running.processIdentifier, signal) }
        running.waitUntilExit()
        self.running = nil
        return running.terminationStatus
    }

    /// Names in the spool folder, without those that begin with `mail-` and `called`.
    var names: [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: spool)) ?? []
        return all.filter { !$0.hasPrefix("mail-") && $0 != "called" && !$0.hasPrefix(".") }
    }

    /// The mails that were handed over.
    var mails: [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: spool)) ?? []
        return all.filter { $0.hasPrefix("mail-") }.compactMap {
            try? String(contentsOfFile: spool + "/" + $0, encoding: .utf8)
        }
    }

    /// Looks until the folder holds nothing to be sent.
    func waitUntilEmpty() { wait { self.names.isEmpty } }

    /// Looks until something holds; the test's time limit ends it otherwise.
    func wait(_ until: () -> Bool) {
        while !until() { Clock.sleep(nanoseconds: 10_000_000) }
    }
}
