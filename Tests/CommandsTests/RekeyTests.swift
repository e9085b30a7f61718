import Foundation
import Testing

@Suite("rekey", .timeLimit(.minutes(5)))
struct RekeyTests {
    let kanaria: Kanaria
    let text = String(repeating: "patients 患者\n", count: 20_000)

    init() throws {
        kanaria = try Kanaria()
        for name in ["key", "other", "third"] {
            try kanaria.run(["keygen", "-o", name])
            try kanaria.write(name + ".pub", try kanaria.run(["keygen", "-y", name]).output)
        }
        try kanaria.write("plain", text)
        try kanaria.run(["protect", "-R", "key.pub", "plain"])
    }

    private func publicKey(_ name: String) throws -> String {
        try #require(kanaria.read(name + ".pub")).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func rekey(_ arguments: [String]) throws -> Kanaria.Result {
        try kanaria.run(["rekey", "-i", "key", "plain.age"] + arguments)
    }

    private func opens(_ name: String) throws -> Bool {
        let run = try kanaria.run(["unlock", "-i", name, "-o", "-", "plain.age"])
        return run.code == 0 && run.output == text
    }

    /// Everything behind the header.
    private func payload() throws -> Data {
        let all = try Data(contentsOf: URL(filePath: kanaria.folder + "/plain.age"))
        let mark = try #require(all.range(of: Data("\n--- ".utf8)))
        let end = try #require(all[mark.upperBound...].firstIndex(of: 10))
        return Data(all[(end + 1)...])
    }

    @Test("Whoever is added opens it, and so do the others; the payload and the mode stay")
    func adds() throws {
        try kanaria.call("/bin/chmod", ["640", "plain.age"])
        let before = try payload()
        let run = try rekey(["--add", publicKey("other")])
        #expect(run.code == 0, "\(run.error)")
        #expect(run.error.components(separatedBy: "may have kept its key").count == 2)
        #expect(try opens("key") && opens("other"))
        #expect(try !opens("third"))
        #expect(try payload() == before)
        let mode = try kanaria.call("/usr/bin/stat", ["-c", "%a", "plain.age"]).output
        #expect(mode == "640\n")
        #expect(!kanaria.names.contains { $0.contains(".part") })
    }

    @Test("With --only nobody else opens it")
    func only() throws {
        let run = try rekey(["--only", "--add", "\(publicKey("other")),\(publicKey("third"))"])
        #expect(run.code == 0, "\(run.error)")
        #expect(try opens("other") && opens("third"))
        #expect(try !opens("key"))
    }

    @Test("Text stays text")
    func armored() throws {
        try FileManager.default.removeItem(atPath: kanaria.folder + "/plain.age")
        try kanaria.run(["protect", "-a", "-R", "key.pub", "plain"])
        #expect(try rekey(["--add", publicKey("other")]).code == 0)
        #expect(kanaria.read("plain.age")?.hasPrefix("-----BEGIN AGE") == true)
        #expect(try opens("other"))
    }

    @Test("An SSH key is removed by its mark", .enabled(if: hasSSH, "needs ssh-keygen"))
    func removesSSH() throws {
        try kanaria.call("/usr/bin/ssh-keygen", ["-qt", "ed25519", "-N", "", "-f", "ssh"])
        let key = try #require(kanaria.read("ssh.pub")).trimmingCharacters(in: .newlines)
        #expect(try rekey(["--add", key]).code == 0)
        #expect(try opens("ssh"))
        let run = try rekey(["--remove", key])
        #expect(run.code == 0, "\(run.error)")
        #expect(try !opens("ssh"))
        #expect(try opens("key"))
        #expect(try rekey(["--remove", key]).code == 77)
    }

    @Test(
        "age opens what was rekeyed, and what age sealed can be rekeyed",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/age"), "needs age"))
    func age() throws {
        #expect(try rekey(["--add", publicKey("other")]).code == 0)
        let opened = try kanaria.call("/usr/bin/age", ["-d", "-i", "other", "plain.age"])
        #expect(opened.code == 0 && opened.output == text)
        try kanaria.call("/usr/bin/age", ["-R", "key.pub", "-o", "plain.age", "plain"])
        #expect(try rekey(["--only", "--add", publicKey("third")]).code == 0)
        #expect(
            try kanaria.call("/usr/bin/age", ["-d", "-i", "third", "plain.age"]).output == text)
        #expect(try kanaria.call("/usr/bin/age", ["-d", "-i", "key", "plain.age"]).code != 0)
    }

    @Test("A policy is signed anew by its issuer alone, and dropped with a word otherwise")
    func signed() throws {
        for name in ["issuer", "stranger"] { try kanaria.run(["keygen", "--signing", "-o", name]) }
        try kanaria.write("issuer.pub", try kanaria.run(["keygen", "-y", "issuer"]).output)
        try FileManager.default.removeItem(atPath: kanaria.folder + "/plain.age")
        let sealed = try kanaria.run(
            ["protect", "-R", "key.pub", "--sign-with", "issuer", "--purpose", "audit", "plain"])
        #expect(sealed.code == 0, "\(sealed.error)")
        let verify = ["verify", "--issuer", "issuer.pub", "--require-signature", "plain.age", "-i"]
        #expect(try kanaria.run(verify + ["key"]).code == 0)
        let other = try publicKey("other")
        #expect(try rekey(["--add", other, "--sign-with", "stranger"]).code == 76)
        #expect(try kanaria.run(verify + ["key"]).code == 0)
        #expect(try rekey(["--add", other, "--sign-with", "issuer"]).code == 0)
        #expect(try kanaria.run(verify + ["other"]).code == 0)
        let dropped = try rekey(["--only", "--add", "\(publicKey("key")),\(other)"])
        #expect(dropped.code == 0 && dropped.error.contains("not signed any more"))
        #expect(try kanaria.run(verify + ["key"]).code == 76)
        #expect(try opens("other"))
        #expect(try rekey(["--add", other, "--sign-with", "issuer"]).code == 76)
    }

    /// What is refused, with the file left as it is.
    struct Refusal: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let arguments: [String]
        let code: Int32
        let words: String
        let japanese: String
    }

    static let refusals = [
        Refusal(
            testDescription: "an age key can't be found", arguments: ["--remove", "KEY"], code: 64,
            words: "does not tell", japanese: "分からない"),
        Refusal(
            testDescription: "nobody named", arguments: [], code: 64, words: "nobody is named",
            japanese: "受信者を指定してください"),
        Refusal(
            testDescription: "no key", arguments: ["--add", "no-key"], code: 66, words: "hint",
            japanese: "対処"),
        Refusal(
            testDescription: "a missing file", arguments: ["--add", "KEY", "gone.age"], code: 66,
            words: "gone.age can't be read", japanese: "gone.age を読めません"),
        Refusal(
            testDescription: "a folder", arguments: ["--add", "KEY", "folder"], code: 66,
            words: "not a file", japanese: "ファイルではありません"),
        Refusal(
            testDescription: "a link", arguments: ["--add", "KEY", "link"], code: 66,
            words: "link", japanese: "link"),
        Refusal(
            testDescription: "not sealed", arguments: ["--add", "KEY", "plain"], code: 65,
            words: "not sealed", japanese: "封印ファイルではありません"),
    ]

    @Test("What is refused leaves the file as it is", arguments: refusals)
    func refused(_ refusal: Refusal) throws {
        try kanaria.call("/bin/bash", ["-c", "mkdir folder; ln -s plain.age link"])
        let before = try payload()
        let key = try publicKey("key")
        let file = refusal.arguments.count == 3 ? [] : ["plain.age"]
        let call =
            ["rekey", "-i", "key"] + file + refusal.arguments.map { $0 == "KEY" ? key : $0 }
        for (language, words) in [("en", refusal.words), ("ja", refusal.japanese)] {
            let run = try kanaria.run(call + ["--lang", language])
            #expect(run.code == refusal.code, "\(run.error)")
            #expect(run.error.contains(words), "\(run.error)")
        }
        #expect(try payload() == before && opens("key"))
    }
}
