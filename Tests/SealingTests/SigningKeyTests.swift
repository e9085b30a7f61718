import Age
import Sealing
import Testing

@Suite("Signing keys")
struct SigningKeyTests {
    @Test("They read back from their text")
    func roundTrip() throws {
        let key = try SigningKey.generate()
        #expect(try key.secretText().hasPrefix("KANARIA-SIGNING-KEY-1"))
        #expect(try SigningKey(key.secretText()).issuer == key.issuer)
        #expect(key.issuer.text.hasPrefix("kanaria-issuer1"))
        #expect(try IssuerKey(key.issuer.text) == key.issuer)
    }

    @Test("A key of another kind is refused")
    func otherKinds() throws {
        let identity = try X25519Identity.generate()
        #expect(throws: KeyError.unsupportedKeyType) { try SigningKey(identity.secretText()) }
        #expect(throws: KeyError.unsupportedKeyType) { try IssuerKey(identity.recipient.text) }
        #expect(throws: KeyError.malformed) {
            try SigningKey(SigningKey.generate().secretText().lowercased())
        }
        #expect(throws: KeyError.malformed) { try IssuerKey("kanaria-issuer1qqqq") }
    }
}
