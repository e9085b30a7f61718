internal import Curl
internal import Linux
internal import Messages
internal import Policies
internal import Sodium

/// Tells a service by HTTP, signed so that it can see who told it.
///
/// Source: Standard Webhooks 1.0.0: headers `webhook-id`, `webhook-timestamp`, `webhook-signature`.
struct Webhook {
    let settings: WebhookSettings
    let secret: WebhookSecret

    /// How long one try may take.
    ///
    /// Chosen by us: a service that is slower has a queue to mend.
    static let milliseconds = 30_000

    /// The request at a time in seconds since 1970.
    func request(_ alert: Alert, at seconds: Int64) throws(SendingError) -> HTTPPost {
        let signature = try secret.signature(id: alert.id, seconds: seconds, body: alert.body)
        return HTTPPost(
            url: settings.url,
            headers: [
                "Content-Type: application/json",
                "User-Agent: kanaria-notifier/\(Version.current)", "webhook-id: \(alert.id)",
                "webhook-timestamp: \(seconds)", "webhook-signature: \(signature)",
            ], body: alert.body, certificates: settings.certificateFile,
            milliseconds: Self.milliseconds)
    }

    /// Sends it; any status of 200...299 says that it arrived.
    func send(_ alert: Alert) throws(SendingError) {
        let request = try request(alert, at: Clock.wallNanoseconds / 1_000_000_000)
        let status: Int
        do throws(TransferError) {
            status = try request.send()
        } catch {
            throw .transfer(code: error.code, error.text)
        }
        guard (200...299).contains(status) else { throw .status(status) }
    }
}

/// What sender and receiver share.
struct WebhookSecret: Equatable {
    private let key: [UInt8]

    /// Source: Standard Webhooks 1.0.0, 24 to 64 bytes behind `whsec_`.
    private static let (prefix, byteCounts) = ("whsec_", 24...64)

    /// Reads the text of a secret; nil where it is none.
    init?(_ text: String) {
        let trimmed = text.drop(while: \.isWhitespace)
        guard trimmed.hasPrefix(Self.prefix) else { return nil }
        let digits = trimmed.dropFirst(Self.prefix.count).prefix { !$0.isWhitespace }
        guard trimmed[digits.endIndex...].allSatisfy(\.isWhitespace),
            let key = Base64.decode(Array(digits.utf8).span, padded: true),
            Self.byteCounts.contains(key.count)
        else { return nil }
        self.key = key
    }

    /// Reads a file that nobody but its owner may read.
    static func read(_ path: BytePath) throws(NotifierError) -> WebhookSecret {
        let text: [UInt8]
        do throws(Errno) {
            let file = try FileDescriptor.open(path, [.nonBlocking])
            let status = try file.status()
            guard status.kind == .regular, status.permissions & 0o077 == 0 else {
                throw .invalidArgument
            }
            text = try file.readToEnd(limit: 4096)
        } catch {
            throw error == .invalidArgument ? .secretExposed(path) : .secretFile(path, error)
        }
        guard let secret = WebhookSecret(String(decoding: text, as: UTF8.self)) else {
            throw .secretWrong(path)
        }
        return secret
    }

    /// The value of `webhook-signature`.
    func signature(id: String, seconds: Int64, body: [UInt8]) throws(SendingError) -> String {
        let signed = Array("\(id).\(seconds).".utf8) + body
        guard let tag = try? HMACSHA256.tag(key: key.span, message: signed.span) else {
            throw .unsigned
        }
        return "v1," + String(decoding: Base64.encode(tag.span, padded: true), as: UTF8.self)
    }
}
