import Age
import Foundation
import Testing

@Suite("Secrets in memory", .timeLimit(.minutes(2)))
struct MemoryTests {
    let kanaria: Kanaria

    init() throws { kanaria = try Kanaria() }

    /// `unlock` of a large file, held up by a pipe that nobody reads.
    private func blocked(
        _ arguments: [String], input: String, _ body: (Int32) throws -> Void
    ) throws {
        try held(["unlock", "--to-stdout", "plain.age"] + arguments, input: input) { process, _ in
            try body(process)
        }
    }

    /// A call that writes much, held up by a pipe of which only the first bytes are read.
    private func held(
        _ arguments: [String], input: String, _ body: (Int32, [UInt8]) throws -> Void
    ) throws {
        let process = Process()
        // Children of this process have all signals blocked.
        let start =
            "import os, signal, sys; signal.pthread_sigmask(signal.SIG_SETMASK, []); "
            + "os.execv(sys.argv[1], sys.argv[1:])"
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-c", start, Kanaria.program] + arguments
        process.currentDirectoryURL = URL(filePath: kanaria.folder)
        process.environment = ["HOME": kanaria.folder, "TMPDIR": kanaria.folder]
        try kanaria.write(".input", input)
        process.standardInput = FileHandle(forReadingAtPath: kanaria.folder + "/.input")
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        // The first bytes are here, so every key is in use.
        let first = try output.fileHandleForReading.read(upToCount: 4096) ?? Data()
        #expect(first.count == 4096)
        try body(process.processIdentifier, [UInt8](first))
        process.terminate()
        process.waitUntilExit()
    }

    /// What a core dump would hold: memory that is not kept out of dumps.
    private func dump(of process: Int32) throws -> Data {
        let maps = try String(contentsOfFile: "/proc/\(process)/smaps", encoding: .utf8)
        let memory = try #require(FileHandle(forReadingAtPath: "/proc/\(process)/mem"))
        var dump = Data()
        var range: Range<UInt64>?
        for line in maps.split(separator: "\n") {
            let words = line.split(separator: " ")
            let ends = words[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
            if ends.count == 2, words.count >= 5 {
                // The kernel's own pages can't be read, and files have no secrets.
                range = words[1].hasPrefix("rw") ? ends[0]..<ends[1] : nil
            }
            guard words[0] == "VmFlags:", let found = range, !words.contains("dd") else { continue }
            try memory.seek(toOffset: found.lowerBound)
            dump += try memory.read(upToCount: Int(found.upperBound - found.lowerBound)) ?? Data()
        }
        return dump
    }

    private let passphrase = "a passphrase nobody else has"

    /// Opens `plain.age` with a locked key file and looks for secrets in what a dump would hold.
    private func expectNothing(of secrets: () throws -> [Data]) throws {
        let plain = Data((0..<20_000_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) })
        try plain.write(to: URL(filePath: kanaria.folder + "/plain"))
        try kanaria.run(["protect", "-R", "recipients", "plain"])
        let arguments = ["-i", "locked", "--passphrase-fd", "0"]
        try blocked(arguments, input: passphrase) { process in
            let dump = try dump(of: process)
            // The search itself works: the plaintext is there.
            #expect(dump.range(of: plain[65_536..<65_600]) != nil)
            for secret in try secrets() + [Data(passphrase.utf8)] {
                #expect(dump.range(of: secret) == nil, "\(secret.count) bytes")
            }
        }
    }

    @Test("Identity, file key and passphrase are in no memory that a dump holds")
    func lockedIdentity() throws {
        try kanaria.run(["keygen", "-o", "open"])
        let text = try #require(kanaria.read("open")?.split(separator: "\n").last.map(String.init))
        try kanaria.write("recipients", try kanaria.run(["keygen", "-y", "open"]).output)
        try lock("open", passphrase)
        try expectNothing { try secrets(text) + [Data(text.utf8)] }
    }

    @Test("Nor is a key of OpenSSH", .enabled(if: hasSSH, "needs ssh-keygen"))
    func lockedOpenSSH() throws {
        let program = "/usr/bin/ssh-keygen"
        try kanaria.call(program, ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", "locked"])
        let open = try #require(kanaria.read("locked")).split(separator: "\n")
        let line = try #require(kanaria.read("locked.pub"))
        try kanaria.write("recipients", line)
        try kanaria.call(program, ["-q", "-p", "-P", "", "-N", passphrase, "-f", "locked"])
        // The secret is the seed and the public key, which ends the public file.
        let point = try #require(Data(base64Encoded: String(line.split(separator: " ")[1])))
            .suffix(32)
        let blob = try #require(Data(base64Encoded: open[1..<(open.count - 1)].joined()))
        let last = try #require(blob.range(of: point, options: .backwards)).lowerBound
        try expectNothing { [Data(blob[(last - 32)..<last])] }
    }

    @Test("Nor are file key, signing key and its passphrase while a file is sealed")
    func sealing() throws {
        try kanaria.run(["keygen", "-o", "key"])
        try kanaria.run(["keygen", "--signing", "-o", "open"])
        let (key, seed) = (try #require(kanaria.read("key")), try #require(kanaria.read("open")))
        let texts = try [key, seed].map { text in
            try #require(text.split(separator: "\n").last.map(String.init))
        }
        try kanaria.write("recipients", try kanaria.run(["keygen", "-y", "key"]).output)
        try lock("open", passphrase)
        let plain = Data((0..<20_000_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) })
        try plain.write(to: URL(filePath: kanaria.folder + "/plain"))
        let arguments = [
            "protect", "-R", "recipients", "-o", "-", "--sign-with", "locked",
            "--signing-passphrase-fd", "0", "plain",
        ]
        try held(arguments, input: passphrase) { process, first in
            let (header, _) = try Header.parse(first.span)
            let fileKey = try header.unwrap([X25519Identity(texts[0])])
            let secrets = [
                fileKey.withSpan { bytes in Data(bytes.indices.map { bytes[$0] }) },
                Data(try #require(Bech32.decode(texts[1])).bytes), Data(texts[1].utf8),
                Data(passphrase.utf8),
            ]
            let dump = try dump(of: process)
            // The search itself works: the arguments are there.
            #expect(dump.range(of: Data("--signing-passphrase-fd".utf8)) != nil)
            for secret in secrets {
                #expect(dump.range(of: secret) == nil, "\(secret.count) bytes")
            }
        }
    }

    /// Seals a key file with a passphrase, with little work.
    private func lock(_ name: String, _ passphrase: String) throws {
        let bytes = Array(passphrase.utf8)
        let recipient = try ScryptRecipient(passphrase: bytes.span, logN: 10)
        let text = Array(try #require(kanaria.read(name)).utf8)
        let sealed = try WholeFile.seal(text.span, to: [recipient])
        try Data(sealed).write(to: URL(filePath: kanaria.folder + "/locked"))
    }

    /// The identity's scalar and the key of the sealed file.
    private func secrets(_ text: String) throws -> [Data] {
        let scalar = try #require(Bech32.decode(text)).bytes
        let file = FileHandle(forReadingAtPath: kanaria.folder + "/plain.age")
        let head = [UInt8](try #require(try file?.read(upToCount: 4096)))
        let (header, _) = try Header.parse(head.span)
        let key = try header.unwrap([X25519Identity(text)])
        return [Data(scalar), key.withSpan { bytes in Data(bytes.indices.map { bytes[$0] }) }]
    }

    @Test("No core file is written, whatever the limit is")
    func noCore() throws {
        try kanaria.run(["keygen", "-o", "key"])
        try kanaria.write("recipients", try kanaria.run(["keygen", "-y", "key"]).output)
        try Data(count: 4_000_000).write(to: URL(filePath: kanaria.folder + "/plain"))
        try kanaria.run(["protect", "-R", "recipients", "plain"])
        try blocked(["-i", "key"], input: "") { process in
            let limits = try String(contentsOfFile: "/proc/\(process)/limits", encoding: .utf8)
            let core = limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") }
            #expect(core?.split(separator: " ").dropFirst(4).first == "0")
            kill(process, SIGABRT)
        }
        #expect(!kanaria.names.contains { $0.hasPrefix("core") })
    }
}
