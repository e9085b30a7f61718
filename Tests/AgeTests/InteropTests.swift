import Age
import Foundation
import Testing

private let age = "/usr/bin/age"
private let sshKeygen = "/usr/bin/ssh-keygen"

@Suite(
    "The age command",
    .enabled(if: FileManager.default.isExecutableFile(atPath: age), "needs /usr/bin/age"))
struct InteropTests {
    static let sizes = [0, 1, 65535, 65536, 65537, 300_000]

    @Test(
        "opens what was sealed here, also behind a foreign stanza", .timeLimit(.minutes(1)),
        arguments: sizes)
    func toAge(size: Int) throws {
        let identity = try X25519Identity.generate()
        let plain = (0..<size).map { UInt8(truncatingIfNeeded: $0 * 31) }
        let extra = try Stanza(
            type: "example.com/policy", arguments: ["v1"], body: [UInt8](repeating: 9, count: 96))
        let file = try WholeFile.seal(plain.span, to: [identity.recipient], extra: [extra])
        let result = try withKeyFile(Array(identity.secretText().utf8)) { path in
            try [file, Armor.encode(file.span)].map {
                try run(age, ["-d", "-i", path], input: $0)
            }
        }
        for one in result { #expect(one.status == 0 && one.output == plain) }
    }

    @Test(
        "seals what opens here, armored or not", .timeLimit(.minutes(1)), arguments: sizes,
        [[], ["-a"]])
    func fromAge(size: Int, flags: [String]) throws {
        let identity = try X25519Identity.generate()
        let plain = (0..<size).map { UInt8(truncatingIfNeeded: $0 * 31) }
        let sealed = try run(age, flags + ["-r", identity.recipient.text], input: plain)
        var opened: [UInt8] = []
        try WholeFile.open(sealed.output.span, with: [identity], into: &opened)
        #expect(opened == plain)
    }

    @Test(
        "exchanges files with ssh-ed25519 keys both ways", .timeLimit(.minutes(1)),
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: sshKeygen), "needs ssh-keygen"))
    func ssh() throws {
        let folder = try scratch()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("key").path
        _ = try run(sshKeygen, ["-q", "-t", "ed25519", "-N", "", "-f", path], input: [])
        let line = try String(contentsOfFile: path + ".pub", encoding: .utf8)
        let text = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        let identity = try SSHEd25519Identity(openSSHPrivateKey: text.span)
        let recipient = try SSHEd25519Recipient(line)
        #expect(identity.recipient == recipient)
        let plain = Array("ward list".utf8)
        let ours = try WholeFile.seal(plain.span, to: [RecipientText.parse(line)])
        #expect(try run(age, ["-d", "-i", path], input: ours).output == plain)
        let theirs = try run(age, ["-R", path + ".pub"], input: plain).output
        var opened: [UInt8] = []
        try WholeFile.open(theirs.span, with: [identity], into: &opened)
        #expect(opened == plain)
    }

    @Test(
        "an ssh key with a passphrase opens with it alone", .timeLimit(.minutes(1)),
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: sshKeygen), "needs ssh-keygen"))
    func sshPassphrase() throws {
        let folder = try scratch()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("key").path
        _ = try run(
            sshKeygen, ["-q", "-t", "ed25519", "-a", "2", "-N", "secret", "-f", path], input: [])
        let text = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(throws: KeyError.passphraseProtectedKeyUnsupported) {
            _ = try SSHEd25519Identity(openSSHPrivateKey: text.span)
        }
        #expect(throws: KeyError.wrongPassphrase) {
            _ = try SSHEd25519Identity(
                openSSHPrivateKey: text.span, passphrase: Array("other".utf8).span)
        }
        let identity = try SSHEd25519Identity(
            openSSHPrivateKey: text.span, passphrase: Array("secret".utf8).span)
        let line = try String(contentsOfFile: path + ".pub", encoding: .utf8)
        #expect(try identity.recipient == SSHEd25519Recipient(line))
    }

    private func withKeyFile<R>(_ key: [UInt8], _ body: (String) throws -> R) throws -> R {
        let folder = try scratch()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("key")
        try Data(key).write(to: file)
        return try body(file.path)
    }
}
