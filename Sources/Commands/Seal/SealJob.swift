internal import Age
internal import Linux
internal import Sealing

/// One file to write.
struct SealJob: Sendable {
    let source: Source
    var protection: Protection
    /// The look through the source, shared by all jobs of the same source.
    let look: ExportLook
    /// The output's name beside the source; nil for standard input.
    let outputBeside: BytePath?

    /// For all recipients at once.
    init(_ source: Source, _ protection: Protection) {
        self.source = source
        look = ExportLook()
        self.protection = protection
        outputBeside = source.sealedPath()
    }

    /// One for each recipient alone.
    static func each(_ source: Source, _ protection: Protection) -> [SealJob] {
        let look = ExportLook()
        return protection.recipients.map { SealJob(source, for: $0, protection, look) }
    }

    private init(
        _ source: Source, for recipient: any Recipient, _ protection: Protection,
        _ look: ExportLook
    ) {
        self.source = source
        self.look = look
        var own = protection
        own.recipients = [recipient]
        self.protection = own
        outputBeside = source.sealedPath(label: Self.label(of: recipient))
    }

    /// Enough of a key to tell it from the others: 40 bits or more, safe in a file's name.
    private static func label(of recipient: any Recipient) -> String {
        if let key = recipient as? X25519Recipient { return String(key.text.prefix(12)) }
        if let key = recipient as? HybridRecipient { return String(key.text.prefix(15)) }
        guard let key = recipient as? SSHEd25519Recipient else { return "passphrase" }
        return "ssh-" + Hexadecimal.text(Array(key.publicKey.prefix(6)))
    }
}
