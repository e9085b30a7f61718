import Sodium
import Testing

func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
}

func plain(_ secret: borrowing SecretBytes) -> [UInt8] {
    secret.withSpan { bytes in bytes.indices.map { bytes[$0] } }
}

@Suite("Vectors of the RFCs")
struct RFCVectorTests {
    @Test(
        "HKDF-SHA-256 gives the outputs of RFC 5869",
        arguments: [
            (
                String(repeating: "0b", count: 22), "000102030405060708090a0b0c",
                "f0f1f2f3f4f5f6f7f8f9",
                "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
            ),
            (
                String(repeating: "0b", count: 22), "", "",
                "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
            ),
        ])
    func hkdf(key: String, salt: String, info: String, output: String) throws {
        let derived = try HKDFSHA256.derive(
            key: hex(key).span, salt: hex(salt).span, info: hex(info).span, count: 42)
        #expect(plain(derived) == hex(output))
    }

    @Test("X25519 gives the shared secret of RFC 7748 §5.2")
    func diffieHellman() throws {
        let scalar = try SecretBytes(
            copying: hex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4").span)
        let point = hex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c")
        let shared = try X25519.sharedSecret(scalar, point.span)
        #expect(
            plain(shared)
                == hex("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"))
    }

    @Test("X25519 refuses a point of low order")
    func lowOrder() throws {
        let secret = try SecretBytes(random: 32)
        #expect(throws: SodiumError.lowOrderPoint) {
            _ = try X25519.sharedSecret(secret, [UInt8](repeating: 0, count: 32).span)
        }
    }

    @Test("ChaCha20-Poly1305 seals as RFC 8439 §2.8.2 and opens only what is intact")
    func aead() throws {
        let text = Array(
            ("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for "
                + "the future, sunscreen would be it.").utf8)
        let key = try SecretBytes(copying: Array(0x80...0x9f).span)
        let nonce = hex("070000004041424344454647")
        let additional = hex("50515253c0c1c2c3c4c5c6c7")
        var sealed = try ChaChaPoly.seal(
            text.span, nonce: nonce.span, additional: additional.span, key: key)
        #expect(Array(sealed.suffix(16)) == hex("1ae10b594f09e26a7e902ecbd0600691"))
        #expect(Array(sealed.prefix(8)) == hex("d31a8d34648e60db"))
        var room = text + [UInt8](repeating: 0, count: 16)
        var span = room.mutableSpan
        try ChaChaPoly.sealInPlace(
            &span, nonce: nonce.span, additional: additional.span, key: key)
        #expect(room == sealed)
        #expect(
            try ChaChaPoly.open(
                sealed.span, nonce: nonce.span, additional: additional.span, key: key) == text)
        sealed[3] ^= 1
        #expect(throws: SodiumError.authenticationFailed) {
            _ = try ChaChaPoly.open(
                sealed.span, nonce: nonce.span, additional: additional.span, key: key)
        }
    }

    @Test("scrypt gives the output of RFC 7914 §12")
    func scrypt() throws {
        let key = try Scrypt.derive(
            password: Array("pleaseletmein".utf8).span, salt: Array("SodiumChloride".utf8).span,
            logN: 14, count: 64)
        #expect(plain(key).prefix(8) == hex("7023bdcb3afd7348")[...])
    }

    @Test("Ed25519 signs as RFC 8032 §7.1 and its seed rebuilds the key")
    func signature() throws {
        let seed = try SecretBytes(
            copying: hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").span)
        let pair = try Ed25519KeyPair(seed: seed)
        #expect(
            pair.publicKey
                == hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"))
        let message = Array("m".utf8)
        let signature = try pair.sign(message.span)
        try Ed25519.verify(
            signature: signature.span, message: message.span, publicKey: pair.publicKey.span)
        #expect(throws: SodiumError.authenticationFailed) {
            try Ed25519.verify(
                signature: signature.span, message: Span(), publicKey: pair.publicKey.span)
        }
        #expect(plain(try pair.seed()) == plain(seed))
    }

    @Test("SHA-2 and BLAKE2b give the published digests of abc")
    func digests() throws {
        let abc = Array("abc".utf8)
        #expect(try SHA256.hash(abc.span).prefix(4) == hex("ba7816bf")[...])
        #expect(try SHA512.hash(abc.span).prefix(4) == hex("ddaf35a1")[...])
        #expect(try BLAKE2b.hash(abc.span, count: 64).prefix(4) == hex("ba80a53f")[...])
        var pieces = try BLAKE2bHasher(count: 64)
        for byte in abc { pieces.update([byte].span) }
        #expect(try pieces.finish() == BLAKE2b.hash(abc.span, count: 64))
        let key = [UInt8](repeating: 7, count: 32)
        #expect(try BLAKE2b.hash(abc.span, key: key.span) != BLAKE2b.hash(abc.span))
    }
}
