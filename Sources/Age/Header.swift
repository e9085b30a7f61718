internal import Sodium

/// The text part of an age file: who can open it.
public struct Header: Equatable, Sendable {
    /// All stanzas, known or not, in their order.
    public let stanzas: [Stanza]
    /// The MAC as it stands in the last line.
    public let mac: [UInt8]

    static let versionLine = Array("age-encryption.org/v1\n".utf8)
    static let macMark = Array("---".utf8)

    init(stanzas: [Stanza], mac: [UInt8]) {
        self.stanzas = stanzas
        self.mac = mac
    }

    /// Closes a header over `stanzas` with the MAC of `fileKey`.
    ///
    /// - Throws: `HeaderError` also where `parse` with the same limits would refuse to read it.
    public init(
        stanzas: [Stanza], fileKey: borrowing FileKey, limits: Limits = .standard
    ) throws(HeaderError) {
        guard !stanzas.isEmpty else { throw .noStanzas }
        guard stanzas.count <= limits.stanzas else { throw .tooManyStanzas }
        if let index = stanzas.firstIndex(where: { $0.body.count > limits.bodyBytes }) {
            throw .bodyTooLarge(stanza: index)
        }
        let bytes = Self.bytesForMAC(of: stanzas)
        guard bytes.count + macByteCount <= limits.headerBytes else { throw .headerTooLarge }
        do {
            self.init(stanzas: stanzas, mac: try fileKey.headerMAC(over: bytes.span))
        } catch { throw .sodium(error) }
    }

    /// The bytes the MAC is over.
    public var bytesForMAC: [UInt8] { Self.bytesForMAC(of: stanzas) }

    /// The bytes the MAC of a header with `stanzas` is over.
    public static func bytesForMAC(of stanzas: [Stanza]) -> [UInt8] {
        versionLine + stanzas.flatMap { $0.encoded() } + macMark
    }

    /// The header as it stands in a file.
    public func encoded() -> [UInt8] {
        bytesForMAC + [UInt8(ascii: " ")] + Base64.encode(mac.span) + [lineFeed]
    }

    /// Returns when the MAC fits `fileKey`, and throws otherwise.
    public func verify(_ fileKey: borrowing FileKey) throws(UnwrapError) {
        let expected: [UInt8]
        do { expected = try fileKey.headerMAC(over: bytesForMAC.span) } catch {
            throw .sodium(error)
        }
        guard ConstantTime.equal(expected.span, mac.span) else { throw .headerMACMismatch }
    }

    /// The file key for the first identity that fits, after the MAC was checked.
    public func unwrap(
        _ identities: [any Identity], limits: Limits = .standard
    ) throws(UnwrapError) -> FileKey {
        if stanzas.count > 1, stanzas.contains(where: { $0.type == scryptType }) {
            throw .scryptNotAlone
        }
        for identity in identities {
            if let fileKey = try identity.unwrap(stanzas, limits: limits) {
                try verify(fileKey)
                return fileKey
            }
        }
        throw .noMatch
    }
}

/// Bytes behind the mark of the last line: a space, the MAC in base64, the line's end.
private let macByteCount = 45
