import Foundation
import Linux
import Testing

/// A service that works for everybody, through which somebody attacks.
@Suite(
    "A service whose writes are refused", .serialized, .timeLimit(.minutes(2)),
    .enabled(
        if: Products.canGuard && WebServer.isInstalled,
        "needs root, fanotify permission events and nginx with WebDAV"))
struct RefusalTests {
    private let range: GuardedRange
    private let web: WebServer
    private let files: [String]

    init() throws {
        let made = try GuardedRange(files: 60)
        range = made
        web = try WebServer(home: made.home, serving: made.files)
        files = made.regularFiles().sorted().filter {
            $0.dropFirst(made.files.count + 1).contains("/")
                && (try? FileStatus.of(BytePath($0)).byteCount) ?? 0 >= 4096
        }
        try #require(files.count > 30)
    }

    private func start(_ shared: String, extra: String = "") throws -> RunningGuard {
        try RunningGuard(
            home: range.home,
            policy: RunningGuard.policy(
                home: range.home, watch: [range.files], canaries: true,
                extra: "clients: {shared: \(shared), cut-off-for: 1h}\n" + extra))
    }

    /// Puts each over a connection of its own; true if not one was taken.
    private func areRefused(_ files: [String]) throws -> Bool {
        try web.put(files).allSatisfy { $0 != 204 }
    }

    private func incident() throws -> [String: Any] {
        let all = try range.incidents()
        #expect(all.count == 1, "\(all)")
        return try #require(all.first)
    }

    /// Has the service write over a canary, which is refused; returns the incident.
    private func attack(_ running: RunningGuard) throws -> String {
        #expect(try running.ask(["canaries", "plant"]).status == 0)
        let text = try running.ask(["canaries", "list", "--json"]).output
        let list = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]]
        let places = (list ?? []).compactMap { ($0["path"] as? [String: Any])?["path"] as? String }
        // One that belongs to its folder's owner, who is the server's user.
        let canary = try #require(
            places.first { $0.dropFirst(range.files.count + 1).contains("/") })
        #expect(try web.put([files[0]]) == [204])
        #expect(try web.copy(files[1], over: canary) == 500)
        try range.waitForIncident { ($0["reason"] as? String ?? "").hasPrefix("canary-") }
        return try #require(try incident()["id"] as? String)
    }

    @Test("its writes are refused until it is released; it lives, and others go on")
    func refused() throws {
        let workers = web.workers
        let running = try start("refuse-writes")
        let id = try attack(running)
        let found = try incident()
        #expect(found["state"] as? String == "writes-refused")
        #expect(found["action"] as? String == "refuse-writes" && found["leaseEndsAt"] != nil)
        #expect(FileServerTests.codes(found).contains("file-server"))
        // Whichever worker takes them.
        let rest = Array(files.suffix(20))
        #expect(try areRefused(rest))
        #expect(try range.lost() == 1)
        let reads = rest.map { ["GET", String($0.dropFirst(range.files.count))] }
        #expect(try web.request(reads) == rest.map { _ in 200 })
        #expect(web.workers == workers)
        // Another program of the same user.
        let written = try GuardedRange.runPath(
            "/usr/bin/setpriv",
            ["--reuid=www-data", "--clear-groups", "/usr/bin/truncate", "-s", "+1", rest[0]])
        #expect(written.status == 0)
        let refusals = try running.status()["refusals"] as? [[String: Any]]
        #expect(refusals?.count == 1 && refusals?.first?["incident"] as? String == id)
        #expect(refusals?.first?["pid"] as? Int == Int(web.main))
        #expect(refusals?.first?["count"] as? Int ?? 0 >= 20)
        #expect(try running.ask(["status"]).output.contains("writes refused: /usr/sbin/nginx"))
        let release = try running.ask(["release", id])
        #expect(release.status == 0 && release.output.contains("nginx"), "\(release)")
        #expect(try web.put([files[0]]) == [204])
        #expect((try running.status()["refusals"] as? [Any])?.isEmpty == true)
        running.end()
        #expect(try incident()["state"] as? String == "released")
        let journal = try String(
            contentsOfFile: range.home + "/state/journal/journal-00000001.jsonl", encoding: .utf8)
        #expect(journal.contains("\"writes-refused\""))
    }

    @Test("is let go by the end of the guard, however it ends", arguments: [SIGTERM, SIGKILL])
    func end(signal: Int32) throws {
        let running = try start("refuse-writes")
        _ = try attack(running)
        running.signal(signal)
        running.process.waitUntilExit()
        #expect(try web.put(Array(files.suffix(3))) == [204, 204, 204])
        if signal == SIGTERM { #expect(try incident()["state"] as? String == "released") }
    }

    @Test("is refused on when the policy is read again, unless that takes the gate away")
    func reload() throws {
        let running = try start("refuse-writes")
        _ = try attack(running)
        #expect(try running.ask(["reload"]).status == 0)
        #expect(try areRefused(Array(files.suffix(3))))
        try running.write(
            RunningGuard.policy(
                home: range.home, watch: [range.files], canaries: true, extra: "gate: false"))
        #expect(try running.ask(["reload"]).status == 0)
        #expect(try web.put(Array(files.suffix(3))) == [204, 204, 204])
        try range.waitForIncident { $0["state"] as? String == "released" }
        running.end()
    }

    @Test(
        "is only reported where the policy says no more, or there is no gate",
        arguments: [("report", "", "file-server"), ("refuse-writes", "gate: false", "no-refusal")])
    func reported(shared: String, extra: String, code: String) throws {
        let running = try start(shared, extra: extra)
        _ = try attack(running)
        let found = try incident()
        #expect(found["state"] as? String == "observed")
        #expect(FileServerTests.codes(found).contains(code), "\(found)")
        #expect(try web.put(Array(files.suffix(3))) == [204, 204, 204])
        running.end()
    }
}
