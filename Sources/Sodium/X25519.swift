internal import CSodium

/// Diffie-Hellman on Curve25519 (RFC 7748).
public enum X25519 {
    /// Length of a secret, a point and a shared secret.
    public static let keySize = 32

    /// The point that belongs to `secret`.
    public static func publicKey(of secret: borrowing SecretBytes) throws(SodiumError) -> [UInt8] {
        try Sodium.expect(secret.count, keySize)
        var point = [UInt8](repeating: 0, count: keySize)
        _ = unsafe crypto_scalarmult_base(&point, secret.pointer)
        return point
    }

    /// The secret shared with the owner of `peer`.
    public static func sharedSecret(
        _ secret: borrowing SecretBytes, _ peer: Span<UInt8>
    ) throws(SodiumError) -> SecretBytes {
        try Sodium.expect(secret.count, keySize)
        try Sodium.expect(peer.count, keySize)
        let shared = try SecretBytes(count: keySize)
        let status = unsafe peer.lend { point, _ in
            unsafe crypto_scalarmult(shared.pointer, secret.pointer, point)
        }
        guard status == 0 else { throw .lowOrderPoint }
        return shared
    }
}
