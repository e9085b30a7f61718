public import Age
internal import Sodium

/// The signed policy of a file as it stands in its header; docs/format.md says which bytes are
/// signed.
public struct SignedPolicy: Equatable, Sendable {
    /// Type of the stanza with the policy, always the first.
    static let policyType = "kanaria.dev/policy"
    /// Type of the stanza with the signature, always the last.
    static let signatureType = "kanaria.dev/signature"
    private static let version = ["v1"]

    /// What is signed about the file.
    public let policy: FilePolicy
    private let stanzaDigest: [UInt8]
    private let digests: SignedDigests
    private let signature: [UInt8]

    /// Finds the signed policy; nil where there is neither policy nor signature.
    public init?(_ header: Header) throws(SignatureError) {
        let own = header.stanzas.count { Self.isPart($0) }
        if own == 0 { return nil }
        guard own == 2, let first = header.stanzas.first, let last = header.stanzas.last,
            first.type == Self.policyType, last.type == Self.signatureType
        else { throw .incomplete }
        guard first.arguments == Self.version, last.arguments == Self.version else {
            throw .unknownVersion
        }
        guard last.body.count == Constants.signatureBody else { throw .badSignature }
        policy = try FilePolicy(first.body)
        stanzaDigest = try Self.digest(of: header.stanzas.dropLast())
        digests = SignedDigests(
            commitment: Array(last.body[..<Constants.digest]),
            payload: Array(last.body[Constants.digest..<(2 * Constants.digest)]))
        signature = Array(last.body[(2 * Constants.digest)...])
    }

    /// Whether a stanza is a policy or a signature rather than a recipient's.
    public static func isPart(_ stanza: Stanza) -> Bool {
        stanza.type == policyType || stanza.type == signatureType
    }

    /// Whether the issuer signed policy, recipients and digests; needs no key.
    public func verifySignature() throws(SignatureError) {
        let message = digests.message(stanzaDigest)
        do throws(SodiumError) {
            try Ed25519.verify(
                signature: signature.span, message: message.span,
                publicKey: policy.issuer.bytes.span)
        } catch {
            throw error == .authenticationFailed ? .badSignature : .unavailable
        }
    }

    /// Whether the file key is the one that was signed.
    public func verify(_ fileKey: borrowing FileKey) throws(SignatureError) {
        let found = try SignedDigests.commitment(to: fileKey)
        guard found == digests.commitment else { throw .otherFileKey }
    }

    /// Whether the payload is the one that was signed.
    func verify(payloadDigest found: [UInt8]?) throws(SignatureError) {
        guard found == digests.payload else { throw .otherPayload }
    }

    /// The stanzas for other recipients of the same file key and payload, signed again.
    ///
    /// - Parameters:
    ///   - recipients: fingerprints of those whom the policy is to name.
    ///   - stanzas: the file key wrapped to them.
    ///   - key: the key of the same issuer.
    ///   - fileKey: the file key, which must be the one that was signed.
    /// - Returns: all stanzas of the new header.
    /// - Throws: `SignatureError` where the old signature does not hold or is by another key.
    public func resigned(
        naming recipients: [String], _ stanzas: [Stanza], by key: SigningKey,
        _ fileKey: borrowing FileKey
    ) throws(SignatureError) -> [Stanza] {
        try verifySignature()
        try verify(fileKey)
        guard key.issuer == policy.issuer else { throw .untrustedIssuer(key.issuer.text) }
        var policy = policy
        policy.recipients = recipients
        return try Self.stanzas(policy, around: stanzas, digests, key)
    }

    /// All stanzas of a signed header.
    static func stanzas(
        _ policy: FilePolicy, around recipients: [Stanza], _ digests: SignedDigests,
        _ key: SigningKey
    ) throws(SignatureError) -> [Stanza] {
        do {
            let inner =
                [try Stanza(type: policyType, arguments: version, body: policy.encoded())]
                + recipients
            let signature = try key.sign(digests.message(try digest(of: inner[...])))
            let body = digests.commitment + digests.payload + signature
            return inner + [try Stanza(type: signatureType, arguments: version, body: body)]
        } catch {
            throw .unavailable
        }
    }

    private static func digest(
        of stanzas: ArraySlice<Stanza>
    ) throws(SignatureError) -> [UInt8] {
        let encoded = stanzas.flatMap { $0.encoded() }
        do throws(SodiumError) { return try BLAKE2b.hash(encoded.span) } catch {
            throw .unavailable
        }
    }
}

/// What a signature says of the file key and the payload.
struct SignedDigests: Equatable, Sendable {
    private static let label = Array("kanaria.dev/signature v1\n".utf8)
    private static let commitmentInfo = Array("kanaria.dev/commitment".utf8)

    /// Binds the file key and tells nothing else about it.
    var commitment: [UInt8]
    /// The `PayloadDigest`.
    var payload: [UInt8]

    /// The bytes that are signed.
    func message(_ stanzaDigest: [UInt8]) -> [UInt8] {
        Self.label + stanzaDigest + commitment + payload
    }

    static func commitment(to fileKey: borrowing FileKey) throws(SignatureError) -> [UInt8] {
        do throws(SodiumError) {
            let secret = try fileKey.derive(
                info: commitmentInfo.span, salt: Span(), count: Constants.digest)
            return secret.withSpan { bytes in bytes.indices.map { bytes[$0] } }
        } catch {
            throw .unavailable
        }
    }
}
