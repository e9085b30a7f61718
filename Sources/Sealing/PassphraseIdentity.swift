public import Age
internal import Sodium
internal import Synchronization

extension Passphrase {
    /// Somebody who knows it.
    public func recipient() throws(AgeError) -> any Recipient {
        do throws(KeyError) {
            return try withSpan { (secret) throws(KeyError) in
                try ScryptRecipient(passphrase: secret)
            }
        } catch {
            throw .wrap(.sodium(.allocationFailed))
        }
    }

    /// Opens what is sealed to it.
    public func identity() throws(UnwrapError) -> any Identity {
        do throws(KeyError) {
            return try withSpan { (secret) throws(KeyError) in
                try ScryptIdentity(passphrase: secret)
            }
        } catch {
            throw .sodium(.allocationFailed)
        }
    }
}

/// Asks for a passphrase when a file turns out to be sealed with one, and asks only once.
public final class PassphraseIdentity: Identity {
    private let ask: @Sendable () throws(PassphraseError) -> Passphrase
    private let answer = Mutex<Passphrase?>(nil)

    /// Takes the question; nobody is asked for a file that is sealed to keys.
    public init(_ ask: @escaping @Sendable () throws(PassphraseError) -> Passphrase) {
        self.ask = ask
    }

    /// The file key, or nil when the file has no passphrase or another one.
    public func unwrap(_ stanzas: [Stanza], limits: Limits) throws(UnwrapError) -> FileKey? {
        guard stanzas.contains(where: { $0.type == "scrypt" }) else { return nil }
        return try secret().identity().unwrap(stanzas, limits: limits)
    }

    /// The answer; threads that want it meanwhile wait for it.
    private func secret() throws(UnwrapError) -> Passphrase {
        try answer.withLock { (answer) throws(UnwrapError) in
            if let answer { return answer }
            do throws(PassphraseError) {
                let given = try ask()
                answer = given
                return given
            } catch {
                throw .refused(code: error.code)
            }
        }
    }
}
