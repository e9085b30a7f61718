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

/// Several recipients of one file.
public enum Recipients {
    /// The stanzas for all of them; a passphrase goes with nobody else.
    public static func wrap(
        _ fileKey: borrowing FileKey, to recipients: [any Recipient]
    ) throws(WrapError) -> [Stanza] {
        guard !recipients.isEmpty else { throw .noRecipients }
        var stanzas: [Stanza] = []
        for recipient in recipients { stanzas += try recipient.wrap(fileKey) }
        if stanzas.count > 1, stanzas.contains(where: { $0.type == scryptType }) {
            throw .scryptMustBeAlone
        }
        return stanzas
    }
}

/// Recipients as people write them.
public enum RecipientText {
    /// Reads `age1…` or an `ssh-ed25519 …` line.
    public static func parse(_ text: String) throws(KeyError) -> any Recipient {
        if text.utf8.starts(with: "ssh-".utf8) { return try SSHEd25519Recipient(text) }
        return try X25519Recipient(text)
    }
}
