internal import CSodium

/// Checks of Ed25519 signatures and keys (RFC 8032).
public enum Ed25519 {
    /// Length of a public key.
    public static let publicKeySize = 32
    /// Length of a seed.
    public static let seedSize = 32
    /// Length of a signature.
    public static let signatureSize = 64

    /// Returns when `signature` is by the owner of `publicKey`, and throws otherwise.
    public static func verify(
        signature: Span<UInt8>, message: Span<UInt8>, publicKey: Span<UInt8>
    ) throws(SodiumError) {
        try Sodium.initialise()
        try Sodium.expect(signature.count, signatureSize)
        try Sodium.expect(publicKey.count, publicKeySize)
        let status = unsafe signature.lend { signature, _ in
            unsafe message.lend { message, count in
                unsafe publicKey.lend { key, _ in
                    unsafe crypto_sign_verify_detached(
                        signature, message, UInt64(count), key)
                }
            }
        }
        guard status == 0 else { throw .authenticationFailed }
    }

    /// The Montgomery form of a public key, for X25519.
    public static func montgomeryPublicKey(
        _ edwards: Span<UInt8>
    ) throws(SodiumError) -> [UInt8] {
        try Sodium.initialise()
        try Sodium.expect(edwards.count, publicKeySize)
        var point = [UInt8](repeating: 0, count: X25519.keySize)
        let status = unsafe edwards.lend { bytes, _ in
            unsafe crypto_sign_ed25519_pk_to_curve25519(&point, bytes)
        }
        guard status == 0 else { throw .invalidPoint }
        return point
    }
}

/// A key that signs.
public struct Ed25519KeyPair: ~Copyable, Sendable {
    private let secret: SecretBytes

    /// The public half.
    public let publicKey: [UInt8]

    /// Makes a new random key.
    public init() throws(SodiumError) {
        try self.init(seed: SecretBytes(random: Ed25519.seedSize))
    }

    /// Rebuilds the key that `seed` stands for.
    public init(seed: borrowing SecretBytes) throws(SodiumError) {
        try Sodium.expect(seed.count, Ed25519.seedSize)
        let secret = try SecretBytes(count: Int(crypto_sign_secretkeybytes()))
        var publicKey = [UInt8](repeating: 0, count: Ed25519.publicKeySize)
        _ = unsafe crypto_sign_seed_keypair(&publicKey, secret.pointer, seed.pointer)
        self.secret = secret
        self.publicKey = publicKey
    }

    /// Signs `message`.
    public borrowing func sign(_ message: Span<UInt8>) throws(SodiumError) -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: Ed25519.signatureSize)
        _ = unsafe message.lend {
            unsafe crypto_sign_detached(&signature, nil, $0, UInt64($1), secret.pointer)
        }
        return signature
    }

    /// The seed, to store the key.
    public borrowing func seed() throws(SodiumError) -> SecretBytes {
        let seed = try SecretBytes(count: Ed25519.seedSize)
        _ = unsafe crypto_sign_ed25519_sk_to_seed(seed.pointer, secret.pointer)
        return seed
    }
}
