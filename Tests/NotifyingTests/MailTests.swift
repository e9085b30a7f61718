import Foundation
import Linux
import Messages
import Policies
import Testing

@testable import Notifying

@Suite("A mail")
struct MailTests {
    private func mail(_ language: Language) throws -> Mail {
        let text = """
            version: 1
            mail: {to: [ward@example.org, it@example.org], from: kanaria@example.org}
            """
        let settings = try NotifierSettings.parse(bytes: Array(text.utf8))
        return Mail(settings: try #require(settings.mail), language: language)
    }

    private func alert(_ fields: String) -> Alert {
        let text =
            "{\"host.name\":\"ward-1\",\"kanaria.title.en\":\"an attack was found\","
            + "\"kanaria.title.ja\":\"攻撃を検出しました\"\(fields)}"
        return Alert(id: "incident-1-00000000", body: Array(text.utf8))
    }

    /// Python's own reader of mails: header fields and text.
    private func read(_ mail: [UInt8]) throws -> [String: String] {
        let script = """
            import email, email.policy, json, sys
            mail = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
            fields = {name.lower(): str(value) for name, value in mail.items()}
            assert not mail.defects and len(fields) == len(mail.items()), mail.defects
            print(json.dumps(fields | {'text': mail.get_content()}))
            """
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(mail))
        try input.fileHandleForWriting.close()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return try JSONDecoder().decode([String: String].self, from: data)
    }

    @Test("is one that others read", arguments: Language.allCases)
    func wellFormed(language: Language) throws {
        let alert = alert(",\"message\":\"uniform-overwrites by /usr/bin/python3 (17)\"")
        let fields = try read(mail(language).message(alert, at: 1_795_974_845_000_000_000))
        let title = language == .ja ? "攻撃を検出しました" : "an attack was found"
        #expect(fields["subject"] == "[Kanaria] ward-1: \(title)")
        #expect(fields["to"] == "ward@example.org, it@example.org")
        #expect(fields["from"] == "kanaria@example.org")
        #expect(fields["date"] == "Sun, 29 Nov 2026 17:54:05 +0000")
        #expect(fields["auto-submitted"] == "auto-generated")
        #expect(fields["message-id"]?.hasPrefix("<incident-1-00000000@") == true)
        let text = try #require(fields["text"])
        #expect(text.contains(title) && text.contains("python3 (17)"))
        #expect(text.contains(language == .ja ? "サーバー: ward-1" : "Server: ward-1"))
    }

    @Test(
        "gets no line and no header from what an attacker named",
        arguments: [
            #"a\nBcc: evil@example.org\n\n.\n"#, #"a\u000d\u000aSubject: x"#,
            #"患者\u0007\u001b[31m"#, #"\u202e"#, String(repeating: "患", count: 300),
        ])
    func injection(name: String) throws {
        let body = ",\"file.path\":\"\(name)\",\"message\":\"\(name)\""
        let hostile = alert(body + ",\"host.name\":\"unused\"")
        let mail = try mail(.ja).message(hostile, at: 0)
        let fields = try read(mail)
        #expect(fields.count == 10 && fields["bcc"] == nil)
        let lines = try #require(fields["text"]).split(separator: "\n")
        #expect(lines.count { $0.hasPrefix("file.path: ") } == 1)
        #expect(!lines.contains { $0.hasPrefix("Bcc") || $0 == "." })
        for line in String(decoding: mail, as: UTF8.self).split(separator: "\n") {
            #expect(line.utf8.count <= 76 && line.utf8.allSatisfy { (0x20..<0x7f).contains($0) })
        }
    }

    @Test("tells what it has where the alert can't be read")
    func unreadable() throws {
        let alert = Alert(id: "event-1-00000000", body: Array("no {json \u{85}".utf8) + [0xff])
        let text = try #require(read(mail(.en).message(alert, at: 0))["text"])
        #expect(text.contains("no {json") && text.contains("event-1-00000000"))
    }

    @Test("has words of whole characters in its subject")
    func words() throws {
        for count in 0..<60 {
            let text = String(repeating: "a", count: count) + String(repeating: "漢", count: 40)
            let words = EncodedWords.text(text).split(separator: "\n ")
            #expect(words.allSatisfy { $0.utf8.count <= 75 })
            let decoded = words.map { word in
                Data(base64Encoded: String(word.dropFirst(10).dropLast(2))).flatMap {
                    String(data: $0, encoding: .utf8)
                }
            }
            #expect(decoded.compactMap(\.self).joined() == text)
        }
    }
}

@Suite("What is kept between two tries")
struct DeliveryStateTests {
    @Test("comes back as it was")
    func kept() {
        var state = DeliveryState()
        state[.webhook].fail(at: 1_000, chance: 1)
        state[.mail].isDone = true
        #expect(DeliveryState(state.text) == state)
        #expect(state.text == "webhook 1 1005\nmail 0 done\n")
        #expect(DeliveryState("webhook x done\n\u{0}\nmail 1\nfax 1 2\n") == DeliveryState())
    }

    @Test("waits longer and longer, and an hour at most")
    func pauses() {
        var state = WayState()
        var pauses: [Int64] = []
        for _ in 0..<15 {
            state.fail(at: 0, chance: 1)
            pauses.append(state.next)
        }
        #expect(Array(pauses.prefix(4)) == [5, 10, 20, 40])
        #expect(pauses.suffix(5).allSatisfy { $0 == 3600 })
        state.failures = 3
        state.fail(at: 0, chance: 0)
        #expect(state.next == 20)
        #expect(!state.isDue(at: 19) && state.isDue(at: 20))
        // The clock was set back by a day.
        #expect(state.isDue(at: -86_400))
    }
}

@Suite("The secret of a webhook")
struct WebhookSecretTests {
    /// Source: Standard Webhooks, the example of its specification.
    @Test("signs as the standard's example says")
    func vector() throws {
        let secret = try #require(WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n"))
        let signature = try secret.signature(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", seconds: 1_614_265_330,
            body: Array("{\"test\": 2432232314}".utf8))
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test(
        "is refused where it is none",
        arguments: [
            "", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_AAAA",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw x",
        ])
    func refused(text: String) {
        #expect(WebhookSecret(text) == nil)
    }
}
