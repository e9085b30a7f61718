/// What `kanaria-notifier` sends, to whom and how.
///
/// Made only by parsing; at least one way is there.
public struct NotifierSettings: Sendable, Equatable {
    /// The folder in which alerts wait.
    public let spool: String
    /// Whether mails are in Japanese; in English if not.
    public let isJapanese: Bool
    /// After what time an alert that nobody takes is given up.
    public let giveUpAfter: Duration
    /// The service that is told; nil for none.
    public let webhook: WebhookSettings?
    /// Who gets mail; nil for nobody.
    public let mail: MailSettings?
}

/// A service that is told by HTTP.
public struct WebhookSettings: Sendable, Equatable {
    /// Where it is: `https`, or `http` on this machine alone.
    public let url: String
    /// The file that holds the shared secret.
    public let secretFile: String
    /// A file with the certificates to trust instead of the system's; nil for these.
    public let certificateFile: String?
}

/// Who gets mail.
public struct MailSettings: Sendable, Equatable {
    /// The addresses, each once, at least one.
    public let recipients: [String]
    /// The sender's address.
    public let sender: String
    /// The program that takes mails, called as `sendmail -t`.
    public let program: String
}

/// A language of mails.
private enum MailLanguage: String, CaseIterable {
    case en, ja
}

extension NotifierSettings {
    private static let keys = ["version", "spool", "language", "give-up-after", "webhook", "mail"]

    /// The settings in the bytes of a file.
    ///
    /// - Parameter bytes: the whole file.
    /// - Returns: the settings, with defaults for what it does not say.
    /// - Throws: `PolicyError` with the place of the first fault.
    public static func parse(bytes: [UInt8]) throws(PolicyError) -> NotifierSettings {
        try NotifierSettings(try Document.root(bytes: bytes).fields(keys))
    }

    private init(_ fields: Fields) throws(PolicyError) {
        try fields.checkVersion()
        spool = try fields["spool"]?.path() ?? Defaults.spool
        isJapanese = try fields.choice("language", or: MailLanguage.en) == .ja
        giveUpAfter = try fields.duration(
            "give-up-after", or: Defaults.giveUpAfter, in: Limits.giveUpAfter)
        webhook = try fields["webhook"].map { (entry) throws(PolicyError) in
            try WebhookSettings(entry.fields(["url", "secret-file", "certificate-file"]))
        }
        mail = try fields["mail"].map { (entry) throws(PolicyError) in
            try MailSettings(entry.fields(["to", "from", "sendmail"]))
        }
        if webhook == nil, mail == nil { throw .missingKey(at: fields.place, key: "webhook") }
    }
}

extension WebhookSettings {
    fileprivate init(_ fields: Fields) throws(PolicyError) {
        url = try fields.required("url").webAddress()
        secretFile = try fields.required("secret-file").path()
        certificateFile = try fields["certificate-file"]?.path()
    }
}

extension MailSettings {
    fileprivate init(_ fields: Fields) throws(PolicyError) {
        let list = try fields.required("to")
        recipients = try fields.list("to") { (entry) throws(PolicyError) in
            try entry.mailAddress()
        }
        guard Limits.recipientCount.contains(recipients.count) else {
            if recipients.isEmpty { throw .emptyList(at: list.place) }
            throw .outOfRange(
                at: list.place, text: "\(recipients.count)",
                least: "\(Limits.recipientCount.lowerBound)",
                most: "\(Limits.recipientCount.upperBound)")
        }
        sender = try fields.required("from").mailAddress()
        program = try fields["sendmail"]?.path() ?? Defaults.sendmail
    }
}

extension Entry {
    /// An address of the web without a user, of visible ASCII characters.
    fileprivate func webAddress() throws(PolicyError) -> String {
        guard case .text(let text) = value else { throw wrongType(.text) }
        let isVisible = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        let host = parts.count == 2 ? parts[1].prefix { $0 != "/" && $0 != "?" && $0 != "#" } : ""
        // What is sent is for nobody else on the way; on this machine there is no way.
        let name = host.hasPrefix("[") ? host.prefix { $0 != "]" } : host.prefix { $0 != ":" }
        let isHere = ["127.0.0.1", "[::1", "localhost"].contains(name)
        guard isVisible, text.utf8.count <= Limits.addressByteCount, !name.isEmpty,
            !host.contains("@"), parts[0] == "https" || parts[0] == "http" && isHere
        else {
            throw .notOneOf(
                at: place, text: text, choices: ["https://HOST/PATH", "http://127.0.0.1/PATH"])
        }
        return text
    }

    /// `name@host`, of the characters that need no quotes.
    ///
    /// Source: RFC 5322, §3.4.1, `dot-atom`.
    fileprivate func mailAddress() throws(PolicyError) -> String {
        guard case .text(let text) = value else { throw wrongType(.text) }
        let marks = Set("!#$%&'*+-/=?^_`{|}~.".utf8)
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        let isClean = parts.allSatisfy { part in
            !part.isEmpty && part.first != UInt8(ascii: "-") && part.first != UInt8(ascii: ".")
                && part.allSatisfy { byte in
                    marks.contains(byte) || (0x30...0x39).contains(byte)
                        || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                }
        }
        // RFC 5321, §4.5.3.1.
        guard parts.count == 2, isClean, text.utf8.count <= 254 else {
            throw .notOneOf(at: place, text: text, choices: ["name@host"])
        }
        return text
    }
}
