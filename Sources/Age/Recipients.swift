public import Sodium

/// Somebody a file is sealed to.
public protocol Recipient: Sendable {
    /// The stanzas that give this recipient the file key.
    func wrap(_ fileKey: borrowing FileKey) throws(WrapError) -> [Stanza]
}

/// A recipient whose public key people can write down.
public protocol NamedRecipient: Recipient {
    /// The key as people write it.
    var text: String { get }
}

/// Somebody who can open what is sealed to them.
public protocol Identity: Sendable {
    /// The file key, or nil when no stanza is for this identity.
    func unwrap(_ stanzas: [Stanza], limits: Limits) throws(UnwrapError) -> FileKey?
}

/// An identity that people keep as text, and that has a public half.
public protocol NamedIdentity: Identity {
    /// The public half as people write it.
    func publicText() throws(KeyError) -> String
    /// The secret key as people write it, in locked memory.
    func lockedText() throws(SodiumError) -> SecretBytes
}

/// Several recipients of one file.
public enum Recipients {
    /// The stanzas for all of them.
    public static func wrap(
        _ fileKey: borrowing FileKey, to recipients: [any Recipient]
    ) throws(WrapError) -> [Stanza] {
        guard !recipients.isEmpty else { throw .noRecipients }
        var stanzas: [Stanza] = []
        for recipient in recipients { stanzas += try recipient.wrap(fileKey) }
        try check(stanzas)
        return stanzas
    }

    /// Returns when the stanzas of a new header may stand together.
    ///
    /// - Throws: `WrapError.scryptMustBeAlone` for a passphrase with anything else,
    ///   `WrapError.postQuantumMixed` for post-quantum recipients with others.
    public static func check(_ stanzas: [Stanza]) throws(WrapError) {
        if stanzas.count > 1, stanzas.contains(where: { $0.type == scryptType }) {
            throw .scryptMustBeAlone
        }
        if isMixed(stanzas) { throw .postQuantumMixed }
    }

    /// Whether a quantum computer could open by some stanzas what others keep from it.
    ///
    /// Source: C2SP age.md, which says that the two should not be mixed.
    public static func isMixed(_ stanzas: [Stanza]) -> Bool {
        let types = Set(stanzas.map(\.type))
        return types.contains(hybridType)
            && !types.isDisjoint(with: [x25519Type, sshEd25519Type, "ssh-rsa", "p256tag"])
    }
}

/// Recipients as people write them.
public enum RecipientText {
    /// Reads `age1…`, `age1pq1…` or an `ssh-ed25519 …` line.
    public static func parse(_ text: String) throws(KeyError) -> any NamedRecipient {
        if text.utf8.starts(with: "AGE-SECRET-KEY-".utf8) { throw .isSecret }
        if text.utf8.starts(with: "ssh-".utf8) { return try SSHEd25519Recipient(text) }
        if text.utf8.starts(with: "age1pq1".utf8) { return try HybridRecipient(text) }
        return try X25519Recipient(text)
    }
}

/// Identities as people write them.
public enum IdentityText {
    /// Reads `AGE-SECRET-KEY-1…` or `AGE-SECRET-KEY-PQ-1…` without making copies of it.
    public static func parse(_ secretText: Span<UInt8>) throws(KeyError) -> any NamedIdentity {
        let starts = { (mark: String, text: Span<UInt8>) in
            text.count >= mark.utf8.count && zip(mark.utf8, 0...).allSatisfy { text[$1] == $0 }
        }
        if starts("age1", secretText) || starts("ssh-", secretText) { throw .isPublic }
        if starts("AGE-SECRET-KEY-PQ-1", secretText) {
            return try HybridIdentity(secretText: secretText)
        }
        return try X25519Identity(secretText: secretText)
    }
}
