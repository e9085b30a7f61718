import Foundation
import Messages
import Policies
import Testing

private let head = "version: 1\nname: n\nwatch: [/srv]\nmode: kill\n"

@Test("what a policy does not say has a default")
func defaults() throws {
    let policy = try GuardPolicy.parse(head)
    #expect(policy.name == "n" && policy.watch == ["/srv"] && policy.mode == .kill)
    #expect(policy.freezeLease == .seconds(1_800) && policy.whenLeaseEnds == .release)
    #expect(policy.sensor == .auto && policy.allow.isEmpty && policy.ignore.isEmpty)
    #expect(policy.canaries.isEnabled && policy.canaries.replants && !policy.canaries.isHidden)
    #expect(policy.canaries.perFolder == 2 && policy.canaries.maximum == 2_000)
    #expect(policy.canaries.maximumFolders == 1_000)
    #expect(policy.scoring.rewritesPerDay == 10_000 && policy.scoring.suspicious == 4)
    #expect(policy.pace.calm == .milliseconds(5) && policy.pace.sampleEvery == .seconds(2))
    #expect(policy.pace.sampleFor == .milliseconds(20))
    #expect(policy.stateDirectory == "/var/lib/kanaria" && policy.runDirectory == "/run/kanaria")
    #expect(policy.cpuBudgetPercent == 50 && policy.isRealtime)
    #expect(policy.clients.action == .cutOff && policy.clients.cutOffFor == .seconds(1_800))
    #expect(policy.clients.neverCutOff.isEmpty && policy.clients.sambaDenyFile == nil)
    #expect(policy.journal.retention == .seconds(400 * 86_400))
    #expect(policy.journal.budgetByteCount == 2 << 30 && policy.journal.prometheus == nil)
    #expect(policy.journal.tellsJournald && !policy.journal.tellsSyslog)
}

@Test(
    "sizes have units",
    arguments: [
        ("64MiB", UInt64(64 << 20)), ("3GiB", 3 << 30), ("1TiB", 1 << 40), ("65536KiB", 64 << 20),
    ])
func sizes(text: String, byteCount: UInt64) throws {
    let policy = try GuardPolicy.parse(head + "journal: {budget: \(text)}")
    #expect(policy.journal.budgetByteCount == byteCount)
}

@Test("where the journal tells of lines")
func journalSinks() throws {
    let policy = try GuardPolicy.parse(
        head + "journal: {retention: 500d, journald: false, syslog: true, prometheus: /m/k.prom}")
    #expect(policy.journal.retention == .seconds(500 * 86_400))
    #expect(!policy.journal.tellsJournald && policy.journal.tellsSyslog)
    #expect(policy.journal.prometheus == "/m/k.prom")
}

@Test(
    "durations have units",
    arguments: [
        ("1s", Duration.seconds(1)), ("90m", .seconds(5_400)), ("2h", .seconds(7_200)),
        ("7d", .seconds(604_800)), ("1500ms", .milliseconds(1_500)),
        ("1000000us", .seconds(1)), ("1000000001ns", .nanoseconds(1_000_000_001)),
    ])
func durations(text: String, duration: Duration) throws {
    #expect(try GuardPolicy.parse(head + "freeze-lease: \(text)").freezeLease == duration)
}

@Test("an allowance is read in full")
func allowances() throws {
    let hex = String(repeating: "0f", count: 64)
    let policy = try GuardPolicy.parse(
        head + """
            allow:
              - {executable: /bin/a, user: 1000, folder: /srv, reason: r, blake2b: \(hex)}
              - {executable: /bin/b, user: bob, folder: /srv/x, reason: 理由}
              - {executable: /bin/c, sha256: \(String(repeating: "9", count: 64)), reason: r}
            """)
    #expect(policy.allow.map(\.executable) == ["/bin/a", "/bin/b", "/bin/c"])
    #expect(policy.allow.map(\.user) == [.id(1_000), .name("bob"), nil])
    #expect(policy.allow.map(\.folder) == ["/srv", "/srv/x", nil])
    #expect(policy.allow[0].digest == .blake2b([UInt8](repeating: 0x0f, count: 64)))
    #expect(policy.allow[1].digest == nil && policy.allow[1].reason == "理由")
    #expect(policy.allow[2].digest == .sha256([UInt8](repeating: 0x99, count: 32)))
}

@Test(
    "patterns ignore what they say and no more",
    arguments: [
        ("tmp", ["/srv/tmp", "/srv/a/tmp/b"], ["/srv/tmpx", "/srv/a.tmp"]),
        ("*.lock", ["/srv/a.lock", "/srv/.lock", "/srv/x.lock/y"], ["/srv/a.lock2", "/srv/lock"]),
        ("?a*b", ["/srv/xab", "/srv/xacbb"], ["/srv/ab", "/srv/xabc"]),
        ("/srv/a", ["/srv/a", "/srv/a/b"], ["/srv/ab", "/srv", "/other/srv/a"]),
        ("/srv/*/tmp", ["/srv/a/tmp", "/srv/a/tmp/b"], ["/srv/tmp", "/srv/a/b/tmp"]),
        ("/srv/**/tmp", ["/srv/tmp", "/srv/a/b/tmp/c"], ["/srv/a/tmpx"]),
        ("/srv/a/**", ["/srv/a/b"], ["/srv/a", "/srv/b"]),
    ])
func patterns(pattern: String, ignored: [String], kept: [String]) throws {
    let policy = try GuardPolicy.parse(head + "ignore: ['\(pattern)']")
    for path in ignored { #expect(policy.ignores(Array(path.utf8)), "\(path)") }
    for path in kept { #expect(!policy.ignores(Array(path.utf8)), "\(path)") }
    #expect(!policy.ignores([0x2f, 0xff]))
}

private let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("policies")

@Test(
    "every policy that comes along is valid and named as its file",
    arguments: [
        "observe-only", "workstation", "samba-fileserver", "hospital-fileserver", "demo",
    ])
func shipped(name: String) throws {
    let data = try Data(contentsOf: folder.appendingPathComponent("\(name).yaml"))
    #expect(try GuardPolicy.parse(bytes: [UInt8](data)).name == name)
}

@Test("no policy that comes along is left out of the tests")
func allShipped() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names.filter { $0.hasSuffix(".yaml") }.count == 5)
}

@Test("a policy cut off anywhere is refused or read, and never traps")
func truncations() throws {
    let data = try Data(contentsOf: folder.appendingPathComponent("samba-fileserver.yaml"))
    let bytes = [UInt8](data)
    for count in stride(from: 0, to: bytes.count, by: 7) {
        do throws(PolicyError) {
            _ = try GuardPolicy.parse(bytes: Array(bytes[..<count]))
        } catch {
            #expect(!error.problem.en.isEmpty)
        }
    }
}

@Test("what is kept of stopped processes")
func evidence() throws {
    let usual = try GuardPolicy.parse(head).evidence
    #expect(usual.isEnabled && usual.memoryByteCount == 1 << 30)
    #expect(usual.time == .seconds(2) && usual.clientTime == .milliseconds(50))
    #expect(usual.budgetByteCount == 8 << 30 && usual.floorByteCount == 2 << 30)
    let other = try GuardPolicy.parse(
        head + """
            evidence:
              enabled: false
              memory: 0MiB
              time: 60s
              client-time: 0s
              budget: 1MiB
              disk-floor: 3GiB
            """
    ).evidence
    #expect(!other.isEnabled && other.memoryByteCount == 0 && other.clientTime == .zero)
    #expect(other.time == .seconds(60) && other.budgetByteCount == 1 << 20)
    #expect(other.floorByteCount == 3 << 30)
}
