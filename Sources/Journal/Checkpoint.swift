internal import Linux

/// A line that signs all lines before it.
///
/// The signature is Ed25519 over `JournalKey.domain` and the bytes of the line in front of
/// `,"kanaria.signature":`.
enum Checkpoint {
    /// Why a checkpoint was made.
    enum Reason: String {
        /// Enough lines or time.
        case due
        /// The file ends here.
        case rotation
        /// Files are about to be removed.
        case removal
        /// The writer ended.
        case close
    }

    static let reasonName = "kanaria.checkpoint.reason"
    private static let keyName = "kanaria.checkpoint.key"
    private static let signatureName = "kanaria.signature"

    /// The event, without its signature.
    static func event(_ reason: Reason, key: String, file: String) -> JournalEvent {
        JournalEvent(
            .checkpoint, "signed up to here",
            [
                (reasonName, .text(reason.rawValue)), (keyName, .text(key)),
                ("file.name", .text(file)),
            ])
    }

    /// The line with its signature in place of its last brace.
    static func sign(
        _ line: [UInt8], _ key: borrowing JournalKey
    ) throws(JournalError) -> [UInt8] {
        let body = Array(line.dropLast())
        let signature = try key.sign(body)
        return body + Array(",\"\(signatureName)\":\"\(signature)\"}".utf8)
    }

    /// What was signed, and the signature; nil where there is none at the end of the line.
    static func parts(of line: [UInt8]) -> (body: [UInt8], signature: [UInt8])? {
        // Comma, name, colon, digits of 64 bytes, brace.
        let tail = signatureName.utf8.count + 5 + 128 + 2
        guard line.count > tail else { return nil }
        let body = Array(line.dropLast(tail))
        guard let text = Member.text(signatureName, in: Array(line.suffix(tail))),
            let signature = Hexadecimal.bytes(text), signature.count == 64
        else { return nil }
        return (body, signature)
    }
}
