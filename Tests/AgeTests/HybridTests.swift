import Age
import PostQuantum
import Sodium
import Testing

@Suite("Post-quantum keys")
struct HybridTests {
    @Test("are read and named in every build")
    func text() throws {
        let bytes = (0..<XWing.publicKeySize).map { UInt8(truncatingIfNeeded: $0) }
        let recipient = try HybridRecipient(publicKey: bytes)
        #expect(recipient.text.hasPrefix("age1pq1"))
        #expect(try RecipientText.parse(recipient.text).text == recipient.text)
        let short = Bech32.encode(prefix: "age1pq", Array(bytes[..<32]).span)
        #expect(throws: KeyError.wrongLength) { _ = try RecipientText.parse(short) }
        let secret = try HybridIdentity.generate().lockedText()
        secret.withSpan { text in #expect(text.count == 19 + 52 + 6) }
    }

    @Test("are refused by a build without them", .enabled(if: !XWing.isBuilt, "has them"))
    func notBuilt() throws {
        let identity = try HybridIdentity.generate()
        #expect(throws: KeyError.postQuantumNotBuilt) { _ = try identity.publicText() }
        let recipient = try HybridRecipient(
            publicKey: [UInt8](repeating: 0, count: XWing.publicKeySize))
        #expect(throws: AgeError.wrap(.postQuantumNotBuilt)) {
            _ = try WholeFile.seal(Span(), to: [recipient])
        }
    }

    @Test(
        "do not open anything in a build without them",
        .enabled(if: !XWing.isBuilt && !Testkit.all.isEmpty, "has them, or needs the test kit"))
    func notOpened() throws {
        let vector = try #require(try Testkit.read("hybrid"))
        var opened: [UInt8] = []
        #expect(throws: AgeError.unwrap(.postQuantumNotBuilt)) {
            try WholeFile.open(vector.body.span, with: [HybridIdentity.generate()], into: &opened)
        }
    }

    @Test("open what was sealed to them", .enabled(if: XWing.isBuilt, "needs PostQuantum"))
    func roundTrip() throws {
        let identity = try HybridIdentity.generate()
        let other = try HybridIdentity.generate()
        let plain = Array("ward list".utf8)
        let file = try WholeFile.seal(
            plain.span, to: [other.recipient(), identity.recipient()])
        var opened: [UInt8] = []
        try WholeFile.open(file.span, with: [identity], into: &opened)
        #expect(opened == plain)
        let text = try identity.lockedText()
        let again = try text.withSpan { text in try IdentityText.parse(text) }
        #expect(try again.publicText() == identity.publicText())
    }

    @Test("stand with no others in one file", .enabled(if: XWing.isBuilt, "needs PostQuantum"))
    func mixed() throws {
        let hybrid = try HybridIdentity.generate().recipient()
        let plain = try X25519Identity.generate().recipient
        #expect(throws: AgeError.wrap(.postQuantumMixed)) {
            _ = try WholeFile.seal(Span(), to: [hybrid, plain])
        }
    }

    @Test("of low quality are refused", .enabled(if: XWing.isBuilt, "needs PostQuantum"))
    func invalid() throws {
        // No coefficient of ML-KEM is 0xfff.
        let recipient = try HybridRecipient(
            publicKey: [UInt8](repeating: 0xff, count: XWing.publicKeySize))
        #expect(throws: AgeError.wrap(.invalidRecipient)) {
            _ = try WholeFile.seal(Span(), to: [recipient])
        }
    }
}
