import Age
import Foundation
import PostQuantum
import Sodium
import Testing

@Suite("kanaria with post-quantum keys", .timeLimit(.minutes(1)))
struct PostQuantumTests {
    let kanaria: Kanaria

    init() throws {
        kanaria = try Kanaria()
        try kanaria.write("plain", "patients")
        try kanaria.run(["keygen", "-o", "classic"])
        try kanaria.write("classic.pub", try kanaria.run(["keygen", "-y", "classic"]).output)
    }

    @Test(
        "keygen, protect, inspect, rekey and unlock",
        .enabled(if: XWing.isBuilt, "needs the trait PostQuantum"), arguments: ["-pq", "--pq"])
    func all(flag: String) throws {
        for name in ["key", "other"] {
            #expect(try kanaria.run(["keygen", flag, "-o", name]).code == 0)
            try kanaria.write(name + ".pub", try kanaria.run(["keygen", "-y", name]).output)
        }
        let other = try #require(kanaria.read("other.pub")).trimmingCharacters(
            in: .whitespacesAndNewlines)
        #expect(other.hasPrefix("age1pq1"))
        let sealed = try kanaria.run(["protect", "-R", "key.pub", "plain"])
        #expect(sealed.code == 0, "\(sealed.error)")
        let found = try kanaria.run(["inspect", "plain.age"]).output
        #expect(found.contains("mlkem768x25519") && !found.contains("unknown here"))
        #expect(try kanaria.run(["rekey", "-i", "key", "--add", other, "plain.age"]).code == 0)
        for name in ["key", "other"] {
            let opened = try kanaria.run(["unlock", "-i", name, "-o", "-", "plain.age"])
            #expect(opened.output == "patients", "\(opened.error)")
        }
        #expect(try kanaria.run(["unlock", "-i", "classic", "-o", "-", "plain.age"]).code == 77)
    }

    @Test(
        "others beside them are refused", .enabled(if: XWing.isBuilt, "needs the trait PostQuantum")
    )
    func mixed() throws {
        try kanaria.run(["keygen", "-pq", "-o", "key"])
        try kanaria.write("key.pub", try kanaria.run(["keygen", "-y", "key"]).output)
        let both = ["-R", "key.pub", "-R", "classic.pub"]
        let mixed = try kanaria.run(["protect", "plain"] + both)
        #expect(mixed.code == 78)
        #expect(mixed.error.contains("can't be mixed"), "\(mixed.error)")
        #expect(!kanaria.names.contains("plain.age"))
        // One file for each does not mix them.
        #expect(try kanaria.run(["protect", "plain", "--per-recipient"] + both).code == 0)
        try kanaria.run(["protect", "-R", "key.pub", "plain"])
        let classic = try #require(kanaria.read("classic.pub")).trimmingCharacters(
            in: .whitespacesAndNewlines)
        let added = try kanaria.run(["rekey", "-i", "key", "--add", classic, "plain.age"])
        #expect(added.code == 78)
        #expect(added.error.contains("can't be mixed"), "\(added.error)")
    }

    @Test(
        "a build without them says so",
        .enabled(if: !XWing.isBuilt, "built with the trait PostQuantum"))
    func notBuilt() throws {
        let recipient = try HybridRecipient(
            publicKey: [UInt8](repeating: 0, count: XWing.publicKeySize))
        let identity = try HybridIdentity.generate().lockedText().withSpan { text in
            String(decoding: text.indices.map { text[$0] }, as: UTF8.self)
        }
        try kanaria.write("key", identity + "\n")
        for arguments in [
            ["keygen", "-pq", "-o", "out"], ["keygen", "-y", "key"],
            ["protect", "-r", recipient.text, "plain"],
        ] {
            let run = try kanaria.run(arguments)
            #expect(run.code == 78 && run.output.isEmpty)
            #expect(run.error.contains("built without post-quantum keys"), "\(run.error)")
            let inJapanese = try kanaria.run(arguments + ["--lang", "ja"])
            #expect(inJapanese.error.contains("耐量子"), "\(inJapanese.error)")
        }
        #expect(kanaria.names == ["classic", "classic.pub", "key", "plain"])
        // A file without such stanzas opens with the other key of the same file.
        try kanaria.write("both", identity + "\n" + (kanaria.read("classic") ?? ""))
        try kanaria.run(["protect", "-R", "classic.pub", "plain"])
        #expect(
            try kanaria.run(["unlock", "-i", "both", "-o", "-", "plain.age"]).output == "patients")
    }
}
