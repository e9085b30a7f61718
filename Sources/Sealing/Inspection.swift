internal import Age
public import Linux
internal import Sodium

/// What can be said of a sealed file without a key.
public struct Inspection: Sendable, Equatable {
    /// What weakens a file or keeps it from being opened.
    public enum Remark: String, Sendable, Equatable {
        case passphraseOnly, weakPassphraseWork, singleRecipient, unknownStanza, noSignature
        case brokenSignature, untrustedIssuer, notYetValid, expired, payloadCut, otherPayload
        case postQuantumMixed
    }

    /// What is known of policy and signature.
    public enum Signature: Sendable, Equatable {
        /// There is none.
        case missing
        /// It is not believed.
        case broken(SignatureError)
        /// The issuer signed policy and recipients.
        case valid(SignatureFinding)
    }

    /// Where it lies.
    public let path: BytePath
    /// The recipients' stanzas' types in order.
    public let stanzaTypes: [String]
    /// Whether it is text.
    public let isArmored: Bool
    /// Bytes of the header.
    public let headerByteCount: Int
    /// Bytes of the file; 0 for a pipe.
    public let fileByteCount: UInt64
    /// Bytes of plaintext if the payload is whole; nil where that can't be told.
    public let plaintextByteCount: UInt64?
    /// Policy and signature.
    public let signature: Signature
    /// Whether the payload is the one that was signed; nil where nobody looked.
    public let isPayloadSigned: Bool?
    /// What to know before trusting it.
    public let remarks: [Remark]

    /// Reads the header of a file.
    ///
    /// - Parameters:
    ///   - source: the file.
    ///   - trusted: issuers who are trusted.
    ///   - readingPayload: whether to compare the payload with what was signed.
    /// - Throws: `UnlockError` where there is no header, or where the payload can't be read.
    public init(
        _ source: Source, trusted: Set<IssuerKey> = [], readingPayload: Bool = false
    ) throws(UnlockError) {
        let sealed = try SealedFile(source)
        path = sealed.path
        let recipients = sealed.header.stanzas.filter { !SignedPolicy.isPart($0) }
        stanzaTypes = recipients.map(\.type)
        isArmored = sealed.isArmored
        headerByteCount = sealed.headerByteCount
        fileByteCount = sealed.status.byteCount
        let signature = Self.signature(sealed.header, trusted)
        self.signature = signature
        var remarks = Self.remarks(recipients) + signature.remarks
        var layout: PayloadLayout?
        if sealed.isRandomAccess {
            layout = (try? sealed.payloadByteCount()).flatMap {
                try? PayloadLayout(ciphertextCount: $0)
            }
            if layout == nil { remarks.append(.payloadCut) }
        }
        plaintextByteCount = layout?.plaintextCount
        if readingPayload, case .valid(let finding) = signature {
            let digest = try Self.payloadDigest(sealed)
            let isSigned = (try? finding.signed.verify(payloadDigest: digest)) != nil
            if !isSigned { remarks.append(.otherPayload) }
            isPayloadSigned = isSigned
        } else {
            isPayloadSigned = nil
        }
        self.remarks = remarks
    }

    private static func signature(_ header: Header, _ trusted: Set<IssuerKey>) -> Signature {
        do throws(SignatureError) {
            guard let signed = try SignedPolicy(header) else { return .missing }
            try signed.verifySignature()
            return .valid(
                SignatureFinding(
                    signed, trusted: trusted, now: Clock.wallNanoseconds / 1_000_000_000))
        } catch {
            return .broken(error)
        }
    }

    private static func remarks(_ recipients: [Stanza]) -> [Remark] {
        var remarks = [Remark]()
        let known: Set = [
            "X25519", "mlkem768x25519", "scrypt", "ssh-ed25519", "ssh-rsa", "piv-p256",
        ]
        if let passphrase = recipients.first(where: { $0.type == "scrypt" }) {
            remarks.append(.passphraseOnly)
            if let work = passphrase.arguments.last.flatMap({ Int($0) }),
                work < Constants.leastScryptWork
            {
                remarks.append(.weakPassphraseWork)
            }
        } else if recipients.count == 1 {
            remarks.append(.singleRecipient)
        }
        if recipients.contains(where: { !known.contains($0.type) }) {
            remarks.append(.unknownStanza)
        }
        if Recipients.isMixed(recipients) { remarks.append(.postQuantumMixed) }
        return remarks
    }

    /// The digest of what stands behind the header, authentic or not.
    private static func payloadDigest(
        _ sealed: borrowing SealedFile
    ) throws(UnlockError) -> [UInt8] {
        do throws(TransferError) {
            var nonce = [UInt8](repeating: 0, count: Constants.nonce)
            _ = try fill(&nonce, sealed.rest)
            return try payloadDigest(nonce, sealed.rest)
        } catch {
            throw .transfer(error, sealed.path, sealed.path)
        }
    }

    private static func payloadDigest(
        _ nonce: [UInt8], _ chunks: any ByteSource
    ) throws(TransferError) -> [UInt8] {
        var chunk = [UInt8](repeating: 0, count: Constants.sealedChunk)
        var number: UInt64 = 0
        var count = try fill(&chunk, chunks)
        do {
            var digest = try PayloadDigest(nonce: nonce)
            while count > 0 {
                digest.add(
                    try PayloadDigest.ofChunk(chunk.span.extracting(0..<count)), segment: number)
                number += 1
                count = try fill(&chunk, chunks)
            }
            return digest.finish()
        } catch let error as TransferError {
            throw error
        } catch {
            throw .header
        }
    }

    private static func fill(
        _ chunk: inout [UInt8], _ source: any ByteSource
    ) throws(TransferError) -> Int {
        var span = chunk.mutableSpan
        return try source.fill(&span)
    }
}

extension Inspection.Signature {
    fileprivate var remarks: [Inspection.Remark] {
        switch self {
        case .missing: return [.noSignature]
        case .broken: return [.brokenSignature]
        case .valid(let finding):
            let trust: [Inspection.Remark] = finding.isTrusted ? [] : [.untrustedIssuer]
            switch finding.period {
            case .valid: return trust
            case .notYet: return trust + [.notYetValid]
            case .expired: return trust + [.expired]
            }
        }
    }
}
