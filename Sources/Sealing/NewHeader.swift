internal import Age
internal import Sodium

/// A fresh file key, what goes into its header, and the payload's nonce.
struct NewHeader: ~Copyable {
    /// The key that everything hangs on.
    let fileKey: FileKey
    /// Seals the chunks.
    let sealer: ChunkSealer
    /// Bytes of header and nonce, the same before and after the payload is known.
    let prefixByteCount: Int
    private let nonce: [UInt8]
    private let recipients: [Stanza]
    private let signature: PendingSignature?
    /// Header and nonce where they do not depend on the payload.
    private let unsigned: [UInt8]?

    /// What is signed once the payload is known.
    private struct PendingSignature {
        let key: SigningKey
        let policy: FilePolicy
        let digest: PayloadDigest
    }

    /// Draws a key and wraps it to the recipients.
    init(_ recipients: [any Recipient], _ signing: Signing? = nil) throws(ProtectError) {
        let key = try Self.drawKey()
        let nonce = try Self.drawNonce()
        let stanzas = try Self.stanzas(key, recipients)
        let signature = try Self.signature(signing, recipients, stanzas, nonce)
        let placeholder = [UInt8](repeating: 0, count: Constants.digest)
        let header = try Self.header(key, stanzas, signature, placeholder)
        sealer = try Self.sealer(key, nonce)
        prefixByteCount = header.count + nonce.count
        unsigned = signature == nil ? header + nonce : nil
        self.nonce = nonce
        self.recipients = stanzas
        self.signature = signature
        fileKey = key
    }

    private static func sealer(
        _ key: borrowing FileKey, _ nonce: [UInt8]
    ) throws(ProtectError) -> ChunkSealer {
        do throws(PayloadError) {
            return try ChunkSealer(fileKey: key, nonce: nonce.span)
        } catch {
            throw .payload(error)
        }
    }

    private static func drawKey() throws(ProtectError) -> FileKey {
        do throws(SodiumError) { return try FileKey() } catch { throw .sodium(error) }
    }

    private static func drawNonce() throws(ProtectError) -> [UInt8] {
        do throws(SodiumError) {
            return try Randomness.bytes(Constants.nonce)
        } catch {
            throw .sodium(error)
        }
    }

    private static func stanzas(
        _ key: borrowing FileKey, _ recipients: [any Recipient]
    ) throws(ProtectError) -> [Stanza] {
        do throws(WrapError) {
            return try Recipients.wrap(key, to: recipients, threads: Parallel.threads)
        } catch {
            throw .wrap(error)
        }
    }

    /// Digests the sealed chunks for the signature; nil where nobody signs.
    var payloadDigest: PayloadDigest? { signature?.digest }

    /// Header and nonce as they stand in the file.
    ///
    /// - Parameter payloadDigest: what `payloadDigest` came to; nil where there is none.
    /// - Returns: `prefixByteCount` bytes.
    /// - Throws: `TransferError.header` where the header can't be signed or closed.
    borrowing func prefix(_ payloadDigest: [UInt8]? = nil) throws(TransferError) -> [UInt8] {
        if let unsigned { return unsigned }
        do throws(ProtectError) {
            return try Self.header(fileKey, recipients, signature, payloadDigest) + nonce
        } catch {
            throw .header
        }
    }

    private static func signature(
        _ signing: Signing?, _ recipients: [any Recipient], _ stanzas: [Stanza],
        _ nonce: [UInt8]
    ) throws(ProtectError) -> PendingSignature? {
        guard let signing else { return nil }
        // The policy's stanza would stand beside the passphrase's.
        if stanzas.contains(where: { $0.type == "scrypt" }) { throw .wrap(.scryptMustBeAlone) }
        let names: [String]
        do throws(SignatureError) { names = try Fingerprint.all(recipients) } catch {
            throw .signature(error)
        }
        let policy = try signing.policy(recipients: names)
        do throws(SodiumError) {
            let digest = try PayloadDigest(nonce: nonce)
            return PendingSignature(key: signing.key, policy: policy, digest: digest)
        } catch {
            throw .sodium(error)
        }
    }

    private static func header(
        _ key: borrowing FileKey, _ recipients: [Stanza], _ signature: PendingSignature?,
        _ payloadDigest: [UInt8]?
    ) throws(ProtectError) -> [UInt8] {
        var stanzas = recipients
        do throws(SignatureError) {
            if let signature, let payloadDigest {
                stanzas = try SignedPolicy.stanzas(
                    signature.policy, around: recipients,
                    SignedDigests(
                        commitment: try SignedDigests.commitment(to: key), payload: payloadDigest),
                    signature.key)
            }
        } catch {
            throw .signature(error)
        }
        do throws(HeaderError) {
            return try Header(stanzas: stanzas, fileKey: key).encoded()
        } catch {
            throw .header(error)
        }
    }
}
