public import Age
public import Linux
internal import Sodium

/// Why a recipients or identity file is not understood.
public enum KeyFileError: Error, Equatable, Sendable {
    /// It could not be read.
    case read(BytePath, Errno)
    /// It is longer than a key file may be.
    case tooLong(BytePath)
    /// Others than its owner can change whom it makes trusted.
    case writableByOthers(BytePath)
    /// A line is not a key; the text of identities is never repeated.
    case line(BytePath, Int, KeyError)
    /// There is no key in it.
    case empty(BytePath)
    /// It is sealed with another passphrase.
    case locked(BytePath)
    /// Its passphrase could not be asked for.
    case passphrase(BytePath, PassphraseError)
    /// It is sealed, and damaged or not sealed by a passphrase.
    case sealed(BytePath, AgeError)
}

/// Reads files with recipients and identities as age has them.
public enum KeyFile {
    /// The recipients in a file: one per line, `#` begins a comment.
    public static func recipients(_ path: BytePath) throws(KeyFileError) -> [any Recipient] {
        var found = [any Recipient]()
        for (number, line) in lines(try read(path)) {
            do throws(KeyError) {
                found.append(try RecipientText.parse(line))
            } catch {
                throw .line(path, number, error)
            }
        }
        if found.isEmpty { throw .empty(path) }
        return found
    }

    /// The identities in a file: `AGE-SECRET-KEY-1…` and `AGE-SECRET-KEY-PQ-1…` lines, an OpenSSH
    /// private key, or an age file with such lines sealed by a passphrase.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - passphrase: asked for only when the file is locked.
    /// - Returns: one identity or more.
    /// - Throws: `KeyFileError`.
    public static func identities(
        _ path: BytePath, passphrase: Question
    ) throws(KeyFileError) -> [any Identity] {
        try opened(path, passphrase) { (text) throws(KeyFileError) in
            if starts(text, with: sshMark) { return [try openSSH(text, path, passphrase)] }
            return try parse(text, path) { (line) throws(KeyError) in
                try IdentityText.parse(line)
            }
        }
    }

    /// The signing key in a file, which may be sealed by a passphrase like an identity.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - passphrase: asked for only when the file is locked.
    /// - Returns: the first signing key.
    /// - Throws: `KeyFileError`.
    public static func signingKey(
        _ path: BytePath, passphrase: Question
    ) throws(KeyFileError) -> SigningKey {
        let keys = try opened(path, passphrase) { (text) throws(KeyFileError) in
            try parse(text, path) { (line) throws(KeyError) in try SigningKey(secretText: line) }
        }
        return keys[0]
    }

    /// The public halves of the keys in a file, of whatever kind they are.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - passphrase: asked for only when the file is locked.
    /// - Returns: one key or more, as people write them.
    /// - Throws: `KeyFileError`.
    public static func publicKeys(
        _ path: BytePath, passphrase: Question
    ) throws(KeyFileError) -> [String] {
        try opened(path, passphrase) { (text) throws(KeyFileError) in
            if starts(text, with: sshMark) {
                return [try openSSH(text, path, passphrase).recipient.text]
            }
            return try parse(text, path) { (line) throws(KeyError) in
                starts(line, with: "KANARIA-SIGNING-KEY-1")
                    ? try SigningKey(secretText: line).issuer.text
                    : try IdentityText.parse(line).publicText()
            }
        }
    }

    /// Asks for the passphrase of a file.
    public typealias Question = (BytePath) throws(PassphraseError) -> Passphrase

    private static let sshMark: StaticString = "-----BEGIN OPENSSH PRIVATE KEY-----"

    /// Lends the text of a key file to `body`, opened where it is sealed.
    private static func opened<R>(
        _ path: BytePath, _ passphrase: Question,
        _ body: (Span<UInt8>) throws(KeyFileError) -> R
    ) throws(KeyFileError) -> R {
        let file = try SecretText(path)
        return try file.withSpan { (text) throws(KeyFileError) in
            // OpenSSH's armor begins like that of age.
            let isSealed = starts(text, with: "age-encryption.org/") || Armor.isArmored(text)
            if !isSealed || starts(text, with: sshMark) { return try body(text) }
            var plain = try open(text, path, try ask(path, passphrase))
            defer { Wipe.wipe(&plain) }
            return try body(plain.span)
        }
    }

    private static func starts(_ text: Span<UInt8>, with mark: StaticString) -> Bool {
        let mark = Array("\(mark)".utf8)
        return text.count >= mark.count && mark.indices.allSatisfy { text[$0] == mark[$0] }
    }

    private static func ask(
        _ path: BytePath, _ passphrase: Question
    ) throws(KeyFileError) -> Passphrase {
        do throws(PassphraseError) {
            return try passphrase(path)
        } catch {
            throw .passphrase(path, error)
        }
    }

    private static func openSSH(
        _ text: Span<UInt8>, _ path: BytePath, _ passphrase: Question
    ) throws(KeyFileError) -> SSHEd25519Identity {
        do throws(KeyError) {
            return try SSHEd25519Identity(openSSHPrivateKey: text)
        } catch {
            if error != .passphraseProtectedKeyUnsupported { throw .line(path, 1, error) }
        }
        let secret = try ask(path, passphrase)
        do throws(KeyError) {
            return try secret.withSpan { (secret) throws(KeyError) in
                try SSHEd25519Identity(openSSHPrivateKey: text, passphrase: secret)
            }
        } catch {
            throw error == .wrongPassphrase ? .locked(path) : .line(path, 1, error)
        }
    }

    /// The plaintext in one array that never grows, so that it can be wiped.
    private static func open(
        _ file: Span<UInt8>, _ path: BytePath, _ secret: Passphrase
    ) throws(KeyFileError) -> [UInt8] {
        var plain = [UInt8]()
        plain.reserveCapacity(file.count)
        do throws(AgeError) {
            let identity: any Identity
            do { identity = try secret.identity() } catch { throw AgeError.unwrap(error) }
            try WholeFile.open(file, with: [identity], into: &plain)
            return plain
        } catch {
            Wipe.wipe(&plain)
            throw error == .unwrap(.noMatch) ? .locked(path) : .sealed(path, error)
        }
    }

    /// What `read` makes of each line that is neither empty nor a comment.
    private static func parse<Key>(
        _ text: Span<UInt8>, _ path: BytePath,
        _ read: (Span<UInt8>) throws(KeyError) -> Key
    ) throws(KeyFileError) -> [Key] {
        var found = [Key]()
        var start = 0
        var number = 1
        while start < text.count {
            var end = start
            while end < text.count, text[end] != 10 { end += 1 }
            let line = trimmed(text, start..<end)
            if !line.isEmpty, text[line.lowerBound] != UInt8(ascii: "#") {
                do throws(KeyError) {
                    found.append(try read(text.extracting(line)))
                } catch {
                    throw .line(path, number, error)
                }
            }
            (start, number) = (end + 1, number + 1)
        }
        if found.isEmpty { throw .empty(path) }
        return found
    }

    /// The lines that are neither empty nor comments, with numbers from 1.
    static func lines(_ bytes: [UInt8]) -> [(Int, String)] {
        bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated().compactMap {
            let line = $0.element.drop(while: isSpace)
            let end = line.lastIndex { !isSpace($0) }
            guard let end, line.first != UInt8(ascii: "#") else { return nil }
            return ($0.offset + 1, String(decoding: line[...end], as: UTF8.self))
        }
    }

    private static func trimmed(_ text: Span<UInt8>, _ line: Range<Int>) -> Range<Int> {
        var (start, end) = (line.lowerBound, line.upperBound)
        while start < end, isSpace(text[start]) { start += 1 }
        while end > start, isSpace(text[end - 1]) { end -= 1 }
        return start..<end
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }

    static func read(
        _ path: BytePath, isTrusted: Bool = false
    ) throws(KeyFileError) -> [UInt8] {
        let status: FileStatus
        let bytes: [UInt8]
        do throws(Errno) {
            let file = try FileDescriptor.open(path, .readOnly)
            status = try file.status()
            bytes = try file.readToEnd(limit: Constants.keyFileBytes + 1)
        } catch {
            throw .read(path, error)
        }
        if isTrusted, status.isWritableByOthers { throw .writableByOthers(path) }
        if bytes.count > Constants.keyFileBytes { throw .tooLong(path) }
        return bytes
    }
}
