import Foundation
import Testing

@Suite("Key files", .timeLimit(.minutes(2)))
struct KeygenTests {
    let kanaria: Kanaria

    init() throws {
        kanaria = try Kanaria()
        try kanaria.write("plain", "patients")
    }

    /// Seals `plain` to the key in a file and opens it with that file.
    private func expectOpening(with key: String, passphrase: String?) throws {
        let secret = passphrase.map { _ in ["--passphrase-fd", "0"] } ?? []
        let told = try kanaria.run(["keygen", "-y", key] + secret, input: passphrase ?? "")
        #expect(told.code == 0, "\(told.error)")
        try kanaria.write("recipients", told.output)
        #expect(try kanaria.run(["protect", "-R", "recipients", "plain"]).code == 0)
        let opening = ["unlock", "-i", key, "-o", "back", "plain.age"]
        let opened = try kanaria.run(opening + secret, input: passphrase ?? "")
        #expect(opened.code == 0, "\(opened.error)")
        #expect(kanaria.read("back") == "patients")
    }

    @Test("A new key opens what is sealed to its public half")
    func plainKey() throws {
        let made = try kanaria.run(["keygen", "-o", "key"])
        #expect(made.error.hasPrefix("Public key: age1"))
        let attributes = try FileManager.default.attributesOfItem(atPath: kanaria.folder + "/key")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        try expectOpening(with: "key", passphrase: nil)
    }

    @Test("A key file is never overwritten")
    func exists() throws {
        try kanaria.write("key", "precious")
        #expect(try kanaria.run(["keygen", "-o", "key"]).code == 73)
        #expect(kanaria.read("key") == "precious")
    }

    @Test("A key file under a passphrase holds no readable key")
    func lockedKey() throws {
        let made = try kanaria.ask(["keygen", "-p", "-o", "key"], [.line("open"), .line("open")])
        #expect(made.code == 0, "\(made.screen)")
        let text = try #require(kanaria.read("key"))
        #expect(text.hasPrefix("-----BEGIN AGE ENCRYPTED FILE-----"))
        try expectOpening(with: "key", passphrase: "open")
        let wrong = ["unlock", "-i", "key", "--passphrase-fd", "0", "-o", "other", "plain.age"]
        let refused = try kanaria.run(wrong, input: "shut")
        #expect(refused.code == 77)
        #expect(refused.error.contains("does not open key"))
        let asked = try kanaria.ask(
            ["unlock", "-i", "key", "-o", "other", "plain.age"], [.line("open")])
        #expect(asked.code == 0, "\(asked.screen)")
        #expect(asked.screen.contains("Passphrase for key: "))
    }

    @Test("age opens with a locked key of ours", .enabled(if: hasAge, "needs age"))
    func ageTakesOurs() throws {
        try kanaria.run(["keygen", "--passphrase-fd", "0", "-p", "-o", "key"], input: "open")
        let recipient = try kanaria.run(
            ["keygen", "-y", "key", "--passphrase-fd", "0"], input: "open")
        try kanaria.write("recipients", recipient.output)
        #expect(try kanaria.run(["protect", "-R", "recipients", "plain"]).code == 0)
        let age = ["/usr/bin/age", "-d", "-i", "key", "-o", "back", "plain.age"]
        let run = try Pseudoterminal(age, in: kanaria.folder, [.line("open")])
        #expect(run.code == 0, "\(run.screen)")
        #expect(kanaria.read("back") == "patients")
    }

    @Test(
        "A key that age sealed opens here", .enabled(if: hasAge, "needs age"),
        arguments: [[], ["-a"]])
    func oursTakesAge(armor: [String]) throws {
        try kanaria.call("/usr/bin/age-keygen", ["-o", "open-key"])
        let age = ["/usr/bin/age", "-p"] + armor + ["-o", "key", "open-key"]
        let run = try Pseudoterminal(age, in: kanaria.folder, [.line("open"), .line("open")])
        #expect(run.code == 0, "\(run.screen)")
        try expectOpening(with: "key", passphrase: "open")
    }

    @Test(
        "A key of OpenSSH opens, with a passphrase or without",
        .enabled(if: hasSSH, "needs ssh-keygen"), arguments: [nil, "open sesame"])
    func openSSH(passphrase: String?) throws {
        try kanaria.call(
            "/usr/bin/ssh-keygen",
            ["-q", "-t", "ed25519", "-N", passphrase ?? "", "-C", "", "-f", "key"])
        try expectOpening(with: "key", passphrase: passphrase)
        let line = try #require(kanaria.read("key.pub"))
        let key = line.split(separator: " ").prefix(2).joined(separator: " ")
        #expect(kanaria.read("recipients") == key + "\n")
    }

    @Test("A signing key tells its issuer")
    func signing() throws {
        let made = try kanaria.run(["keygen", "--signing", "-o", "key"])
        let issuer = try kanaria.run(["keygen", "-y", "key"]).output
        #expect(issuer.hasPrefix("kanaria-issuer1"))
        #expect(made.error == "Public key: " + issuer)
        let refused = try kanaria.run(["unlock", "-i", "key", "plain"])
        #expect(refused.code == 78)
    }

    @Test("Wrong arguments are told", arguments: [["-y"], ["key"], ["-y", "-p", "key"]])
    func wrongArguments(arguments: [String]) throws {
        #expect(try kanaria.run(["keygen"] + arguments).code == 64)
    }
}
