internal import Age
internal import Linux

/// What a file's signature must satisfy before the file is opened.
public struct SignatureDemands: Sendable {
    /// The issuers who are trusted.
    public var trusted: Set<IssuerKey> = []
    /// Whether the signature of anybody will do.
    public var acceptsAnyIssuer = false
    /// Whether files are opened outside their period of validity.
    public var ignoresPeriod = false
    /// Whether files without a signature are refused.
    public var requiresSignature = false
    /// The moment that counts, in seconds since 1970; nil is now.
    var now: Int64?

    /// The checks that are switched off.
    public var waivers: [Waiver] {
        (acceptsAnyIssuer ? [.anyIssuer] : []) + (ignoresPeriod ? [.despiteExpiry] : [])
    }

    /// Trusts nobody, but takes files that nobody signed.
    public init() {}

    /// Judges everything but the payload; nil where there is no signature.
    ///
    /// - Parameters:
    ///   - header: a header whose MAC is right.
    ///   - fileKey: its file key.
    /// - Returns: what the signature is worth.
    /// - Throws: `SignatureError`; the file must not be opened then.
    func judge(
        _ header: Header, _ fileKey: borrowing FileKey
    ) throws(SignatureError) -> SignatureFinding? {
        guard let signed = try SignedPolicy(header) else {
            if requiresSignature { throw .missing }
            return nil
        }
        try signed.verifySignature()
        try signed.verify(fileKey)
        let finding = SignatureFinding(
            signed, trusted: trusted, now: now ?? Clock.wallNanoseconds / 1_000_000_000)
        if !finding.isTrusted, !acceptsAnyIssuer {
            throw .untrustedIssuer(signed.policy.issuer.text)
        }
        if let error = finding.period.error, !ignoresPeriod { throw error }
        return finding
    }
}

/// A check that whoever opens a file can switch off.
public enum Waiver: String, Sendable {
    /// Whether the issuer is trusted.
    case anyIssuer = "any-issuer"
    /// Whether it is time.
    case despiteExpiry = "despite-expiry"
}

/// What a signature is worth to the one who opens the file.
public struct SignatureFinding: Equatable, Sendable {
    /// Where a moment lies relative to a policy's period.
    public enum Period: Equatable, Sendable {
        /// Within.
        case valid
        /// Before this beginning, in seconds since 1970.
        case notYet(Int64)
        /// After this end.
        case expired(Int64)

        var error: SignatureError? {
            switch self {
            case .valid: nil
            case .notYet(let time): .notYetValid(time)
            case .expired(let time): .expired(time)
            }
        }
    }

    /// Policy and signature.
    public let signed: SignedPolicy
    /// Whether the issuer is one of those who are trusted.
    public let isTrusted: Bool
    /// Whether it is time.
    public let period: Period

    /// The checks without which alone the file was opened.
    public var waived: [Waiver] {
        (isTrusted ? [] : [.anyIssuer]) + (period == .valid ? [] : [.despiteExpiry])
    }

    init(_ signed: SignedPolicy, trusted: Set<IssuerKey>, now: Int64) {
        self.signed = signed
        isTrusted = trusted.contains(signed.policy.issuer)
        let terms = signed.policy.terms
        if let begin = terms.notBefore, now < begin {
            period = .notYet(begin)
        } else if let end = terms.notAfter, now > end {
            period = .expired(end)
        } else {
            period = .valid
        }
    }
}
