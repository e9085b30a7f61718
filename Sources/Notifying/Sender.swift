internal import Curl
internal import Linux
internal import Messages
internal import Policies

/// The ways that the settings name.
struct Sender {
    private let webhook: Webhook?
    private let mail: Mail?

    /// Reads what else is needed.
    init(_ settings: NotifierSettings) throws(NotifierError) {
        if let webhook = settings.webhook {
            let secret = try WebhookSecret.read(BytePath(webhook.secretFile))
            self.webhook = Webhook(settings: webhook, secret: secret)
        } else {
            webhook = nil
        }
        mail = settings.mail.map {
            Mail(settings: $0, language: settings.isJapanese ? .ja : .en)
        }
    }

    var ways: [Way] {
        (webhook == nil ? [] : [.webhook]) + (mail == nil ? [] : [.mail])
    }

    /// Sends by one way; mails wait in `folder` as files without a name.
    func send(
        _ alert: Alert, by way: Way, beneath folder: borrowing FileDescriptor
    ) throws(SendingError) {
        switch way {
        case .webhook: try webhook?.send(alert)
        case .mail: try mail?.send(alert, beneath: folder)
        }
    }

    /// What would be sent, for people.
    func preview(_ alert: Alert, at time: WallNanoseconds) throws(SendingError) -> String {
        var parts: [String] = []
        if let request = try webhook?.request(alert, at: time / 1_000_000_000) {
            let body = String(decoding: request.body, as: UTF8.self)
            parts.append((["POST " + request.url] + request.headers + ["", body]).lines)
        }
        if let mail {
            let message = String(decoding: mail.message(alert, at: time), as: UTF8.self)
            let head = message.split(separator: "\n", omittingEmptySubsequences: false)
                .prefix { !$0.isEmpty }
            parts.append((head.map(String.init) + ["", mail.body(alert)]).lines)
        }
        return parts.joined(separator: "\n")
    }
}

extension [String] {
    fileprivate var lines: String { joined(separator: "\n") + "\n" }
}
