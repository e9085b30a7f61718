public import Sodium

let x25519Type = "X25519"
private let x25519Info = Array("age-encryption.org/v1/X25519".utf8)

/// A public key of age, `age1…`.
public struct X25519Recipient: NamedRecipient, Equatable, Hashable {
    /// The point.
    public let publicKey: [UInt8]

    /// Takes the 32-byte point.
    public init(publicKey: [UInt8]) throws(KeyError) {
        guard publicKey.count == X25519.keySize else { throw .wrongLength }
        self.publicKey = publicKey
    }

    /// Reads `age1…`.
    public init(_ text: String) throws(KeyError) {
        guard let key = Bech32.decode(text) else { throw .malformed }
        guard key.prefix == "age" else { throw .unsupportedKeyType }
        guard !key.isUpper else { throw .malformed }
        try self.init(publicKey: key.bytes)
    }

    /// The key as people write it.
    public var text: String { Bech32.encode(prefix: "age", publicKey.span) }

    /// The stanza that gives the owner the file key.
    public func wrap(_ fileKey: borrowing FileKey) throws(WrapError) -> [Stanza] {
        let share: [UInt8]
        let body: [UInt8]
        do throws(SodiumError) {
            let ephemeral = try SecretBytes(random: X25519.keySize)
            share = try X25519.publicKey(of: ephemeral)
            let shared = try X25519.sharedSecret(ephemeral, publicKey.span)
            let key = try wrappingKey(shared, share: share, publicKey: publicKey)
            body = try fileKey.sealed(under: key)
        } catch .lowOrderPoint { throw .invalidRecipient } catch { throw .sodium(error) }
        do {
            return [try Stanza(type: x25519Type, arguments: [Base64.encode(share)], body: body)]
        } catch { throw .header(error) }
    }
}

/// A secret key of age, `AGE-SECRET-KEY-1…`.
public final class X25519Identity: NamedIdentity {
    private let secret: SecretBytes

    /// The public half.
    public let recipient: X25519Recipient

    /// Takes the 32-byte scalar.
    public init(secret: consuming SecretBytes) throws(KeyError) {
        guard secret.count == X25519.keySize else { throw .wrongLength }
        let point: [UInt8]
        do { point = try X25519.publicKey(of: secret) } catch { throw .sodium(error) }
        self.recipient = try X25519Recipient(publicKey: point)
        self.secret = secret
    }

    /// Reads `AGE-SECRET-KEY-1…`.
    public convenience init(_ text: String) throws(KeyError) {
        try self.init(secretText: Array(text.utf8).span)
    }

    /// Reads `AGE-SECRET-KEY-1…` without making copies of it.
    public convenience init(secretText: Span<UInt8>) throws(KeyError) {
        try self.init(secret: Bech32.decodeSecret(secretText, prefix: "AGE-SECRET-KEY-"))
    }

    /// Makes a new random key.
    public static func generate() throws(KeyError) -> X25519Identity {
        let secret: SecretBytes
        do { secret = try SecretBytes(random: X25519.keySize) } catch { throw .sodium(error) }
        return try X25519Identity(secret: secret)
    }

    /// The secret key as age writes it.
    public func secretText() -> String {
        secret.withSpan { Bech32.encode(prefix: "age-secret-key-", $0) }.uppercased()
    }

    /// The public half as age writes it.
    public func publicText() -> String { recipient.text }

    /// The secret key as age writes it, in locked memory.
    public func lockedText() throws(SodiumError) -> SecretBytes {
        try secret.withSpan { (secret) throws(SodiumError) in
            try Bech32.encodeSecret(secret, prefix: "AGE-SECRET-KEY-")
        }
    }

    /// The secret shared with the owner of `peer`.
    public func sharedSecret(with peer: Span<UInt8>) throws(SodiumError) -> SecretBytes {
        try X25519.sharedSecret(secret, peer)
    }

    /// The file key, or nil when no stanza is for this key.
    public func unwrap(_ stanzas: [Stanza], limits: Limits) throws(UnwrapError) -> FileKey? {
        for stanza in stanzas where stanza.type == x25519Type {
            guard stanza.arguments.count == 1, let share = Base64.decode(stanza.arguments[0]),
                share.count == X25519.keySize
            else { throw .malformedStanza(type: x25519Type) }
            guard stanza.body.count == FileKey.sealedByteCount else {
                throw .wrongBodyLength(type: x25519Type)
            }
            do throws(SodiumError) {
                let shared = try sharedSecret(with: share.span)
                let key = try wrappingKey(shared, share: share, publicKey: recipient.publicKey)
                if let fileKey = try FileKey.open(stanza.body, under: key) { return fileKey }
            } catch .lowOrderPoint { throw .lowOrderShare } catch { throw .sodium(error) }
        }
        return nil
    }
}

private func wrappingKey(
    _ shared: borrowing SecretBytes, share: [UInt8], publicKey: [UInt8]
) throws(SodiumError) -> SecretBytes {
    try shared.withSpan { (shared) throws(SodiumError) in
        try HKDFSHA256.derive(
            key: shared, salt: (share + publicKey).span, info: x25519Info.span)
    }
}
