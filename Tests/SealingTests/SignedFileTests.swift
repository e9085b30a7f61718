import Age
import Foundation
import Linux
import Testing

@testable import Sealing

@Suite("Signed files")
struct SignedFileTests {
    let place: Workplace
    let identity: X25519Identity
    let key: SigningKey

    init() throws {
        place = try Workplace()
        identity = try X25519Identity.generate()
        key = try SigningKey.generate()
    }

    private func protection(
        _ terms: PolicyTerms = PolicyTerms(), armored: Bool = false
    ) throws -> Protection {
        var protection = Protection(recipients: [identity.recipient])
        protection.isArmored = armored
        protection.threads = 2
        protection.signing = try Signing(key: key, terms: terms)
        return protection
    }

    private func unlocking() -> Unlocking {
        var unlocking = Unlocking(identities: [identity])
        unlocking.demands.trusted = [key.issuer]
        return unlocking
    }

    private func seal(_ count: Int, _ protection: Protection) throws -> [UInt8] {
        let plain = pattern(count)
        try place.write("plain", plain)
        try protection.protect(.path(place.path("plain")), to: .path(place.path("sealed")))
        return plain
    }

    private func refusal(_ unlocking: Unlocking) -> SignatureError? {
        do throws(UnlockError) {
            try unlocking.unlock(.path(place.path("sealed")), to: .path(place.path("back")))
        } catch {
            if case .policy(place.path("sealed"), let error) = error { return error }
        }
        return nil
    }

    private static let sizes = [0, 1, 65535, 65536, 65537, 1_048_577, 3_300_000]

    @Test("Everything that was signed comes back", arguments: sizes, [false, true])
    func roundTrip(_ size: Int, _ armored: Bool) throws {
        var terms = PolicyTerms()
        terms.purpose = "研究"
        terms.rules = ["印刷禁止", "no forwarding"]
        let plain = try seal(size, protection(terms, armored: armored))
        let found = try unlocking().unlock(
            .path(place.path("sealed")), to: .path(place.path("back")))
        #expect(place.read("back") == plain)
        #expect(place.names == ["back", "plain", "sealed"])
        let finding = try #require(found)
        #expect(finding.isTrusted && finding.period == .valid)
        #expect(finding.signed.policy.terms == terms)
        #expect(finding.signed.policy.recipients == [try Fingerprint.of(identity.recipient)])
    }

    @Test("A fingerprint is what b2sum makes of the key")
    func fingerprint() throws {
        let key = try X25519Recipient(
            "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p")
        #expect(try Fingerprint.of(key) == "9cc1c7e968b67f1407f5089796b23511")
    }

    @Test("age opens a signed file", .enabled(if: hasAge, "needs age"), arguments: [false, true])
    func age(_ armored: Bool) throws {
        let plain = try seal(70_000, protection(armored: armored))
        try place.write("key", Array((identity.secretText() + "\n").utf8))
        #expect(try place.run("/usr/bin/age", ["-d", "-i", "key", "-o", "back", "sealed"]) == 0)
        #expect(place.read("back") == plain)
    }

    @Test("What goes to a pipe waits for its header and leaves nothing behind")
    func stream() throws {
        let plain = pattern(200_000)
        try place.write("plain", plain)
        try FileManager.default.createDirectory(
            atPath: place.folder + "/spool", withIntermediateDirectories: false)
        var protection = try protection()
        protection.spoolFolder = place.path("spool")
        let source = Source.path(place.path("plain"))
        let output = try FileDescriptor.open(place.path("sealed"), [.writeOnly, .create])
        try protection.stream(
            OpenedSource(source), source, to: output,
            NewHeader(protection.recipients, protection.signing), Progress())
        try unlocking().unlock(.path(place.path("sealed")), to: .path(place.path("back")))
        #expect(place.read("back") == plain)
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.folder + "/spool") == [])
    }

    @Test("A missing spool folder is named")
    func noSpool() throws {
        try place.write("plain", pattern(3))
        var protection = try protection()
        protection.spoolFolder = place.path("none")
        let source = Source.path(place.path("plain"))
        let opened = try OpenedSource(source)
        let output = try FileDescriptor.open("/dev/null", [.writeOnly])
        var found: ProtectError?
        do throws(ProtectError) {
            try protection.stream(
                opened, source, to: output, NewHeader(protection.recipients, protection.signing),
                Progress())
        } catch {
            found = error
        }
        #expect(found == .spool(place.path("none"), .noSuchFile))
    }

    @Test("A signed folder comes back")
    func folder() throws {
        try FileManager.default.createDirectory(
            atPath: place.folder + "/in", withIntermediateDirectories: false)
        try place.write("in/a", pattern(70_000))
        try protection().protect(.path(place.path("in")), to: .path(place.path("sealed")))
        let found = try unlocking().unpack(.path(place.path("sealed")), to: place.path("out"))
        #expect(found?.isTrusted == true)
        #expect(try place.run("/usr/bin/diff", ["-r", "in", "out"]) == 0)
    }

    @Test("An unknown issuer is refused unless anybody will do")
    func unknownIssuer() throws {
        _ = try seal(10, protection())
        var unlocking = Unlocking(identities: [identity])
        #expect(refusal(unlocking) == .untrustedIssuer(key.issuer.text))
        #expect(place.names == ["plain", "sealed"])
        unlocking.demands.acceptsAnyIssuer = true
        let found = try unlocking.unlock(.path(place.path("sealed")), to: .nowhere)
        #expect(found?.isTrusted == false)
    }

    @Test("A file opens only within its period unless that is waived")
    func period() throws {
        let now = Clock.wallNanoseconds / 1_000_000_000
        var terms = PolicyTerms()
        terms.notBefore = now + 1000
        terms.notAfter = now + 2000
        _ = try seal(10, protection(terms))
        var unlocking = unlocking()
        #expect(refusal(unlocking) == .notYetValid(now + 1000))
        for (moment, error) in [
            (999, .notYetValid(now + 1000)), (1000, nil), (2000, nil),
            (2001, .expired(now + 2000)),
        ] as [(Int64, SignatureError?)] {
            unlocking.demands.now = now + moment
            unlocking.demands.ignoresPeriod = false
            #expect(refusal(unlocking) == error)
            try? FileManager.default.removeItem(atPath: place.folder + "/back")
            unlocking.demands.ignoresPeriod = true
            #expect(refusal(unlocking) == nil)
            try FileManager.default.removeItem(atPath: place.folder + "/back")
        }
    }

    @Test("An unsigned file opens, unless a signature is required")
    func unsigned() throws {
        _ = try seal(10, Protection(recipients: [identity.recipient]))
        var unlocking = unlocking()
        #expect(try unlocking.unlock(.path(place.path("sealed")), to: .nowhere) == nil)
        unlocking.demands.requiresSignature = true
        #expect(refusal(unlocking) == .missing)
    }

    @Test("A passphrase and a signature don't go together")
    func passphrase() throws {
        var protection = try protection()
        protection.recipients = [try ScryptRecipient(passphrase: Array("x".utf8).span, logN: 1)]
        try place.write("plain", pattern(3))
        #expect(throws: ProtectError.wrap(.scryptMustBeAlone)) {
            try protection.protect(.path(place.path("plain")), to: .path(place.path("sealed")))
        }
    }

    @Test("Other recipients are signed for the same payload")
    func resigned() throws {
        let plain = try seal(100_000, protection())
        let file = try #require(place.read("sealed"))
        let (header, count) = try Header.parse(file.span)
        let fileKey = try header.unwrap([identity])
        let signed = try #require(try SignedPolicy(header))
        let other = try X25519Identity.generate()
        let stanzas = try Recipients.wrap(fileKey, to: [other.recipient])
        let names = [try Fingerprint.of(other.recipient)]
        let new = try Header(
            stanzas: signed.resigned(naming: names, stanzas, by: key, fileKey),
            fileKey: fileKey)
        try place.write("rekeyed", new.encoded() + file[count...])
        var unlocking = unlocking()
        unlocking.identities = [other]
        let found = try unlocking.unlock(
            .path(place.path("rekeyed")), to: .path(place.path("back")))
        #expect(place.read("back") == plain)
        #expect(found?.signed.policy.recipients == names)
        #expect(found?.signed.policy.fileID == signed.policy.fileID)
        let stranger = try SigningKey.generate()
        #expect(throws: SignatureError.untrustedIssuer(stranger.issuer.text)) {
            try signed.resigned(naming: names, stanzas, by: stranger, fileKey)
        }
    }

    @Test("No truncation is opened", .timeLimit(.minutes(2)))
    func truncations() throws {
        _ = try seal(40, protection())
        let sealed = try #require(place.read("sealed"))
        for count in 0..<sealed.count {
            try expectRefusal(of: Array(sealed[..<count]), "cut to \(count)")
        }
        #expect(place.names == ["bad", "plain", "sealed"])
    }

    @Test("No flipped bit is overlooked", .timeLimit(.minutes(4)))
    func bitFlips() throws {
        _ = try seal(40, protection())
        let sealed = try #require(place.read("sealed"))
        for bit in 0..<(sealed.count * 8) {
            var bytes = sealed
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            try expectRefusal(of: bytes, "bit \(bit)")
        }
        #expect(place.names == ["bad", "plain", "sealed"])
    }

    private func expectRefusal(of bytes: [UInt8], _ what: String) throws {
        try place.write("bad", bytes)
        #expect(throws: UnlockError.self, "\(what)") {
            try unlocking().unlock(.path(place.path("bad")), to: .path(place.path("back")))
        }
    }
}
