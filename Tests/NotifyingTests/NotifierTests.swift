import Alerts
import Foundation
import Linux
import Testing

private let hasPython = FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")

@Suite("The notifier", .timeLimit(.minutes(2)), .enabled(if: hasPython, "needs python3"))
struct NotifierTests {
    @Test("sends what waits and what comes, signed, and removes it")
    func sends() throws {
        let site = try Site()
        let receiver = try Receiver(home: site.home)
        try site.settings(webhook: receiver.url, mail: true)
        let first = try site.leave()
        try site.start()
        site.waitUntilEmpty()
        let second = try site.leave(isIncident: false)
        site.waitUntilEmpty()
        #expect(site.end() == 0)
        #expect(receiver.seen.map(\.id) == [first.id, second.id])
        #expect(receiver.seen.allSatisfy { $0.isAuthentic && $0.action == "attack-found" })
        #expect(site.mails.count == 2)
        let called = try String(contentsOfFile: site.spool + "/called", encoding: .utf8)
        #expect(called == "-t -i\n-t -i\n")
    }

    @Test(
        "tries again until it is taken",
        arguments: ["[500, 200]", "[302, 200]", "[404, 200]", "[\"drop\", 200]", "[\"slow\"]"])
    func retries(answers: String) throws {
        let site = try Site()
        let receiver = try Receiver(home: site.home, answers: answers)
        try site.settings(webhook: receiver.url)
        let name = try site.leave()
        try site.start()
        site.waitUntilEmpty()
        site.end()
        let last = try #require(receiver.seen.last)
        #expect(last.id == name.id && last.isAuthentic && last.status < 300)
    }

    @Test("keeps its tries across restarts, and does by every way what each of them takes")
    func kept() throws {
        let site = try Site()
        let receiver = try Receiver(home: site.home, answers: "[500]")
        try site.settings(webhook: receiver.url, mail: true)
        let name = try site.leave()
        try site.start()
        #expect(site.waitForMessage("the receiver answered 500; again in"))
        let state = site.spool + "/" + name.id + ".state"
        func read() -> String { (try? String(contentsOfFile: state, encoding: .utf8)) ?? "" }
        site.wait { read().contains("mail 0 done") && read().contains("webhook 1 ") }
        site.end(SIGKILL)
        #expect(read().contains("mail 0 done"))
        try site.start()
        site.wait { read().contains("webhook 2 ") }
        site.end()
        // The mail went out once.
        #expect(site.mails.count == 1)
        #expect(Set(receiver.seen.map(\.id)) == [name.id])
    }

    @Test("sends again what it was killed over, under the same id")
    func killed() throws {
        let site = try Site()
        // It has the alert when the notifier dies, which does not know so.
        let receiver = try Receiver(home: site.home, answers: "[\"late\", 204]")
        try site.settings(webhook: receiver.url)
        let name = try site.leave()
        try site.start()
        site.wait { receiver.seen.count == 1 }
        site.end(SIGKILL)
        try site.start()
        site.waitUntilEmpty()
        site.end()
        #expect(receiver.seen.map(\.id) == [name.id, name.id])
    }

    @Test("gives up in time, and keeps what nobody took")
    func givesUp() throws {
        let site = try Site()
        let receiver = try Receiver(home: site.home, answers: "[500]")
        try site.settings(webhook: receiver.url, extra: "give-up-after: 60s")
        let old = try site.leave(time: Clock.wallNanoseconds - 61_000_000_000)
        try site.start()
        #expect(site.waitForMessage("is given up"))
        site.wait { site.names == ["failed"] }
        site.end()
        let failed = try FileManager.default.contentsOfDirectory(atPath: site.spool + "/failed")
        #expect(failed == [old.file.description])
        #expect(receiver.seen.map(\.id) == [old.id])
    }

    @Test("is not held up by a receiver that hangs: mails go out")
    func hangs() throws {
        let site = try Site()
        let receiver = try Receiver(home: site.home, answers: "[\"hang\"]")
        try site.settings(webhook: receiver.url, mail: true)
        try site.leave()
        try site.start()
        #expect(site.waitForMessage("(curl 28)"))
        site.wait { site.mails.count == 1 }
        site.end()
        #expect(site.names.count == 2)
    }

    @Test("believes no certificate but those it is told to trust")
    func certificates() throws {
        let site = try Site()
        let (own, other) = (try certificate(site, "own"), try certificate(site, "other"))
        let receiver = try Receiver(home: site.home, certificate: own)
        try site.settings(webhook: receiver.url, certificate: other)
        let refused = try site.run("--test")
        #expect(refused.code == 1 && refused.text.contains("curl 60"), "\(refused.text)")
        try site.settings(webhook: receiver.url)
        #expect(try site.run("--test").code == 1)
        #expect(receiver.seen == [])
        try site.settings(webhook: receiver.url, certificate: own)
        #expect(try site.run("--test").code == 0)
        #expect(receiver.seen.map(\.isAuthentic) == [true])
    }

    private func certificate(_ site: Site, _ name: String) throws -> String {
        let file = site.home + "/\(name).pem"
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
            "-keyout", file, "-out", file + ".crt", "-days", "2",
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let both =
            try String(contentsOfFile: file, encoding: .utf8)
            + String(contentsOfFile: file + ".crt", encoding: .utf8)
        try both.write(toFile: file, atomically: true, encoding: .utf8)
        unsafe chmod(file, 0o644)
        return file
    }

    @Test("says what became of a test message, and what would be sent")
    func test() throws {
        let site = try Site()
        let receiver = try Receiver(home: site.home, answers: "[401]")
        try site.settings(webhook: receiver.url, mail: true, language: "ja")
        let shown = try site.run("--test", "--dry-run")
        #expect(shown.code == 0 && shown.text.contains("webhook-signature: v1,"), "\(shown.text)")
        #expect(shown.text.contains("通知のテスト") && !shown.text.contains(Receiver.secret))
        #expect(receiver.seen == [] && site.mails == [])
        let sent = try site.run("--test", "--lang", "en")
        #expect(sent.code == 1)
        #expect(sent.text.contains("webhook: the receiver answered 401"))
        #expect(sent.text.contains("mail: sent") && site.mails.count == 1)
        try site.leave(",\"file.path\":\"/srv/患者.txt\"")
        #expect(try site.run("--dry-run").text.contains("/srv/患者.txt"))
    }

    struct Fault: CustomTestStringConvertible, Sendable {
        var name: String
        var command: String
        var code: Int32
        var says: String
        var testDescription: String { name }
    }

    @Test(
        "says what is wrong with its settings",
        arguments: [
            Fault(name: "no settings", command: "rm notifier.yaml", code: 66, says: "cannot read"),
            Fault(
                name: "unknown key", command: "echo 'colour: red' >> notifier.yaml", code: 78,
                says: ":12:1: colour: unknown key"),
            Fault(
                name: "secret for all", command: "chmod 0644 secret", code: 78,
                says: "its owner alone may read"),
            Fault(
                name: "no secret", command: "echo hello > secret", code: 78,
                says: "holds no secret"),
            Fault(name: "no folder", command: "rmdir spool", code: 66, says: "cannot be used"),
        ])
    func faults(fault: Fault) throws {
        let site = try Site()
        try site.settings(webhook: "https://example.org/", mail: true)
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.currentDirectoryURL = URL(filePath: site.home)
        process.arguments = ["-ec", fault.command]
        try process.run()
        process.waitUntilExit()
        let ended = try site.run("--dry-run", "--lang", "en")
        #expect(ended.code == fault.code && ended.text.contains(fault.says), "\(ended.text)")
    }

    @Test("refuses to be root", .enabled(if: getuid() == 0, "needs root"))
    func root() throws {
        let site = try Site()
        let process = Process()
        process.executableURL = URL(filePath: site.home + "/notifier")
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 77)
    }
}
