import Foundation
import Testing

@Suite("Export policies of protect", .timeLimit(.minutes(2)))
struct ExportPolicyTests {
    let site: SealedSite
    private var kanaria: Kanaria { site.kanaria }
    /// A card number and two individual numbers of the published specimens.
    private let sensitive = "123456789018,4111 1111 1111 1111\n1234-5678-9018\n"

    init() throws { site = try SealedSite() }

    private func policy(_ lines: String) throws {
        try kanaria.write("exports/out.yaml", "version: 1\nname: out\n" + lines)
    }

    private var record: [String: Any]? {
        let line = kanaria.read("state/kanaria/records.jsonl")?.split(separator: "\n").last
        return line.flatMap {
            try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
    }

    @Test("The policy's recipients and escrow are sealed to")
    func defaults() throws {
        try policy("recipients: [sato]\nescrow: [vault]\n")
        #expect(try site.protect(["--policy", "out"]).code == 0)
        #expect(try site.openers == ["sato", "vault"])
        #expect(try site.protect(["--policy", "out", "--to", "tanaka"]).code == 0)
        #expect(try site.openers == ["tanaka", "vault"])
    }

    @Test("An escrow that is none is refused")
    func noEscrow() throws {
        try policy("recipients: [sato]\nescrow: [tanaka]\n")
        let run = try site.protect(["--policy", "out"])
        #expect(run.code == 78)
        #expect(run.error.contains("'tanaka'"))
    }

    @Test("A type that is not allowed is refused, also inside a folder")
    func types() throws {
        try policy("recipients: [sato]\ncontent-types: [text/plain]\n")
        #expect(try site.protect(["--policy", "out"]).code == 0)
        try policy("recipients: [sato]\ncontent-types: [application/pdf]\n")
        let run = try site.protect(["--policy", "out"])
        #expect(run.code == 76)
        #expect(run.error.contains("plain, which is text/plain"))
        try FileManager.default.createDirectory(
            atPath: kanaria.folder + "/folder/inner", withIntermediateDirectories: true)
        try kanaria.write("folder/inner/empty", "")
        let empty = try kanaria.run(["protect", "folder", "--policy", "out"] + site.settings)
        #expect(empty.code == 0, "\(empty.error)")
        try kanaria.write("folder/inner/名前.txt", "words")
        let inner = try kanaria.run(["protect", "folder", "--policy", "out"] + site.settings)
        #expect(inner.code == 76)
        #expect(inner.error.contains("folder/inner/名前.txt"))
    }

    @Test("Sensitive data is warned of and recorded without itself", arguments: ["warn", "record"])
    func sensitiveData(action: String) throws {
        try kanaria.write("plain", sensitive)
        try policy("recipients: [sato]\nsensitive: \(action)\n")
        let run = try site.protect(["--policy", "out"])
        #expect(run.code == 0, "\(run.error)")
        #expect(run.error.contains("My Number 2, card number 1") == (action == "warn"))
        let findings = record?["findings"] as? [String: Int]
        #expect(findings == ["my-number": 2, "payment-card": 1])
        let log = try #require(kanaria.read("state/kanaria/records.jsonl"))
        #expect(!log.contains("123456789018") && !log.contains("4111"))
    }

    @Test("Sensitive data is refused where the policy says so, and the refusal is recorded")
    func refused() throws {
        try kanaria.write("plain", sensitive)
        try policy("recipients: [sato]\nsensitive: refuse\n")
        let run = try site.protect(["--policy", "out", "--lang", "ja"])
        #expect(run.code == 76)
        #expect(run.error.contains("マイナンバー 2"))
        #expect(!kanaria.names.contains("plain.age"))
        #expect(record?["result"] as? String == "exit code 76")
        #expect(record?["findings"] as? [String: Int] == ["my-number": 2, "payment-card": 1])
        try kanaria.write("plain", "nothing 123456789019\n")
        #expect(try site.protect(["--policy", "out"]).code == 0)
    }

    @Test("A source is looked through once, however many recipients get a file of it")
    func looksOnce() throws {
        try kanaria.write("plain", sensitive)
        try policy("recipients: [sato, tanaka, vault]\nsensitive: warn\n")
        let run = try kanaria.run(
            ["protect", "plain", "--policy", "out", "--per-recipient"] + site.settings)
        #expect(run.code == 0, "\(run.error)")
        #expect(run.error.components(separatedBy: "My Number 2").count == 2)
        #expect(kanaria.names.count { $0.hasPrefix("plain.age1") } == 3)
    }

    @Test("What must be looked through can't be a pipe")
    func pipe() throws {
        try policy("recipients: [sato]\nsensitive: warn\n")
        let run = try kanaria.run(["protect", "--policy", "out"] + site.settings, input: "x")
        #expect(run.code == 76)
    }

    @Test("A source is kept where the policy does not let it go")
    func keepsSource() throws {
        try policy("recipients: [sato]\n")
        #expect(try site.protect(["--policy", "out", "--remove-source"]).code == 76)
        #expect(kanaria.read("plain") == "patients")
        try policy("recipients: [sato]\nremove-source: true\n")
        #expect(try site.protect(["--policy", "out", "--remove-source"]).code == 0)
        #expect(kanaria.read("plain") == nil)
    }

    @Test("Nothing is sealed when a demanded record can't be written")
    func demandedRecord() throws {
        try policy("recipients: [sato]\nrequire-record: true\n")
        #expect(try site.protect(["--policy", "out"]).code == 0)
        try FileManager.default.removeItem(atPath: kanaria.folder + "/state")
        try kanaria.write("state", "no folder")
        let run = try site.protect(["--policy", "out"])
        #expect(run.code == 74, "\(run.error)")
        #expect(!kanaria.names.contains("plain.age"))
    }

    @Test("A malformed policy is refused with its line")
    func malformed() throws {
        try policy("recipients: [sato]\nsensitive: perhaps\n")
        let run = try site.protect(["--policy", "out"])
        #expect(run.code == 78)
        #expect(run.error.contains("out.yaml:4:12: sensitive"), "\(run.error)")
        #expect(try site.protect(["--policy", "missing"]).code == 66)
    }

    /// The signed policy of `plain.age`.
    private func signedTerms() throws -> [String: Any] {
        let run = try kanaria.run(["inspect", "--json", "plain.age"])
        let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
        return try #require((object as? [String: Any])?["policy"] as? [String: Any], "\(run)")
    }

    @Test("Terms of the policy are signed where the caller says nothing else")
    func terms() throws {
        try policy("recipients: [sato]\nvalidity: 30d\npurpose: 監査\nclassification: secret\n")
        let signed = try site.protect(["--policy", "out", "--sign-with", "admin"])
        #expect(signed.code == 0, "\(signed.error)")
        var found = try signedTerms()
        #expect(found["purpose"] as? String == "監査")
        #expect(found["classification"] as? String == "secret")
        let format = ISO8601DateFormatter()
        let created = try #require(format.date(from: found["created"] as? String ?? ""))
        let end = try #require(format.date(from: found["notAfter"] as? String ?? ""))
        // The clock may step on between the two readings.
        #expect(abs(end.timeIntervalSince(created) - 30 * 86_400) < 60)
        let own = ["--purpose", "test", "--not-after", "2099-12-31T00:00Z"]
        #expect(try site.protect(["--policy", "out", "--sign-with", "admin"] + own).code == 0)
        found = try signedTerms()
        #expect(found["purpose"] as? String == "test")
        #expect((found["notAfter"] as? String)?.hasPrefix("2099-12-31") == true)
    }

    @Test("Without a signature the terms are told to be missing, or nothing is sealed")
    func unsigned() throws {
        try policy("recipients: [sato]\npurpose: audit\n")
        let run = try site.protect(["--policy", "out"])
        #expect(run.code == 0 && run.error.contains("nobody signs"), "\(run.error)")
        try policy("recipients: [sato]\nrequire-signature: true\n")
        let refused = try site.protect(["--policy", "out"])
        #expect(refused.code == 76 && refused.error.contains("demands a signing key"))
        #expect(!kanaria.names.contains("plain.age"))
        #expect(try site.protect(["--policy", "out", "--lang", "ja"]).error.contains("署名鍵"))
        #expect(try site.protect(["--policy", "out", "--sign-with", "admin"]).code == 0)
    }
}
