public import Sodium

/// Why bytes are not an age header.
public enum HeaderError: Error, Equatable, Sendable {
    /// The bytes end before the header does.
    case truncated
    /// The first line is not that of age v1.
    case wrongVersion
    /// A stanza's first line breaks the grammar.
    case malformedStanza(index: Int)
    /// A stanza's body breaks the grammar.
    case malformedBody(stanza: Int)
    /// The last line breaks the grammar.
    case malformedMAC
    /// There are more stanzas than the limits allow.
    case tooManyStanzas
    /// The header is longer than the limits allow.
    case headerTooLarge
    /// A body is longer than the limits allow.
    case bodyTooLarge(stanza: Int)
    /// A header needs at least one stanza.
    case noStanzas
    /// A stanza argument is empty or holds something but visible ASCII.
    case invalidArgument
    /// The MAC could not be computed.
    case sodium(SodiumError)
}

/// Why a header did not give a file key.
public enum UnwrapError: Error, Equatable, Sendable {
    /// No identity fits any stanza.
    case noMatch
    /// The header was changed after it was written.
    case headerMACMismatch
    /// A passphrase stanza stands beside others.
    case scryptNotAlone
    /// A known stanza has wrong arguments.
    case malformedStanza(type: String)
    /// A known stanza has a body of the wrong length.
    case wrongBodyLength(type: String)
    /// The passphrase stanza asks for more work than the limits allow.
    case workFactorTooHigh(logN: Int)
    /// The sender's share has low order.
    case lowOrderShare
    /// A post-quantum stanza meets a build without the trait `PostQuantum`.
    case postQuantumNotBuilt
    /// An identity of another module refused, and says why.
    case refused(code: String)
    /// A libsodium operation failed.
    case sodium(SodiumError)
}

/// Why a file key could not be wrapped.
public enum WrapError: Error, Equatable, Sendable {
    /// A passphrase recipient was given together with others.
    case scryptMustBeAlone
    /// No recipient was given.
    case noRecipients
    /// Others were given together with post-quantum recipients, who would lose by it.
    case postQuantumMixed
    /// A post-quantum recipient meets a build without the trait `PostQuantum`.
    case postQuantumNotBuilt
    /// The recipient's key is not usable.
    case invalidRecipient
    /// The stanza does not fit a header.
    case header(HeaderError)
    /// A libsodium operation failed.
    case sodium(SodiumError)
    /// A recipient of another module refused, and says why.
    case refused(code: String)
}

/// Why a key's text is not usable.
public enum KeyError: Error, Equatable, Sendable {
    /// The text breaks its grammar or its checksum.
    case malformed
    /// The text is a key of a kind not known here.
    case unsupportedKeyType
    /// The text is a public key where a secret one is wanted.
    case isPublic
    /// The text is a secret key where a public one is wanted.
    case isSecret
    /// The key has the wrong length.
    case wrongLength
    /// The key has a passphrase and none was given, or is sealed in a way not known here.
    case passphraseProtectedKeyUnsupported
    /// The passphrase does not open the key.
    case wrongPassphrase
    /// The key is a point of low order.
    case lowOrderPoint
    /// A post-quantum key meets a build without the trait `PostQuantum`.
    case postQuantumNotBuilt
    /// A libsodium operation failed.
    case sodium(SodiumError)
}

/// Why a payload could not be read or written.
public enum PayloadError: Error, Equatable, Sendable {
    /// A chunk was changed, moved, or cut.
    case authenticationFailed(chunk: UInt64)
    /// The payload ends before its last chunk.
    case truncated
    /// The last chunk is empty though it is not the only one.
    case emptyLastChunk
    /// Something follows the last chunk.
    case trailingData
    /// The payload ends within its nonce.
    case missingNonce
    /// A buffer does not fit the chunk.
    case wrongBufferLength
    /// A libsodium operation failed.
    case sodium(SodiumError)
}

/// Why text is not armored.
public enum ArmorError: Error, Equatable, Sendable {
    /// The text does not start with the begin line.
    case missingBegin
    /// The text ends before the end line.
    case missingEnd
    /// A line is empty, too long, or too short before the last.
    case wrongLineLength(line: Int)
    /// A line is not canonical padded base64.
    case malformedLine(line: Int)
    /// Something but white space follows the end line.
    case trailingData
}

/// Why a whole file could not be sealed or opened.
public enum AgeError: Error, Equatable, Sendable {
    /// The header could not be read.
    case header(HeaderError)
    /// The header gave no file key.
    case unwrap(UnwrapError)
    /// The file key could not be wrapped.
    case wrap(WrapError)
    /// The payload could not be read or written.
    case payload(PayloadError)
    /// The armor could not be read.
    case armor(ArmorError)
}
