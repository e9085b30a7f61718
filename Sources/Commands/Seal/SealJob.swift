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
    fileprivate init(_ source: Source, _ protection: Protection) {
        self.source = source
        look = ExportLook()
        self.protection = protection
        outputBeside = source.sealedPath()
    }

    /// For one of the recipients alone.
    fileprivate init(
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

/// The files to write, each made when its turn comes: thousands of them would take megabytes.
struct SealJobs: Sendable {
    private let sources: [Source]
    private let protection: Protection
    /// One for each source where each has several jobs.
    private let looks: [ExportLook]

    /// One for each source, or for each recipient of each source.
    init(_ sources: [Source], _ protection: Protection, isPerRecipient: Bool) {
        self.sources = sources
        self.protection = protection
        looks = isPerRecipient ? sources.map { _ in ExportLook() } : []
    }

    var count: Int { sources.count * jobsPerSource }

    /// Bytes to seal in all; nil where that can't be told.
    var expectedByteCount: UInt64? {
        sources.expectedByteCount.map { $0 * UInt64(jobsPerSource) }
    }

    private var jobsPerSource: Int { looks.isEmpty ? 1 : protection.recipients.count }

    subscript(number: Int) -> SealJob {
        if looks.isEmpty { return SealJob(sources[number], protection) }
        let (source, recipient) = number.quotientAndRemainder(
            dividingBy: protection.recipients.count)
        return SealJob(
            sources[source], for: protection.recipients[recipient], protection, looks[source])
    }
}
