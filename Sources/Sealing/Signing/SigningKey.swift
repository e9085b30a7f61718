public import Age
internal import Sodium

/// The public half of a signing key, `kanaria-issuer1…`: who vouches for a file.
public struct IssuerKey: Equatable, Hashable, Sendable {
    private static let prefix = "kanaria-issuer"

    /// The Ed25519 public key, 32 bytes.
    public let bytes: [UInt8]

    /// Takes the 32 bytes.
    public init(bytes: [UInt8]) throws(KeyError) {
        guard bytes.count == Ed25519.publicKeySize else { throw .wrongLength }
        self.bytes = bytes
    }

    /// Reads `kanaria-issuer1…`.
    public init(_ text: String) throws(KeyError) {
        guard let key = Bech32.decode(text), !key.isUpper else { throw .malformed }
        guard key.prefix == Self.prefix else { throw .unsupportedKeyType }
        try self.init(bytes: key.bytes)
    }

    /// The key as people write it.
    public var text: String { Bech32.encode(prefix: Self.prefix, bytes.span) }
}

/// An issuer's key that signs, `KANARIA-SIGNING-KEY-1…`.
public final class SigningKey: Sendable {
    private let pair: Ed25519KeyPair

    /// The public half.
    public let issuer: IssuerKey

    /// Makes a new random key.
    public static func generate() throws(KeyError) -> SigningKey {
        do throws(SodiumError) {
            return try SigningKey(Ed25519KeyPair())
        } catch {
            throw .sodium(error)
        }
    }

    /// Reads `KANARIA-SIGNING-KEY-1…`.
    public convenience init(_ text: String) throws(KeyError) {
        try self.init(secretText: Array(text.utf8).span)
    }

    /// Reads `KANARIA-SIGNING-KEY-1…` without making copies of it.
    public convenience init(secretText: Span<UInt8>) throws(KeyError) {
        let seed = try Bech32.decodeSecret(secretText, prefix: "KANARIA-SIGNING-KEY-")
        guard seed.count == Ed25519.seedSize else { throw .wrongLength }
        do throws(SodiumError) {
            try self.init(Ed25519KeyPair(seed: seed))
        } catch {
            throw .sodium(error)
        }
    }

    private init(_ pair: consuming Ed25519KeyPair) throws(SodiumError) {
        do throws(KeyError) {
            issuer = try IssuerKey(bytes: pair.publicKey)
        } catch {
            throw .wrongLength(expected: Ed25519.publicKeySize, actual: pair.publicKey.count)
        }
        self.pair = pair
    }

    /// The key as it stands in its file.
    public func secretText() throws(KeyError) -> String {
        do throws(SodiumError) {
            return try pair.seed().withSpan { Bech32.encode(prefix: "kanaria-signing-key-", $0) }
                .uppercased()
        } catch {
            throw .sodium(error)
        }
    }

    /// The key as it stands in its file, in locked memory.
    func lockedText() throws(SodiumError) -> SecretBytes {
        try pair.seed().withSpan { (seed) throws(SodiumError) in
            try Bech32.encodeSecret(seed, prefix: "KANARIA-SIGNING-KEY-")
        }
    }

    func sign(_ message: [UInt8]) throws(SodiumError) -> [UInt8] {
        try pair.sign(message.span)
    }
}
