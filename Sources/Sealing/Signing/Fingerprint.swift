public import Age
internal import Sodium

/// Names a recipient's public key in a policy and in records.
public enum Fingerprint {
    /// BLAKE2b-128 of the key as people write it, in hexadecimal.
    public static func of(_ recipient: any NamedRecipient) throws(SignatureError) -> String {
        let text = Array(recipient.text.utf8)
        do throws(SodiumError) {
            return Hexadecimal.text(
                try BLAKE2b.hash(text.span, count: Constants.fingerprint))
        } catch {
            throw .unavailable
        }
    }

    /// Each once, in ascending order; a recipient without a key, such as a passphrase, has none.
    static func all(_ recipients: [any Recipient]) throws(SignatureError) -> [String] {
        var found = Set<String>()
        for recipient in recipients {
            guard let named = recipient as? any NamedRecipient else { continue }
            found.insert(try of(named))
        }
        return found.sorted()
    }
}
