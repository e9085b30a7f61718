import Age
import Linux
import Testing

@testable import Sealing

@Suite("Recovering damaged files")
struct RecoveryTests {
    let place: Workplace
    let identity: X25519Identity
    let plain = pattern(3 * 65536 + 100)
    let sealed: [UInt8]
    /// Where the first chunk starts.
    let payload: Int

    init() throws {
        let place = try Workplace()
        let identity = try X25519Identity.generate()
        try place.write("plain", plain)
        try Protection(recipients: [identity.recipient]).protect(
            .path(place.path("plain")), to: .path(place.path("sealed")))
        let bytes = try #require(place.read("sealed"))
        payload = try Header.parse(bytes.span).byteCount + Payload.nonceSize
        (self.place, self.identity, sealed) = (place, identity, bytes)
    }

    private func recover(_ bytes: [UInt8]) throws -> Recovery {
        try place.write("damaged", bytes)
        return try Unlocking(identities: [identity]).recover(
            .path(place.path("damaged")), to: place.path("out"))
    }

    private func plain(without holes: [Range<Int>]) -> [UInt8] {
        var expected = plain
        for hole in holes {
            expected.replaceSubrange(hole, with: repeatElement(0, count: hole.count))
        }
        return expected
    }

    /// A damage and the plaintext that is lost by it.
    struct Damage: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// Chunks in which one bit is turned.
        let chunks: [Int]
        let holes: [Range<Int>]
    }

    static let damages = [
        Damage(testDescription: "none", chunks: [], holes: []),
        Damage(testDescription: "first", chunks: [0], holes: [0..<65536]),
        Damage(testDescription: "middle", chunks: [1], holes: [65536..<131072]),
        Damage(testDescription: "neighbours", chunks: [0, 1], holes: [0..<131072]),
        Damage(testDescription: "apart", chunks: [0, 2], holes: [0..<65536, 131072..<196608]),
        Damage(testDescription: "last", chunks: [3], holes: [196608..<196708]),
    ]

    @Test("Holes are where the damage is", arguments: damages)
    func holes(_ damage: Damage) throws {
        var bytes = sealed
        for chunk in damage.chunks { bytes[payload + chunk * 65552 + 7] ^= 1 }
        let found = try recover(bytes)
        #expect(found.holes == damage.holes.map { UInt64($0.lowerBound)..<UInt64($0.upperBound) })
        #expect(found.isWhole == damage.chunks.isEmpty)
        #expect(found.hasEnd == !damage.chunks.contains(3))
        #expect(place.read("out") == plain(without: damage.holes))
    }

    @Test("A hole takes no room on the disk")
    func sparse() throws {
        var bytes = sealed
        bytes[payload + 65552] ^= 1
        _ = try recover(bytes)
        let status = try FileStatus.of(place.path("out"))
        #expect(status.allocatedByteCount < status.byteCount)
    }

    @Test("Of a cut file the chunks before the cut remain", arguments: [0, 1, 15, 16, 17, 40000])
    func cut(rest: Int) throws {
        let found = try recover(Array(sealed[..<(payload + 2 * 65552 + rest)]))
        #expect(!found.hasEnd && !found.isWhole)
        #expect(found.authenticByteCount == 131072)
        #expect(found.byteCount == 131072 + UInt64(max(0, rest - 16)))
        #expect(place.read("out")?.prefix(131072) == plain.prefix(131072))
    }

    @Test("Bytes behind a full last chunk are left out")
    func trailing() throws {
        try place.write("plain2", pattern(65536))
        try Protection(recipients: [identity.recipient]).protect(
            .path(place.path("plain2")), to: .path(place.path("sealed2")))
        let found = try recover((place.read("sealed2") ?? []) + [1, 2, 3])
        #expect(found.hasEnd && found.hasTrailingBytes && !found.isWhole && found.holes.isEmpty)
        #expect(place.read("out") == pattern(65536))
    }

    @Test("A header with another MAC gives the key nevertheless, and that is told")
    func header() throws {
        var bytes = sealed
        // The third character of the MAC, so that it stays canonical base64.
        let mac = payload - Payload.nonceSize - 40
        bytes[mac] = bytes[mac] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        let found = try recover(bytes)
        #expect(!found.isHeaderAuthentic && found.holes.isEmpty && !found.isWhole)
        #expect(place.read("out") == plain)
    }

    @Test("Nothing is written where nothing is authentic")
    func nothing() throws {
        var bytes = sealed
        bytes[payload - 1] ^= 1
        #expect(
            throws: UnlockError.payload(
                place.path("damaged"), .authenticationFailed(chunk: 0))
        ) { try recover(bytes) }
        #expect(place.read("out") == nil)
    }

    @Test("Armored text gives what comes before the damage")
    func armored() throws {
        var text = Armor.encode(sealed.span)
        text[text.count / 2] = UInt8(ascii: "!")
        let found = try recover(text)
        #expect(!found.hasEnd && found.authenticByteCount == 65536)
        #expect(place.read("out")?.prefix(65536) == plain.prefix(65536))
    }
}
