internal import Control
internal import Linux
internal import Messages

extension BlockReport {
    /// One line for people.
    func text(_ language: Language) -> String {
        let ports = ports.map { "\($0)" }.joined(separator: ", ")
        let text = Message(
            en: "\(address), ports \(ports), until \(until.text) (\(incident))"
                + (isFiltered ? "" : ", by Samba only"),
            ja: "\(address)、ポート \(ports)、\(until.text) まで (\(incident))"
                + (isFiltered ? "" : "、Samba のみ"))
        return text.text(language)
    }
}

extension IncidentReport {
    /// What is known of the clients, who was logged in, what could not be done, and who ended it.
    var clientLines: [Message] {
        guard let clients else { return [] }
        var lines = clients.map(\.line)
        for session in sessions ?? [] {
            let shares = session.shares.joined(separator: ", ")
            lines.append(
                Message(
                    en: "user \(session.user), computer \(session.machine), shares \(shares)",
                    ja: "利用者 \(session.user)、端末 \(session.machine)、共有 \(shares)"))
        }
        lines += (degraded ?? []).map(\.text)
        if let endedBy {
            let login = endedBy.login.map { " (\($0))" } ?? ""
            lines.append(
                Message(
                    en: "ended by user \(endedBy.user)\(login) at \(endedBy.at.text)",
                    ja: "\(endedBy.at.text) に利用者 \(endedBy.user)\(login) が終了"))
        }
        return lines
    }
}

extension ClientReport {
    fileprivate var line: Message {
        let place = "\(address) (\(port) → \(servicePort), \(service))"
        guard let blockedUntil else {
            return Message(en: "client \(place)", ja: "クライアント \(place)")
        }
        return Message(
            en: "client \(place), turned away until \(blockedUntil.text)",
            ja: "クライアント \(place)、\(blockedUntil.text) まで遮断")
    }
}

extension UnixTime {
    /// RFC 3339 in UTC.
    var text: String { Clock.timestamp(milliseconds * 1_000_000) }
}
