import Foundation
import Linux
import Testing

/// What each shipped policy does to an attack and to a day's work.
@Suite(
    "Shipped policies", .serialized, .timeLimit(.minutes(2)),
    .enabled(if: Products.canGuard, "needs root and fanotify permission events"))
struct PolicyScenarioTests {
    struct Shipped: CustomTestStringConvertible, Sendable {
        var name: String
        /// The folder of the policy that the test's stands for; others are made beside it.
        var watched: String
        var beside: [String] = []
        /// What becomes of an attack.
        var state: String
        /// How many of the 300 files an attack may cost; all where nobody is stopped.
        var limit: Int
        var testDescription: String { name }
    }

    // Limits that hold while other tests take both processors, as in `AttackStoppedTests`.
    static let policies = [
        Shipped(name: "demo", watched: "/tmp/kanaria-demo/files", state: "frozen", limit: 100),
        Shipped(
            name: "hospital-fileserver", watched: "/srv/wards",
            beside: ["/srv/imaging", "/srv/laboratory"], state: "frozen", limit: 100),
        Shipped(name: "observe-only", watched: "/srv", state: "observed", limit: 300),
        Shipped(name: "samba-fileserver", watched: "/srv/samba", state: "killed", limit: 100),
        Shipped(name: "workstation", watched: "/home", state: "frozen", limit: 100),
    ]

    /// The shipped text, about folders of the test.
    static func text(_ policy: Shipped, _ range: GuardedRange) throws -> String {
        let file = Ward.Repository.folder + "/policies/\(policy.name).yaml"
        var lines = try String(contentsOfFile: file, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false
        ).map(String.init)
        lines.removeAll { $0.hasPrefix("state-directory:") || $0.hasPrefix("run-directory:") }
        lines += ["state-directory: \(range.home)/state", "run-directory: \(range.home)/run"]
        var text = lines.joined(separator: "\n")
        for folder in policy.beside {
            let other = range.home + folder
            try FileManager.default.createDirectory(
                atPath: other + "/studies", withIntermediateDirectories: true)
            text = text.replacing(folder, with: other)
        }
        return text.replacing(policy.watched, with: range.files)
    }

    private func start(_ policy: Shipped, _ range: GuardedRange) throws -> RunningGuard {
        let running = try RunningGuard(
            home: range.home, policy: try Self.text(policy, range))
        #expect(try running.status()["policyName"] as? String == policy.name)
        let plants = policy.name != "observe-only"
        #expect(try (running.ask(["canaries", "plant"]).status == 0) == plants)
        return running
    }

    @Test("an attack", arguments: policies)
    func attack(_ policy: Shipped) throws {
        let range = try GuardedRange()
        let running = try start(policy, range)
        let command = range.attackCommand(["--workers", "tree:4", "--order", "name"])
        let attacker = Process()
        attacker.executableURL = URL(fileURLWithPath: command[0])
        attacker.arguments = Array(command.dropFirst())
        attacker.standardOutput = FileHandle.nullDevice
        try attacker.run()
        try range.waitForIncident { $0["state"] as? String == policy.state }
        if policy.state == "observed" { attacker.waitUntilExit() }
        let lost = try range.lost()
        #expect(policy.limit == 300 ? lost == 300 : lost <= policy.limit, "\(lost) lost")
        if policy.state == "frozen" {
            let id = try #require(
                try range.incidents().first { $0["state"] as? String == "frozen" }?["id"])
            #expect(try running.ask(["kill", "\(id)"]).status == 0)
        }
        attacker.waitUntilExit()
        running.end()
    }

    /// Copies, an archive, packing, an edit in place, a new version under the old name, a clean-up.
    private static let work = """
        cp -r "$F" "$F/copy" && tar -C "$F" -czf "$F/copy.tar.gz" copy
        find "$F/copy" -type f | head -20 | xargs gzip
        xargs -d '\\n' sed -i s/a/b/ < "$F/../list"
        for f in $(find "$F/copy" -name '*.gz' | head -5); do
            zcat "$f" | xz -0 > "$f.new" && mv "$f.new" "$f"; done
        rm -r "$F/copy"
        """

    @Test("a day's work", arguments: policies)
    func work(_ policy: Shipped) throws {
        let range = try GuardedRange(files: 60)
        // Before there are canaries: whoever edits all files, those as well, is stopped for it.
        let list = "find '\(range.files)' -name '*.txt' -o -name '*.csv' | head -20"
        #expect(try GuardedRange.sh(list + " > '\(range.home)/list'") == 0)
        let running = try start(policy, range)
        #expect(try GuardedRange.sh("F='\(range.files)'\n" + Self.work) == 0)
        #expect(try running.degraded() == [])
        // At its end it judges what is left.
        running.end()
        #expect(try range.incidents().isEmpty)
    }
}

/// What the policies for file servers do about a client.
@Suite(
    "Shipped policies on a file server", .serialized, .timeLimit(.minutes(2)),
    .enabled(
        if: Ward.isPossible,
        "needs root, namespaces, fanotify permission events, samba, nft and impacket"))
struct FileServerPolicyTests {
    static let policies = PolicyScenarioTests.policies.filter { $0.name.hasSuffix("fileserver") }

    @Test("an attack beside somebody's work", arguments: policies)
    func attack(_ policy: PolicyScenarioTests.Shipped) throws {
        let ward = try Ward()
        try ward.startGuard(policy: try PolicyScenarioTests.text(policy, ward.range))
        let other = try ward.start(["--to", "127.0.1.3", "--user", "nurse2", "work", "work"])
        try other.waitUntilReady()
        let result = try ward.client(["attack", "ward", "--speed", "60", "--again", "0.5"])
        #expect(result["again"] as? Int == 0 && result["error_at"] is Double, "\(result)")
        #expect(result["done"] as? Int ?? 60 < 60)
        try other.go()
        let worked = try other.result()
        #expect(worked["errors"] as? Int == 0 && worked["operations"] as? Int ?? 0 > 0, "\(worked)")
        #expect(try ward.incidents().map { $0["state"] as? String } == ["cut-off"])
        #expect(try ward.blocks().map { $0["address"] as? String } == ["127.0.0.2"])
    }
}
