internal import Sodium

/// The key schedule of HPKE in its base mode, for one message.
///
/// The KEM is MLKEM768-X25519, the KDF HKDF-SHA256, the cipher ChaCha20-Poly1305.
///
/// Source: RFC 9180 §5.1; draft-ietf-hpke-pq for the KEM's number.
enum HPKE {
    /// What seals the first message.
    struct Schedule: ~Copyable {
        let key: SecretBytes
        let nonce: SecretBytes
    }

    private static let suite: [UInt8] = Array("HPKE".utf8) + [0x64, 0x7a, 0x00, 0x01, 0x00, 0x03]

    /// Key and nonce that follow from the secret of the KEM.
    static func schedule(
        _ secret: borrowing SecretBytes, info: [UInt8]
    ) throws(SodiumError) -> Schedule {
        let context =
            [0x00] + (try extract("psk_id_hash", [])) + (try extract("info_hash", info))
        return Schedule(
            key: try expand(secret, "key", context, ChaChaPoly.keySize),
            nonce: try expand(secret, "base_nonce", context, ChaChaPoly.nonceSize))
    }

    private static func labeled(_ label: String, _ bytes: [UInt8]) -> [UInt8] {
        Array("HPKE-v1".utf8) + suite + Array(label.utf8) + bytes
    }

    private static func extract(
        _ label: String, _ bytes: [UInt8]
    ) throws(SodiumError) -> [UInt8] {
        try HMACSHA256.tag(key: Span(), message: labeled(label, bytes).span)
    }

    /// LabeledExtract of no preshared key under the shared secret, and LabeledExpand of that.
    private static func expand(
        _ secret: borrowing SecretBytes, _ label: String, _ context: [UInt8], _ count: Int
    ) throws(SodiumError) -> SecretBytes {
        try secret.withSpan { (secret) throws(SodiumError) in
            try HKDFSHA256.derive(
                key: labeled("secret", []).span, salt: secret,
                info: ([0, UInt8(count)] + labeled(label, context)).span, count: count)
        }
    }
}
