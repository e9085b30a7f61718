import Age
import Sodium
import Testing

@Suite("Damaged files")
struct DamageTests {
    let identity: X25519Identity
    let file: [UInt8]

    init() throws {
        identity = try X25519Identity.generate()
        file = try WholeFile.seal(Array("patient list".utf8).span, to: [identity.recipient])
    }

    /// The class of the failure, or nil when the file opened or released something.
    private func failure(of file: [UInt8]) -> String? {
        var plaintext: [UInt8] = []
        do throws(AgeError) {
            try WholeFile.open(file.span, with: [identity], into: &plaintext)
            return nil
        } catch { return plaintext.isEmpty ? category(error) : nil }
    }

    /// Where the payload's chunks start.
    private func chunkStart() throws -> Int {
        try Header.parse(file.span).byteCount + Payload.nonceSize
    }

    @Test("a file cut anywhere is refused and releases nothing", .timeLimit(.minutes(1)))
    func truncation() throws {
        let start = try chunkStart()
        for count in file.indices {
            let wanted = count < start ? "header failure" : "payload failure"
            #expect(failure(of: Array(file[..<count])) == wanted, "cut at \(count)")
        }
    }

    @Test("a file with any bit flipped is refused and releases nothing", .timeLimit(.minutes(1)))
    func bitFlip() throws {
        let start = try chunkStart() - Payload.nonceSize
        for bit in 0..<file.count * 8 {
            var damaged = file
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            let kinds: Set<String> =
                bit / 8 < start
                ? ["header failure", "no match", "HMAC failure"] : ["payload failure"]
            let kind = failure(of: damaged)
            #expect(kind.map(kinds.contains) == true, "bit \(bit): \(kind ?? "opened")")
        }
    }

    @Test("a header with the MAC of another file key is refused")
    func macMismatch() throws {
        let fileKey = try FileKey()
        let stanzas = try Recipients.wrap(fileKey, to: [identity.recipient])
        let header = try Header(stanzas: stanzas, fileKey: fileKey)
        let other = try Header(stanzas: stanzas, fileKey: FileKey())
        #expect(throws: UnwrapError.headerMACMismatch) { _ = try other.unwrap([identity]) }
        _ = try header.unwrap([identity])
    }

    @Test(
        "a payload opens the same in pieces of any size", arguments: [1, 17, 65536, 65552, 70000])
    func pieces(size: Int) throws {
        let fileKey = try FileKey()
        let plain = (0..<2 * Payload.chunkSize + 5).map { UInt8(truncatingIfNeeded: $0 * 7) }
        var sealed: [UInt8] = []
        var writer = try PayloadWriter(fileKey: fileKey)
        for start in stride(from: 0, to: plain.count, by: size) {
            try writer.feed(
                Array(plain[start..<min(start + size, plain.count)]).span, into: &sealed)
        }
        try writer.finish(into: &sealed)
        var opened: [UInt8] = []
        var reader = try PayloadReader(fileKey: fileKey)
        for start in stride(from: 0, to: sealed.count, by: size) {
            try reader.feed(
                Array(sealed[start..<min(start + size, sealed.count)]).span, into: &opened)
        }
        try reader.finish(into: &opened)
        #expect(opened == plain)
        #expect(
            UInt64(sealed.count - Payload.nonceSize)
                == PayloadLayout(plaintextCount: UInt64(plain.count)).ciphertextCount)
    }

    @Test("a reader that failed stays failed")
    func failed() throws {
        let fileKey = try FileKey()
        var reader = try PayloadReader(fileKey: fileKey)
        let junk = [UInt8](repeating: 1, count: 16 + Payload.sealedChunkSize + 1)
        var opened: [UInt8] = []
        #expect(throws: PayloadError.authenticationFailed(chunk: 0)) {
            try reader.feed(junk.span, into: &opened)
        }
        #expect(throws: PayloadError.authenticationFailed(chunk: 0)) {
            try reader.finish(into: &opened)
        }
        #expect(opened.isEmpty)
    }

    @Test("a header over the limits is refused")
    func limits() throws {
        let fileKey = try FileKey()
        let stanza = try Stanza(
            type: "example.com/x", arguments: [], body: [UInt8](repeating: 0, count: 100))
        let header = try Header(stanzas: [stanza, stanza], fileKey: fileKey).encoded()
        var limits = Limits()
        limits.stanzas = 1
        #expect(throws: HeaderError.tooManyStanzas) {
            _ = try Header.parse(header.span, limits: limits)
        }
        limits = Limits()
        limits.bodyBytes = 99
        #expect(throws: HeaderError.bodyTooLarge(stanza: 0)) {
            _ = try Header.parse(header.span, limits: limits)
        }
        limits = Limits()
        limits.headerBytes = 60
        #expect(throws: HeaderError.headerTooLarge) {
            _ = try Header.parse(header.span, limits: limits)
        }
    }

    @Test("a passphrase goes with nobody else")
    func passphraseAlone() throws {
        let passphrase = try ScryptRecipient(passphrase: Array("x".utf8).span, logN: 1)
        #expect(throws: AgeError.wrap(.scryptMustBeAlone)) {
            _ = try WholeFile.seal(Span(), to: [passphrase, identity.recipient])
        }
    }

    @Test("keys read back from their text")
    func keyText() throws {
        #expect(try X25519Identity(identity.secretText()).recipient == identity.recipient)
        #expect(try X25519Recipient(identity.recipient.text) == identity.recipient)
        #expect(throws: KeyError.malformed) { _ = try X25519Recipient("age1qqqq") }
    }
}
