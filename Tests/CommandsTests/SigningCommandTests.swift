import Foundation
import Testing

@Suite("Signed files on the command line", .timeLimit(.minutes(3)))
struct SigningCommandTests {
    let kanaria: Kanaria

    init() throws {
        kanaria = try Kanaria()
        try kanaria.run(["keygen", "-o", "key"])
        try kanaria.write("recipients", try kanaria.run(["keygen", "-y", "key"]).output)
        try kanaria.run(["keygen", "--signing", "-o", "issuer"])
        try kanaria.write("issuer.pub", try kanaria.run(["keygen", "-y", "issuer"]).output)
        try kanaria.write("plain", "patients")
    }

    /// One way to seal and one to open.
    struct Opening: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var sealing = ["--sign-with", "issuer"]
        var opening = [String]()
        var code: Int32 = 0
        var en = ""
        var ja = ""
        /// What the record says was switched off.
        var waived: String?
    }

    private static let trust = ["--issuer", "issuer.pub"]
    private static let later = ["--sign-with", "issuer", "--not-before", "30d"]

    static let openings = [
        Opening(testDescription: "trusted", opening: trust),
        Opening(testDescription: "trusted and required", opening: trust + ["--require-signature"]),
        Opening(
            testDescription: "unknown issuer", code: 76, en: "signed by an unknown issuer",
            ja: "未知の発行者による署名です"),
        Opening(
            testDescription: "unknown issuer, any will do", opening: ["--any-issuer"],
            en: "warning: plain.age is signed by an unknown issuer",
            ja: "警告: plain.age は未知の発行者による署名です", waived: "any-issuer"),
        Opening(
            testDescription: "known issuer, any will do", opening: trust + ["--any-issuer"]),
        Opening(
            testDescription: "not yet valid", sealing: later, opening: trust, code: 76,
            en: "not valid before", ja: "より前は有効ではありません"),
        Opening(
            testDescription: "not yet valid, waived", sealing: later,
            opening: trust + ["--despite-expiry"], en: "warning: plain.age: it is not valid before",
            ja: "警告: plain.age: ", waived: "despite-expiry"),
        Opening(
            testDescription: "not yet valid, the wrong check waived", sealing: later,
            opening: trust + ["--any-issuer"], code: 76, en: "not valid before",
            ja: "より前は有効ではありません", waived: "any-issuer"),
        Opening(testDescription: "unsigned", sealing: []),
        Opening(
            testDescription: "unsigned but required", sealing: [], opening: ["--require-signature"],
            code: 76, en: "it has no signature", ja: "署名がありません"),
    ]

    @Test("Each is opened or refused with its words, and recorded", arguments: openings)
    func opened(_ case: Opening) throws {
        let sealed = try kanaria.run(["protect", "-R", "recipients", "plain"] + `case`.sealing)
        #expect(sealed.code == 0, "\(sealed.error)")
        for (verb, language, words) in [
            (["verify"], "en", `case`.en), (["unlock", "-o", "back"], "ja", `case`.ja),
        ] {
            let run = try kanaria.run(
                verb + ["-i", "key", "plain.age", "--lang", language] + `case`.opening)
            #expect(run.code == `case`.code, "\(run.error)")
            #expect(words.isEmpty ? run.error == "" : run.error.contains(words), "\(run.error)")
        }
        #expect(kanaria.read("back") == (`case`.code == 0 ? "patients" : nil))
        let records = try #require(kanaria.read("state/kanaria/records.jsonl"))
        let lines = records.split(separator: "\n")
        #expect(lines.count == 2)
        for line in lines {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            let fields = try #require(object as? [String: Any])
            #expect(fields["waived"] as? [String] == `case`.waived.map { [$0] })
        }
        let shown = try kanaria.run(["records"]).output
        let flags = shown.components(separatedBy: "  --\(`case`.waived ?? "despite")").count - 1
        #expect(flags == (`case`.waived == nil ? 0 : 2), "\(shown)")
        #expect(try kanaria.run(["records", "--check"]).code == 0)
    }

    /// Puts a vector's sealed file and its identity here; tells the issuer.
    private func vector(_ name: String) throws -> String {
        let root = URL(filePath: Kanaria.program.components(separatedBy: "/.build/")[0])
        let data = try Data(
            contentsOf: root.appending(path: "Tests/SealingTests/Vectors/\(name).vector"))
        let end = try #require(data.range(of: Data("\n\n".utf8)))
        try data[end.upperBound...].write(to: URL(filePath: kanaria.folder + "/vector.age"))
        let lines = String(decoding: data[..<end.lowerBound], as: UTF8.self)
            .components(separatedBy: "\n")
        func field(_ name: String) throws -> String {
            let line = try #require(lines.first { $0.hasPrefix(name + ": ") })
            return String(line.dropFirst(name.count + 2))
        }
        try kanaria.write("identity", try field("identity") + "\n")
        return try field("issuer")
    }

    @Test("An expired file opens only when that is waived")
    func expired() throws {
        let issuer = try vector("expired")
        let opening = ["unlock", "-i", "identity", "--issuer", issuer, "-o", "back", "vector.age"]
        let refused = try kanaria.run(opening)
        #expect(refused.code == 76 && refused.error.contains("it expired at"))
        #expect(try kanaria.run(opening + ["--lang", "ja"]).error.contains("期限が切れました"))
        #expect(kanaria.read("back") == nil)
        #expect(try kanaria.run(opening + ["--despite-expiry"]).code == 0)
        #expect(kanaria.read("back") != nil)
        let log = try #require(kanaria.read("state/kanaria/records.jsonl"))
        #expect(log.components(separatedBy: "\"waived\":[\"despite-expiry\"]").count == 2)
        let told = try kanaria.run(["inspect", "--issuer", issuer, "vector.age"])
        #expect(told.code == 0 && told.output.contains("it has expired"))
    }

    @Test(
        "Content that was not signed is told, even when it is out already",
        arguments: [
            ("en", "its content is not what was signed", "use nothing of what was written"),
            ("ja", "内容が署名されたものと異なります", "使用しないでください"),
        ])
    func otherPayload(language: String, problem: String, hint: String) throws {
        let issuer = try vector("payload_nonce")
        let opening = [
            "unlock", "-i", "identity", "--issuer", issuer, "vector.age", "--lang", language,
        ]
        let late = try kanaria.run(opening + ["--to-stdout"])
        #expect(late.code == 76)
        #expect(late.output != "")
        #expect(late.error.contains(problem) && late.error.contains(hint), "\(late.error)")
        let early = try kanaria.run(opening + ["-o", "back"])
        #expect(early.code == 76)
        #expect(kanaria.read("back") == nil)
        let told = try kanaria.run([
            "inspect", "--verify-signature", "--json", "--lang", language, "vector.age",
        ])
        #expect(told.code == 76 && told.output.contains("\"payloadAsSigned\":false"))
        #expect(told.error.contains(problem))
    }

    @Test("A signed file goes through a pipe as text or bytes", arguments: [["-a"], []])
    func piped(armor: [String]) throws {
        try FileManager.default.createDirectory(
            atPath: kanaria.folder + "/spool", withIntermediateDirectories: false)
        let sealing =
            "'\(Kanaria.program)' protect -R recipients --sign-with issuer -o - "
            + armor.joined() + " < plain > sealed"
        let run = try kanaria.call(
            "/bin/sh", ["-c", sealing], "", ["TMPDIR": kanaria.folder + "/spool"])
        #expect(run.code == 0, "\(run.error)")
        let spooled = try FileManager.default.contentsOfDirectory(atPath: kanaria.folder + "/spool")
        #expect(spooled == [])
        let opened = try kanaria.run(
            ["unlock", "-i", "key", "--require-signature", "-o", "back", "sealed"] + Self.trust)
        #expect(opened.code == 0, "\(opened.error)")
        #expect(kanaria.read("back") == "patients")
        let missing = try kanaria.call(
            "/bin/sh", ["-c", sealing], "", ["TMPDIR": kanaria.folder + "/none"])
        #expect(missing.code == 74 && missing.error.contains("TMPDIR"))
    }

    @Test("A signed file replaces its source")
    func removesSource() throws {
        let run = try kanaria.run([
            "protect", "-R", "recipients", "--sign-with", "issuer", "--remove-source", "plain",
        ])
        #expect(run.code == 0, "\(run.error)")
        #expect(kanaria.read("plain") == nil)
        let opened = try kanaria.run(
            ["unlock", "-i", "key", "--require-signature", "-o", "back", "plain.age"] + Self.trust)
        #expect(opened.code == 0, "\(opened.error)")
        #expect(kanaria.read("back") == "patients")
    }

    @Test("The passphrase of the signing key comes from a descriptor of its own")
    func lockedKey() throws {
        let made = try kanaria.run(
            ["keygen", "--signing", "-p", "--passphrase-fd", "0", "-o", "locked"], input: "open")
        #expect(made.code == 0, "\(made.error)")
        let sealing = ["protect", "-R", "recipients", "--sign-with", "locked", "plain"]
        #expect(try kanaria.run(sealing).code == 66)
        let descriptor = ["--signing-passphrase-fd", "0"]
        #expect(try kanaria.run(sealing + descriptor, input: "shut").code == 77)
        #expect(!kanaria.names.contains("plain.age"))
        let run = try kanaria.run(sealing + descriptor, input: "open")
        #expect(run.code == 0, "\(run.error)")
        let opening = ["verify", "-i", "key", "--any-issuer", "--require-signature", "plain.age"]
        #expect(try kanaria.run(opening).code == 0)
    }

    @Test("An issuer's file that others can change makes nobody trusted")
    func writableByOthers() throws {
        #expect(
            try kanaria.run(["protect", "-R", "recipients", "plain", "--sign-with", "issuer"]).code
                == 0)
        let folder = kanaria.folder + "/issuers"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o755])
        try kanaria.write("issuers/one.pub", try #require(kanaria.read("issuer.pub")))
        let verify = ["verify", "-i", "key", "plain.age", "--issuers-dir", "issuers"]
        func allow(_ mode: Int, _ path: String) throws {
            try FileManager.default.setAttributes(
                [.posixPermissions: mode], ofItemAtPath: kanaria.folder + "/" + path)
        }
        #expect(try kanaria.run(verify).code == 0)
        for mode in [0o664, 0o646] {
            try allow(mode, "issuers/one.pub")
            let refused = try kanaria.run(verify)
            #expect(refused.code == 76)
            #expect(refused.error.contains("issuers/one.pub can be changed by others"))
        }
        let named = ["verify", "-i", "key", "plain.age", "--issuer", "issuers/one.pub"]
        #expect(try kanaria.run(named).code == 78)
        try allow(0o644, "issuers/one.pub")
        #expect(try kanaria.run(named).code == 0)
        try allow(0o777, "issuers")
        let folderRefused = try kanaria.run(verify + ["--lang", "ja"])
        #expect(folderRefused.code == 78 && folderRefused.error.contains("信頼に使用しません"))
    }
}
