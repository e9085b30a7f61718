internal import PostQuantum
public import Sodium

let hybridType = "mlkem768x25519"
private let hybridInfo = Array("age-encryption.org/mlkem768x25519".utf8)

/// A public key that a quantum computer does not break, `age1pq1…`.
///
/// It can be read and named in every build; sealing to it needs the trait `PostQuantum`.
public struct HybridRecipient: NamedRecipient, Equatable, Hashable {
    /// The key of ML-KEM-768 and the point of X25519.
    public let publicKey: [UInt8]

    /// Takes the 1,216 bytes.
    public init(publicKey: [UInt8]) throws(KeyError) {
        guard publicKey.count == XWing.publicKeySize else { throw .wrongLength }
        self.publicKey = publicKey
    }

    /// Reads `age1pq1…`.
    public init(_ text: String) throws(KeyError) {
        guard let key = Bech32.decode(text), !key.isUpper else { throw .malformed }
        guard key.prefix == "age1pq" else { throw .unsupportedKeyType }
        try self.init(publicKey: key.bytes)
    }

    /// The key as people write it.
    public var text: String { Bech32.encode(prefix: "age1pq", publicKey.span) }

    /// The stanza that gives the owner the file key.
    public func wrap(_ fileKey: borrowing FileKey) throws(WrapError) -> [Stanza] {
        let share: [UInt8]
        let body: [UInt8]
        do throws(XWingError) {
            let encapsulation = try XWing.encapsulate(to: publicKey)
            share = encapsulation.bytes
            do throws(SodiumError) {
                let schedule = try HPKE.schedule(encapsulation.secret, info: hybridInfo)
                body = try schedule.nonce.withSpan { (nonce) throws(SodiumError) in
                    try fileKey.sealed(under: schedule.key, nonce: nonce)
                }
            } catch { throw .sodium(error) }
        } catch {
            switch error {
            case .notBuilt: throw .postQuantumNotBuilt
            case .invalid: throw .invalidRecipient
            case .sodium(let error): throw .sodium(error)
            }
        }
        do {
            return [try Stanza(type: hybridType, arguments: [Base64.encode(share)], body: body)]
        } catch { throw .header(error) }
    }
}

/// A secret key for `HybridRecipient`, `AGE-SECRET-KEY-PQ-1…`.
public final class HybridIdentity: NamedIdentity {
    private let seed: SecretBytes

    /// Takes the 32-byte seed.
    public init(seed: consuming SecretBytes) throws(KeyError) {
        guard seed.count == XWing.seedSize else { throw .wrongLength }
        self.seed = seed
    }

    /// Reads `AGE-SECRET-KEY-PQ-1…` without making copies of it.
    public convenience init(secretText: Span<UInt8>) throws(KeyError) {
        try self.init(seed: Bech32.decodeSecret(secretText, prefix: "AGE-SECRET-KEY-PQ-"))
    }

    /// Makes a new random key.
    public static func generate() throws(KeyError) -> HybridIdentity {
        let seed: SecretBytes
        do { seed = try SecretBytes(random: XWing.seedSize) } catch { throw .sodium(error) }
        return try HybridIdentity(seed: seed)
    }

    /// The public half, which is computed anew each time.
    public func recipient() throws(KeyError) -> HybridRecipient {
        let publicKey: [UInt8]
        do { publicKey = try XWing.publicKey(of: seed) } catch {
            switch error {
            case .notBuilt: throw .postQuantumNotBuilt
            case .invalid: throw .malformed
            case .sodium(let error): throw .sodium(error)
            }
        }
        return try HybridRecipient(publicKey: publicKey)
    }

    /// The public half as age writes it.
    public func publicText() throws(KeyError) -> String { try recipient().text }

    /// The secret key as age writes it, in locked memory.
    public func lockedText() throws(SodiumError) -> SecretBytes {
        try seed.withSpan { (seed) throws(SodiumError) in
            try Bech32.encodeSecret(seed, prefix: "AGE-SECRET-KEY-PQ-")
        }
    }

    /// The file key, or nil when no stanza is for this key.
    public func unwrap(_ stanzas: [Stanza], limits: Limits) throws(UnwrapError) -> FileKey? {
        for stanza in stanzas where stanza.type == hybridType {
            guard stanza.arguments.count == 1, let share = Base64.decode(stanza.arguments[0]),
                share.count == XWing.encapsulationSize
            else { throw .malformedStanza(type: hybridType) }
            guard stanza.body.count == FileKey.sealedByteCount else {
                throw .wrongBodyLength(type: hybridType)
            }
            if let fileKey = try open(stanza.body, share) { return fileKey }
        }
        return nil
    }

    /// A share for another key gives another secret, which does not open the body.
    private func open(_ body: [UInt8], _ share: [UInt8]) throws(UnwrapError) -> FileKey? {
        do throws(XWingError) {
            let secret = try XWing.decapsulate(share, seed: seed)
            do throws(SodiumError) {
                let schedule = try HPKE.schedule(secret, info: hybridInfo)
                return try schedule.nonce.withSpan { (nonce) throws(SodiumError) in
                    try FileKey.open(body, under: schedule.key, nonce: nonce)
                }
            } catch { throw .sodium(error) }
        } catch {
            switch error {
            case .notBuilt: throw .postQuantumNotBuilt
            case .invalid: throw .lowOrderShare
            case .sodium(let error): throw .sodium(error)
            }
        }
    }
}
