internal import Linux
internal import Messages
internal import Policies
internal import Sodium

/// Tells people by mail, through the machine's `sendmail`.
struct Mail {
    let settings: MailSettings
    let language: Language

    /// How long the program may take, which queues or hands over to a server nearby.
    ///
    /// Chosen by us.
    static let milliseconds: UInt64 = 60_000

    /// The whole mail as `sendmail -t` reads it.
    ///
    /// Nothing of an alert stands in the header but in encoded words, so that no name can add to it.
    /// Source: RFC 5322, RFC 2045, RFC 2047; RFC 3834 for `Auto-Submitted`.
    func message(_ alert: Alert, at time: WallNanoseconds) -> [UInt8] {
        let head = [
            "From: \(settings.sender)", "To: \(settings.recipients.joined(separator: ",\n "))",
            "Subject: " + EncodedWords.text(subject(alert)), "Date: " + MailDate.text(time),
            "Message-ID: <\(alert.id)@\(Machine.name)>", "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: base64",
        ]
        let encoded = Base64.encode(Array(body(alert).utf8).span, padded: true)
        // Source: RFC 2045, §6.8: lines of 76 characters.
        let lines = stride(from: 0, to: encoded.count, by: 76).map {
            String(decoding: encoded[$0..<min($0 + 76, encoded.count)], as: UTF8.self)
        }
        return Array((head + [""] + lines + [""]).joined(separator: "\n").utf8)
    }

    /// Hands a mail over.
    func send(_ alert: Alert, beneath folder: borrowing FileDescriptor) throws(SendingError) {
        let outcome: ChildProcess.Outcome
        do throws(Errno) {
            let text = try AtomicFile(beneath: folder)
            do throws(Errno) {
                try text.file.writeAll(message(alert, at: Clock.wallNanoseconds).span)
                try text.file.seek(to: 0)
            } catch {
                text.abandon()
                throw error
            }
            outcome = ChildProcess.run(
                BytePath(settings.program), arguments: ["-t", "-i"],
                milliseconds: Self.milliseconds, limit: 1 << 16, input: text.file.rawValue)
            text.abandon()
        } catch {
            throw .mailText(error)
        }
        switch outcome {
        case .ended(.exited(0), output: _): break
        case .ended(.exited(let code), output: _): throw .mailRefused(code)
        case .ended(.signalled(let signal), output: _): throw .mailSignalled(signal)
        case .timedOut: throw .mailLate
        case .failed(let error): throw .mailProgram(error)
        }
    }

    private func title(_ alert: Alert) -> String {
        let name = language == .ja ? "kanaria.title.ja" : "kanaria.title.en"
        return alert[name] ?? (language == .ja ? "ガードからの通知" : "the guard tells of something")
    }

    private func subject(_ alert: Alert) -> String {
        "[Kanaria] \(alert["host.name"] ?? Machine.name): \(title(alert))"
    }

    /// The text for people.
    func body(_ alert: Alert) -> String {
        let isJapanese = language == .ja
        func label(_ en: String, _ ja: String) -> String { isJapanese ? ja : en }
        var lines = [title(alert)]
        let facts = [
            (label("Server", "サーバー"), "host.name"), (label("Time", "日時"), "@timestamp"),
            (label("Level", "重要度"), "log.level"), (label("What", "内容"), "message"),
        ]
        lines.append("")
        for (label, name) in facts {
            if let text = alert[name] { lines.append("\(label): \(text)") }
        }
        let told = Set(facts.map(\.1) + ["event.id", "kanaria.title.en", "kanaria.title.ja"])
        let rest = alert.rest(besides: told)
        if !rest.isEmpty { lines.append("") }
        lines += rest.map { "\($0.name): \($0.text)" }
        if rest.isEmpty { lines += ["", String(decoding: alert.body, as: UTF8.self)] }
        lines += [
            "",
            label(
                "On the server, `kanaria status` and `kanaria incidents` tell more.",
                "サーバーで kanaria status と kanaria incidents を実行すると詳しく分かります。"),
            label("Notification: ", "通知 ID: ") + alert.id,
        ]
        return lines.map(\.onOneLine).joined(separator: "\n") + "\n"
    }
}

extension String {
    /// With what would break the line or steer a terminal written out.
    fileprivate var onOneLine: String {
        unicodeScalars.reduce(into: "") { line, scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .format:
                line += scalar.escaped(asASCII: true)
            default: line.unicodeScalars.append(scalar)
            }
        }
    }
}

/// Text in a header, whatever it holds.
///
/// Source: RFC 2047, §2 and §5: lines of at most 76 characters, words of whole characters.
enum EncodedWords {
    private static let (start, end) = ("=?UTF-8?B?", "?=")
    /// So many bytes make 52 characters of base64, which leave room for the field's name.
    private static let byteCount = 39

    static func text(_ text: String) -> String {
        var words = [[UInt8]]()
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if let last = words.last, last.count + bytes.count <= byteCount {
                words[words.count - 1] += bytes
            } else {
                words.append(bytes)
            }
        }
        return words.map { word in
            start + String(decoding: Base64.encode(word.span, padded: true), as: UTF8.self) + end
        }.joined(separator: "\n ")
    }
}

/// Times as headers have them.
///
/// Source: RFC 5322, §3.3.
enum MailDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func text(_ time: WallNanoseconds) -> String {
        let seconds = max(0, time / 1_000_000_000)
        let parts = UTCTime(secondsSince1970: seconds)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        // 1 January 1970 was a Thursday.
        return "\(days[Int(seconds / 86400 % 7)]), \(parts.day) \(months[Int(parts.month) - 1]) "
            + "\(parts.year) \(two(parts.hour)):\(two(parts.minute)):\(two(parts.second)) +0000"
    }
}
