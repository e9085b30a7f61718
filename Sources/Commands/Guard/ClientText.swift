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

extension QuarantineReport {
    /// One line for people.
    func text(_ language: Language) -> String {
        guard let until else { return "\(user) (\(incident))" }
        let text = Message(
            en: "\(user), until \(until.text) (\(incident))",
            ja: "\(user)、\(until.text) まで (\(incident))")
        return text.text(language)
    }

    /// What is known of it in its incident.
    fileprivate var line: Message {
        guard let until else {
            return Message(en: "\(user) may write again", ja: "\(user) の読み取り専用を解除済み")
        }
        return Message(
            en: "\(user) may only read over Samba until \(until.text)",
            ja: "\(until.text) まで Samba の利用者 \(user) を読み取り専用に制限")
    }
}

extension RefusalReport {
    /// One line for people.
    func text(_ language: Language) -> String {
        let text = Message(
            en: "\(executable.text) (\(pid)), \(count) openings, until \(until.text) (\(incident))",
            ja: "\(executable.text) (\(pid))、\(count) 回、\(until.text) まで (\(incident))")
        return text.text(language)
    }
}

extension IncidentReport {
    /// What is known of the clients, who was logged in, what could not be done, and who ended it.
    var clientLines: [Message] {
        guard let clients else { return [] }
        var lines = clients.map(\.line)
        lines += (sessions ?? []).map(\.line)
        if let quarantine { lines.append(quarantine.line) }
        lines += (degraded ?? []).map(\.text)
        if let isolatedUntil {
            lines.append(
                Message(
                    en: "the host is cut off from the network until \(isolatedUntil.text)",
                    ja: "\(isolatedUntil.text) までホストをネットワークから隔離"))
        }
        if let endedBy {
            lines.append(
                Message(
                    en: "ended by \(endedBy.name.en) at \(endedBy.at.text)",
                    ja: "\(endedBy.at.text) に\(endedBy.name.ja) が終了"))
        }
        if let askedBy {
            lines.append(
                Message(
                    en: "first asked by \(askedBy.name.en) at \(askedBy.at.text)",
                    ja: "\(askedBy.at.text) に\(askedBy.name.ja) が最初に要求"))
        }
        return lines
    }
}

extension SessionReport {
    /// The shares are not known where it is from the log of logons.
    fileprivate var line: Message {
        let names = shares.joined(separator: ", ")
        return Message(
            en: "user \(user), computer \(machine)" + (names.isEmpty ? "" : ", shares \(names)"),
            ja: "利用者 \(user)、端末 \(machine)" + (names.isEmpty ? "" : "、共有 \(names)"))
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

extension EvidenceReport {
    /// Where it is, and what is missing.
    var lines: [Message] {
        let size = "\((byteCount + (1 << 20) - 1) >> 20) MiB"
        let place = folder.map { folder in
            Message(
                en: "evidence: \(folder.text) (\(fileCount) files, \(size))",
                ja: "証拠: \(folder.text) (\(fileCount) ファイル、\(size))")
        }
        return (place.map { [$0] } ?? []) + (lacks ?? []).map(\.text)
    }
}

extension PersonReport {
    /// The user, and in parentheses as whom that person logged in.
    fileprivate var name: Message {
        let login = login.map { " (\($0))" } ?? ""
        return Message(en: "user \(user)\(login)", ja: "利用者 \(user)\(login)")
    }
}

extension PendingReport {
    /// One line for `kanaria status`.
    var line: Message {
        Message(
            en: "waits for a second person: \(request), asked by \(askedBy.name.en), "
                + "until \(until.text)",
            ja: "二人目の承認待ち: \(request)、要求者は\(askedBy.name.ja)、\(until.text) まで")
    }

    /// What to do now.
    var advice: Message {
        Message(
            en: "this takes two persons: another one, logged in as somebody else, has to run "
                + "`kanaria \(request)` until \(until.text); asked by \(askedBy.name.en)",
            ja: "二人の操作が必要です。別の利用者としてログインした人が \(until.text) までに "
                + "`kanaria \(request)` を実行してください。要求者は\(askedBy.name.ja)")
    }
}

extension UnixTime {
    /// RFC 3339 in UTC.
    var text: String { Clock.timestamp(milliseconds * 1_000_000) }
}
