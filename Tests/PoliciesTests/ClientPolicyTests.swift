import Policies
import Testing

private let head = "version: 1\nname: n\nwatch: [/srv]\nmode: kill\n"

private func policy(_ text: String) throws(PolicyError) -> ClientPolicy {
    try GuardPolicy.parse(head + text).clients
}

@Suite("The policy for clients")
struct ClientPolicyTests {
    @Test("is read in full")
    func full() throws {
        let policy = try policy(
            """
            clients:
              action: report
              cut-off-for: 2h
              never-cut-off: [192.0.2.7, 2001:db8::/32]
              shared: refuse-writes
              samba-deny-file: /etc/samba/kanaria.conf
              quarantine: spared
              samba-auth-log: /var/log/samba/auth.json
            """)
        #expect(policy.action == .report && policy.cutOffFor == .seconds(7_200))
        #expect(policy.neverCutOff.map(\.prefixLength) == [32, 32])
        #expect(policy.shared == .refuseWrites)
        #expect(policy.sambaDenyFile == "/etc/samba/kanaria.conf")
        #expect(policy.quarantine == .spared)
        #expect(policy.sambaAuthLog == "/var/log/samba/auth.json")
    }

    @Test(
        "spares whom it names and nobody else",
        arguments: [
            ("192.0.2.7", [192, 0, 2, 7], [192, 0, 2, 6]),
            ("192.0.2.0/24", [192, 0, 2, 255], [192, 0, 3, 0]),
            ("192.0.2.128/25", [192, 0, 2, 128], [192, 0, 2, 127]),
            ("0.0.0.0/0", [1, 2, 3, 4], six([:])),
            ("::1", six([15: 1]), six([15: 2])),
            ("2001:db8::/32", six([0: 0x20, 1: 1, 2: 0xd, 3: 0xb8, 9: 1]), six([0: 0x20, 1: 1])),
            ("fe80::/10", six([0: 0xfe, 1: 0xbf]), six([0: 0xfe, 1: 0xc0])),
            (
                "1:2:3:4:5:6:7:8", six([1: 1, 3: 2, 5: 3, 7: 4, 9: 5, 11: 6, 13: 7, 15: 8]),
                six([:])
            ),
            ("::/0", six([0: 9]), [0, 0, 0, 0]),
            ("2001::", six([0: 0x20, 1: 1]), six([1: 1])),
            ("1::2:3", six([1: 1, 13: 2, 15: 3]), six([1: 1])),
        ] as [(String, [UInt8], [UInt8])])
    func spares(text: String, spared: [UInt8], other: [UInt8]) throws {
        let policy = try policy("clients: {never-cut-off: [\"\(text)\"]}")
        #expect(policy.spares(spared) && !policy.spares(other))
    }

    @Test(
        "refuses what is no address",
        arguments: [
            "", "192.0.2", "192.0.2.256", "192.0.2.07", "192.0.2.1.", "192.0.2.1/33",
            "192.0.2.1/24", "192.0.2.1/", "192.0.2.0/+24", "192.0.2.0/24/8", "host", "1:2:3",
            "1::2::3", ":::", ":1::", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8", "12345::", "::g",
            "::ffff:192.0.2.1", "::ffff:c000:201", "fe80::1%eth0", "2001:db8::1/32", "-1::",
        ])
    func bad(text: String) {
        #expect(
            throws: PolicyError.badAddress(
                at: Place(line: 5, column: 27, keys: "clients.never-cut-off[0]"), text: text)
        ) { try policy("clients: {never-cut-off: [\"\(text)\"]}") }
    }

    @Test("names what is wrong with it")
    func faults() {
        let at = { Place(line: 5, column: $0, keys: $1) }
        #expect(
            throws: PolicyError.outOfRange(
                at: at(24, "clients.cut-off-for"), text: "59s", least: "1m", most: "7d")
        ) { try policy("clients: {cut-off-for: 59s}") }
        #expect(
            throws: PolicyError.notOneOf(
                at: at(19, "clients.action"), text: "end", choices: ["cut-off", "report"])
        ) { try policy("clients: {action: end}") }
        #expect(
            throws: PolicyError.unknownKey(
                at: at(11, "clients.cutoff"), key: "cutoff",
                known: [
                    "action", "cut-off-for", "never-cut-off", "shared", "samba-deny-file",
                    "quarantine", "samba-auth-log",
                ])
        ) { try policy("clients: {cutoff: 1h}") }
        #expect(
            throws: PolicyError.missingKey(at: at(10, "clients"), key: "samba-deny-file")
        ) { try policy("clients: {quarantine: always}") }
        #expect(
            throws: PolicyError.notOneOf(
                at: at(23, "clients.quarantine"), text: "often",
                choices: ["never", "spared", "always", "instead"])
        ) { try policy("clients: {quarantine: often}") }
        #expect(
            throws: PolicyError.badPath(
                at: at(27, "clients.samba-auth-log"), text: "log", fault: .notAbsolute)
        ) { try policy("clients: {samba-auth-log: log}") }
        #expect(
            throws: PolicyError.repeated(
                at: at(33, "clients.never-cut-off[1]"), text: "::1")
        ) { try policy("clients: {never-cut-off: [\"::1\",\"::1\"]}") }
        #expect(
            throws: PolicyError.wrongType(
                at: at(27, "clients.never-cut-off[0]"), expected: .text, found: .number)
        ) { try policy("clients: {never-cut-off: [10.1]}") }
    }
}

private func six(_ set: [Int: UInt8]) -> [UInt8] { (0..<16).map { set[$0] ?? 0 } }
