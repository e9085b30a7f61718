internal import Sodium

/// The `openssh-key-v1` file, read as far as age needs it.
///
/// Source: OpenSSH PROTOCOL.key.
struct OpenSSHKeyFile: ~Copyable {
    /// The Edwards point.
    let publicKey: [UInt8]
    /// The seed of the secret key.
    let seed: SecretBytes

    private static let begin = Array("-----BEGIN OPENSSH PRIVATE KEY-----".utf8)
    private static let end = Array("-----END OPENSSH PRIVATE KEY-----".utf8)
    private static let magic = Array("openssh-key-v1\0".utf8)

    /// Reads a key; what is decoded on the way is wiped.
    static func parse(
        _ file: Span<UInt8>, passphrase: Span<UInt8>?
    ) throws(KeyError) -> OpenSSHKeyFile {
        var text = try letters(of: file)
        defer { Wipe.wipe(&text) }
        guard var bytes = Base64.decode(text.span, padded: true) else { throw .malformed }
        defer { Wipe.wipe(&bytes) }
        let span = bytes.span
        guard span.count > magic.count,
            magic.indices.allSatisfy({ span[$0] == magic[$0] })
        else { throw .malformed }
        var reader = WireCursor(offset: magic.count)
        guard let cipher = reader.string(span), let kdf = reader.string(span),
            let options = reader.string(span), reader.number(span) == 1,
            reader.string(span) != nil, let secrets = reader.string(span)
        else { throw .malformed }
        if word(span, cipher) == "none" {
            return try read(secrets: span.extracting(secrets))
        }
        guard let passphrase, word(span, cipher) == "aes256-ctr",
            word(span, kdf) == "bcrypt"
        else { throw .passphraseProtectedKeyUnsupported }
        var opened = try decrypt(
            span.extracting(secrets), options: span.extracting(options), passphrase: passphrase)
        defer { Wipe.wipe(&opened) }
        var check = WireCursor(offset: 0)
        guard let first = check.number(opened.span), first == check.number(opened.span) else {
            throw .wrongPassphrase
        }
        return try read(secrets: opened.span)
    }

    /// Reads the decrypted part.
    private static func read(secrets bytes: Span<UInt8>) throws(KeyError) -> OpenSSHKeyFile {
        var reader = WireCursor(offset: 0)
        guard let first = reader.number(bytes), first == reader.number(bytes),
            let type = reader.string(bytes)
        else { throw .malformed }
        guard word(bytes, type) == sshEd25519Type else { throw .unsupportedKeyType }
        guard let point = reader.string(bytes), let secret = reader.string(bytes),
            point.count == 32, secret.count == 64,
            (0..<32).allSatisfy({
                bytes[secret.lowerBound + 32 + $0] == bytes[point.lowerBound + $0]
            })
        else { throw .malformed }
        let range = secret.lowerBound..<(secret.lowerBound + 32)
        do {
            return OpenSSHKeyFile(
                publicKey: point.map { bytes[$0] },
                seed: try SecretBytes(copying: bytes.extracting(range)))
        } catch { throw .sodium(error) }
    }

    /// The letters between the first and the last line, in one array that never grows.
    private static func letters(of file: Span<UInt8>) throws(KeyError) -> [UInt8] {
        var end = file.count
        while end > 0, isLineEnd(file[end - 1]) { end -= 1 }
        let start = begin.count
        guard end >= start + Self.end.count, begin.indices.allSatisfy({ file[$0] == begin[$0] })
        else { throw .malformed }
        end -= Self.end.count
        guard Self.end.indices.allSatisfy({ file[end + $0] == Self.end[$0] }) else {
            throw .malformed
        }
        var letters = [UInt8]()
        letters.reserveCapacity(end - start)
        for index in start..<end where !isLineEnd(file[index]) { letters.append(file[index]) }
        return letters
    }

    private static func isLineEnd(_ byte: UInt8) -> Bool { byte == 10 || byte == 13 }

    /// A public word of the file.
    private static func word(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
        String(decoding: range.prefix(64).map { bytes[$0] }, as: UTF8.self)
    }

    private static func decrypt(
        _ secrets: Span<UInt8>, options: Span<UInt8>, passphrase: Span<UInt8>
    ) throws(KeyError) -> [UInt8] {
        var reader = WireCursor(offset: 0)
        guard let salt = reader.string(options), let rounds = reader.number(options),
            reader.offset == options.count, (1...mostRounds).contains(rounds)
        else { throw .malformed }
        do {
            var key = try BcryptKDF.derive(
                passphrase: passphrase, salt: salt.map { options[$0] }, rounds: rounds,
                count: AES256CTR.keySize + AES256CTR.blockSize)
            defer { Wipe.wipe(&key) }
            return AES256CTR.apply(
                secrets.indices.map { secrets[$0] }, key: Array(key.prefix(AES256CTR.keySize)),
                counter: Array(key.suffix(AES256CTR.blockSize)))
        } catch { throw .sodium(error) }
    }

    /// ssh-keygen takes 16 or 24; more than this would only keep the reader busy.
    private static let mostRounds = 1024
}

/// A place in strings and numbers of the ssh wire format (RFC 4251 §5).
struct WireCursor {
    var offset: Int

    mutating func number(_ bytes: Span<UInt8>) -> Int? {
        guard bytes.count - offset >= 4 else { return nil }
        let value = (0..<4).reduce(0) { $0 << 8 | Int(bytes[offset + $1]) }
        offset += 4
        return value
    }

    /// Where the bytes of the next string are.
    mutating func string(_ bytes: Span<UInt8>) -> Range<Int>? {
        guard let count = number(bytes), bytes.count - offset >= count else { return nil }
        defer { offset += count }
        return offset..<(offset + count)
    }

    static func encode(_ string: [UInt8]) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: string.count >> (24 - 8 * $0)) } + string
    }
}
