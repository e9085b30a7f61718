import Age
import Foundation
import Linux
import Testing

@testable import Sealing

/// Plaintext sizes around the edges of chunks and segments.
private let sizes = [
    0, 1, 65535, 65536, 65537, 524_288, 524_289, 1_048_576, 1_048_577, 3_300_000, 5_242_880,
]

@Suite("Protect and unlock")
struct ProtectTests {
    let place: Workplace
    let identity: X25519Identity

    init() throws {
        place = try Workplace()
        identity = try X25519Identity.generate()
    }

    private func protection(armored: Bool = false, threads: Int = 2) -> Protection {
        var protection = Protection(recipients: [identity.recipient])
        protection.isArmored = armored
        protection.threads = threads
        return protection
    }

    @Test("What was sealed comes back", arguments: sizes, [false, true])
    func roundTrip(_ size: Int, _ armored: Bool) throws {
        let plain = pattern(size)
        try place.write("plain", plain)
        try protection(armored: armored).protect(
            .path(place.path("plain")), to: .path(place.path("sealed")))
        try Unlocking(identities: [identity]).unlock(
            .path(place.path("sealed")), to: .path(place.path("back")))
        #expect(place.read("back") == plain)
        #expect(place.names == ["back", "plain", "sealed"])
        #expect(try FileStatus.of(place.path("back")).permissions == 0o600)
    }

    @Test("age opens what was sealed", .enabled(if: hasAge, "needs age"), arguments: sizes)
    func ageOpens(_ size: Int) throws {
        let plain = pattern(size)
        try place.write("plain", plain)
        try place.write("key", Array((identity.secretText() + "\n").utf8))
        try protection().protect(.path(place.path("plain")), to: .path(place.path("sealed")))
        #expect(try place.run("/usr/bin/age", ["-d", "-i", "key", "-o", "back", "sealed"]) == 0)
        // age makes no file when there is nothing to write.
        #expect((place.read("back") ?? []) == plain)
    }

    @Test("What age sealed is opened", .enabled(if: hasAge, "needs age"), arguments: sizes)
    func opensAge(_ size: Int) throws {
        let plain = pattern(size)
        try place.write("plain", plain)
        let key = identity.recipient.text
        #expect(try place.run("/usr/bin/age", ["-r", key, "-o", "sealed", "plain"]) == 0)
        try Unlocking(identities: [identity]).unlock(
            .path(place.path("sealed")), to: .path(place.path("back")))
        #expect(place.read("back") == plain)
    }

    @Test("A wrong key opens nothing")
    func wrongKey() throws {
        try place.write("plain", pattern(10))
        try protection().protect(.path(place.path("plain")), to: .path(place.path("sealed")))
        let sealed = place.path("sealed")
        #expect(throws: UnlockError.unwrap(sealed, .noMatch)) {
            try Unlocking(identities: [X25519Identity.generate()]).unlock(
                .path(sealed), to: .path(place.path("back")))
        }
        #expect(place.names == ["plain", "sealed"])
    }

    @Test("An output that exists is left alone")
    func outputExists() throws {
        try place.write("plain", pattern(10))
        try place.write("sealed", [1, 2, 3])
        #expect(throws: ProtectError.outputExists(place.path("sealed"))) {
            try protection().protect(.path(place.path("plain")), to: .path(place.path("sealed")))
        }
        #expect(place.read("sealed") == [1, 2, 3])
    }

    @Test("A symbolic link is not followed")
    func symbolicLink() throws {
        try place.write("plain", pattern(10))
        try FileManager.default.createSymbolicLink(
            atPath: place.folder + "/link", withDestinationPath: "plain")
        #expect(throws: ProtectError.sourceIsLink(place.path("link"))) {
            try protection().protect(.path(place.path("link")), to: .path(place.path("sealed")))
        }
    }

    @Test("A name that is not UTF-8 works")
    func rawName() throws {
        let folder = try FileDescriptor.open(BytePath(place.folder), [.readOnly, .directory])
        let name = BytePath([0xff, 0xfe, 0x41])
        let file = try folder.open(name, [.writeOnly, .create, .exclusive])
        let plain = pattern(100)
        try file.writeAll(plain.span)
        let path = BytePath(place.folder).appending(name)
        let sealed = BytePath(path.bytes + [0x2e])
        try protection().protect(.path(path), to: .path(sealed))
        try Unlocking(identities: [identity]).unlock(.path(sealed), to: .path(place.path("back")))
        #expect(place.read("back") == plain)
    }

    @Test("A full disk is told and leaves nothing", .enabled(if: getuid() == 0, "needs root"))
    func fullDisk() throws {
        try FileManager.default.createDirectory(
            atPath: place.folder + "/disk", withIntermediateDirectories: true)
        let arguments = ["-t", "tmpfs", "-o", "size=1m", "none", place.folder + "/disk"]
        try #require(try place.run("/usr/bin/mount", arguments) == 0)
        defer { _ = try? place.run("/usr/bin/umount", [place.folder + "/disk"]) }
        try place.write("plain", pattern(3_000_000))
        let output = place.path("disk/sealed")
        #expect(throws: ProtectError.output(output, .noSpace)) {
            try protection().protect(.path(place.path("plain")), to: .path(output))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.folder + "/disk") == [])
    }
}

@Suite("Damage")
struct DamageTests {
    let place: Workplace
    let identity: X25519Identity
    let sealed: [UInt8]

    init() throws {
        place = try Workplace()
        identity = try X25519Identity.generate()
        try place.write("plain", pattern(40))
        try Protection(recipients: [identity.recipient]).protect(
            .path(place.path("plain")), to: .path(place.path("sealed")))
        sealed = try #require(place.read("sealed"))
    }

    private func expectRefusal(of bytes: [UInt8], _ what: String) throws {
        try place.write("bad", bytes)
        #expect(throws: UnlockError.self, "\(what)") {
            try Unlocking(identities: [identity]).unlock(
                .path(place.path("bad")), to: .path(place.path("back")))
        }
    }

    @Test("No truncation is opened", .timeLimit(.minutes(2)))
    func truncations() throws {
        for count in 0..<sealed.count {
            try expectRefusal(of: Array(sealed[..<count]), "cut to \(count)")
        }
        #expect(place.names == ["bad", "plain", "sealed"])
    }

    @Test("No flipped bit is overlooked", .timeLimit(.minutes(4)))
    func bitFlips() throws {
        for bit in 0..<(sealed.count * 8) {
            var bytes = sealed
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            try expectRefusal(of: bytes, "bit \(bit)")
        }
        #expect(place.names == ["bad", "plain", "sealed"])
    }
    /// The text opens as it did, or is refused and leaves nothing: white space may follow its end.
    private func expectSame(orRefusalOf text: [UInt8], _ what: String) throws {
        try place.write("bad", text)
        let output = place.path("back")
        do throws(UnlockError) {
            try Unlocking(identities: [identity]).unlock(
                .path(place.path("bad")), to: .path(output))
        } catch {
            #expect(place.read("back") == nil, "\(what)")
            return
        }
        #expect(place.read("back") == pattern(40), "\(what)")
        try FileManager.default.removeItem(atPath: place.folder + "/back")
    }

    @Test("No truncation of text is opened", .timeLimit(.minutes(2)))
    func armoredTruncations() throws {
        let text = Armor.encode(sealed.span)
        // The last line may lack its end.
        for count in 0..<(text.count - 1) {
            try expectRefusal(of: Array(text[..<count]), "cut at \(count)")
        }
        try expectSame(orRefusalOf: Array(text.dropLast()), "without the last line's end")
    }

    @Test("No flipped bit of text changes what comes out", .timeLimit(.minutes(4)))
    func armoredBitFlips() throws {
        let text = Armor.encode(sealed.span)
        for bit in 0..<(text.count * 8) {
            var bytes = text
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            try expectSame(orRefusalOf: bytes, "bit \(bit)")
        }
    }
}
