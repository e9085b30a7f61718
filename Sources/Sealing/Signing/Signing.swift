internal import Linux
internal import Sodium

/// Who vouches for the files that are sealed, and with which terms.
public struct Signing: Sendable {
    /// The issuer's key.
    public let key: SigningKey
    /// What holds for every file.
    public let terms: PolicyTerms

    /// Refuses terms that no reader would take.
    public init(key: SigningKey, terms: PolicyTerms) throws(PolicyTermsError) {
        self.key = key
        self.terms = terms
        try draft(fileID: [UInt8](repeating: 0, count: Constants.fileID), recipients: []).check()
    }

    /// The policy of one new file.
    func policy(recipients: [String]) throws(ProtectError) -> FilePolicy {
        let identifier: [UInt8]
        do throws(SodiumError) { identifier = try Randomness.bytes(Constants.fileID) } catch {
            throw .sodium(error)
        }
        let policy = draft(fileID: identifier, recipients: recipients)
        do throws(PolicyTermsError) { try policy.check() } catch { throw .policy(error) }
        return policy
    }

    private func draft(fileID: [UInt8], recipients: [String]) -> FilePolicy {
        FilePolicy(
            fileID: fileID, issuer: key.issuer, created: Clock.wallNanoseconds / 1_000_000_000,
            terms: terms, recipients: recipients)
    }
}
