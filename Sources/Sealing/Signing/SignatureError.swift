/// Why a file's signed policy is not believed.
public enum SignatureError: Error, Equatable, Sendable {
    /// There is no signature though one is required.
    case missing
    /// Policy and signature do not stand once each, as first and as last stanza.
    case incomplete
    /// Policy or signature is of a version not known here.
    case unknownVersion
    /// The policy's text is not canonical; line 0 stands for the whole.
    case malformedPolicy(line: Int)
    /// The policy has a field that must be understood and is not known here.
    case unknownField(String)
    /// The signature does not fit policy, recipients and payload digest.
    case badSignature
    /// The file key is not the one that was signed.
    case otherFileKey
    /// The payload is not the one that was signed.
    case otherPayload
    /// The issuer is not among those who are trusted.
    case untrustedIssuer(String)
    /// The time from which it may be opened has not come.
    case notYetValid(Int64)
    /// The time until which it may be opened has passed.
    case expired(Int64)
    /// A digest could not be computed.
    case unavailable
}
