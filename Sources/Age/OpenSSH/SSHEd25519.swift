public import Sodium

let sshEd25519Type = "ssh-ed25519"
private let sshInfo = Array("age-encryption.org/v1/ssh-ed25519".utf8)

/// An `ssh-ed25519` key as it stands in authorized_keys.
public struct SSHEd25519Recipient: NamedRecipient, Equatable, Hashable {
    /// The Edwards point.
    public let publicKey: [UInt8]
    let montgomery: [UInt8]

    /// Reads `ssh-ed25519 AAAA… comment`.
    public init(_ authorizedKeysLine: String) throws(KeyError) {
        let words = authorizedKeysLine.split(whereSeparator: \.isWhitespace)
        guard let type = words.first, words.count >= 2 else { throw .malformed }
        guard type == sshEd25519Type else { throw .unsupportedKeyType }
        guard let wire = Base64.decode(Array(words[1].utf8).span, padded: true) else {
            throw .malformed
        }
        var reader = WireCursor(offset: 0)
        guard let name = reader.string(wire.span), wire[name] == Array(sshEd25519Type.utf8)[...],
            let point = reader.string(wire.span), reader.offset == wire.count
        else { throw .malformed }
        try self.init(publicKey: Array(wire[point]))
    }

    init(publicKey: [UInt8]) throws(KeyError) {
        guard publicKey.count == Ed25519.publicKeySize else { throw .wrongLength }
        self.publicKey = publicKey
        do { self.montgomery = try Ed25519.montgomeryPublicKey(publicKey.span) } catch {
            throw .malformed
        }
    }

    /// The key as ssh sends it.
    var wire: [UInt8] {
        WireCursor.encode(Array(sshEd25519Type.utf8)) + WireCursor.encode(publicKey)
    }

    /// The key as it stands in authorized_keys, without a comment.
    public var text: String {
        sshEd25519Type + " "
            + String(decoding: Base64.encode(wire.span, padded: true), as: UTF8.self)
    }

    /// Four bytes by which the owner finds the stanza.
    func tag() throws(SodiumError) -> String {
        Base64.encode(Array(try SHA256.hash(wire.span).prefix(4)))
    }

    /// Whether a stanza is marked as the owner's; one in 2^32 others is as well.
    public func owns(_ stanza: Stanza) throws(SodiumError) -> Bool {
        guard stanza.type == sshEd25519Type else { return false }
        return stanza.arguments.first == (try tag())
    }

    /// The stanza that gives the owner the file key.
    public func wrap(_ fileKey: borrowing FileKey) throws(WrapError) -> [Stanza] {
        let arguments: [String]
        let body: [UInt8]
        do throws(SodiumError) {
            let ephemeral = try SecretBytes(random: X25519.keySize)
            let share = try X25519.publicKey(of: ephemeral)
            let shared = try X25519.sharedSecret(ephemeral, montgomery.span)
            body = try fileKey.sealed(under: wrappingKey(shared, share: share))
            arguments = [try tag(), Base64.encode(share)]
        } catch .lowOrderPoint { throw .invalidRecipient } catch { throw .sodium(error) }
        do {
            return [try Stanza(type: sshEd25519Type, arguments: arguments, body: body)]
        } catch { throw .header(error) }
    }

    func wrappingKey(
        _ shared: borrowing SecretBytes, share: [UInt8]
    ) throws(SodiumError) -> SecretBytes {
        let tweak = try HKDFSHA256.derive(key: Span(), salt: wire.span, info: sshInfo.span)
        let tweaked = try shared.withSpan { (point) throws(SodiumError) in
            try X25519.sharedSecret(tweak, point)
        }
        return try tweaked.withSpan { (key) throws(SodiumError) in
            try HKDFSHA256.derive(key: key, salt: (share + montgomery).span, info: sshInfo.span)
        }
    }
}

/// An Ed25519 secret key of OpenSSH.
public final class SSHEd25519Identity: Identity {
    private let scalar: SecretBytes

    /// The public half.
    public let recipient: SSHEd25519Recipient

    /// Reads an OpenSSH private key file that has no passphrase.
    public convenience init(openSSHPrivateKey: Span<UInt8>) throws(KeyError) {
        try self.init(OpenSSHKeyFile.parse(openSSHPrivateKey, passphrase: nil))
    }

    /// Reads an OpenSSH private key file, with the passphrase where it has one.
    public convenience init(
        openSSHPrivateKey: Span<UInt8>, passphrase: Span<UInt8>
    ) throws(KeyError) {
        try self.init(OpenSSHKeyFile.parse(openSSHPrivateKey, passphrase: passphrase))
    }

    private init(_ key: borrowing OpenSSHKeyFile) throws(KeyError) {
        self.recipient = try SSHEd25519Recipient(publicKey: key.publicKey)
        do throws(SodiumError) {
            let pair = try Ed25519KeyPair(seed: key.seed)
            guard pair.publicKey == key.publicKey else { throw .invalidPoint }
            var digest = try key.seed.withSpan { (seed) throws(SodiumError) in
                try SHA512.hash(seed)
            }
            defer { Wipe.wipe(&digest) }
            self.scalar = try SecretBytes(copying: digest.span.extracting(0..<X25519.keySize))
        } catch .invalidPoint { throw .malformed } catch { throw .sodium(error) }
    }

    /// The file key, or nil when no stanza is for this key.
    public func unwrap(_ stanzas: [Stanza], limits: Limits) throws(UnwrapError) -> FileKey? {
        for stanza in stanzas where stanza.type == sshEd25519Type {
            guard stanza.arguments.count == 2,
                Base64.decode(stanza.arguments[0])?.count == 4,
                let share = Base64.decode(stanza.arguments[1]), share.count == X25519.keySize
            else { throw .malformedStanza(type: sshEd25519Type) }
            guard stanza.body.count == FileKey.sealedByteCount else {
                throw .wrongBodyLength(type: sshEd25519Type)
            }
            do throws(SodiumError) {
                guard try stanza.arguments[0] == recipient.tag() else { continue }
                let shared = try X25519.sharedSecret(scalar, share.span)
                let key = try recipient.wrappingKey(shared, share: share)
                if let fileKey = try FileKey.open(stanza.body, under: key) { return fileKey }
            } catch .lowOrderPoint { throw .lowOrderShare } catch { throw .sodium(error) }
        }
        return nil
    }
}
