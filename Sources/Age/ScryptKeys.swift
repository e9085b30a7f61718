internal import Sodium

let scryptType = "scrypt"
private let scryptLabel = Array("age-encryption.org/v1/scrypt".utf8)
private let saltSize = 16

/// A passphrase a file is sealed to.
public final class ScryptRecipient: Recipient {
    private let passphrase: SecretBytes
    private let logN: Int

    /// Copies the passphrase; 2^18 takes 258 MB and half a second (facts/irm.md §4).
    public init(passphrase: Span<UInt8>, logN: Int = 18) throws(KeyError) {
        do { self.passphrase = try SecretBytes(copying: passphrase) } catch {
            throw .sodium(error)
        }
        self.logN = logN
    }

    /// The one stanza of a file with a passphrase.
    public func wrap(_ fileKey: borrowing FileKey) throws(WrapError) -> [Stanza] {
        let salt: [UInt8]
        let body: [UInt8]
        do throws(SodiumError) {
            salt = try Randomness.bytes(saltSize)
            body = try fileKey.sealed(under: wrappingKey(passphrase, salt: salt, logN: logN))
        } catch { throw .sodium(error) }
        do {
            return [
                try Stanza(
                    type: scryptType, arguments: [Base64.encode(salt), String(logN)], body: body)
            ]
        } catch { throw .header(error) }
    }
}

/// A passphrase that opens files.
public final class ScryptIdentity: Identity {
    private let passphrase: SecretBytes

    /// Copies the passphrase.
    public init(passphrase: Span<UInt8>) throws(KeyError) {
        do { self.passphrase = try SecretBytes(copying: passphrase) } catch {
            throw .sodium(error)
        }
    }

    /// The file key, or nil when the passphrase does not fit.
    public func unwrap(_ stanzas: [Stanza], limits: Limits) throws(UnwrapError) -> FileKey? {
        guard let stanza = stanzas.first(where: { $0.type == scryptType }) else { return nil }
        guard stanzas.count == 1 else { throw .scryptNotAlone }
        guard stanza.arguments.count == 2, let salt = Base64.decode(stanza.arguments[0]),
            salt.count == saltSize, let logN = Self.workFactor(stanza.arguments[1])
        else { throw .malformedStanza(type: scryptType) }
        guard logN <= limits.scryptLogN else { throw .workFactorTooHigh(logN: logN) }
        guard stanza.body.count == FileKey.sealedByteCount else {
            throw .wrongBodyLength(type: scryptType)
        }
        do throws(SodiumError) {
            let key = try wrappingKey(passphrase, salt: salt, logN: logN)
            return try FileKey.open(stanza.body, under: key)
        } catch { throw .sodium(error) }
    }

    /// `[1-9][0-9]*`, without the signs and leading zeros that `Int` would take.
    private static func workFactor(_ text: String) -> Int? {
        let digits = Array(text.utf8)
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }), digits.first != 0x30 else {
            return nil
        }
        return Int(text)
    }
}

private func wrappingKey(
    _ passphrase: borrowing SecretBytes, salt: [UInt8], logN: Int
) throws(SodiumError) -> SecretBytes {
    try passphrase.withSpan { (password) throws(SodiumError) in
        try Scrypt.derive(password: password, salt: (scryptLabel + salt).span, logN: logN)
    }
}
