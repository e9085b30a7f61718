import Alerts
import Foundation
import Linux
import Testing

private let isMailThere: Bool = {
    let names = ["/usr/bin/msmtp", "/usr/lib/python3/dist-packages/aiosmtpd/smtp.py"]
    return names.allSatisfy { FileManager.default.fileExists(atPath: $0) }
}()

/// The notifier, msmtp in place of `sendmail`, and a server that takes mails by SMTP.
@Suite(
    "Mails by SMTP", .timeLimit(.minutes(2)),
    .enabled(if: isMailThere, "needs msmtp and python3-aiosmtpd"))
struct MailDeliveryTests {
    private func site(_ server: MailServer, _ site: Site, language: String = "en") throws {
        try site.settings(mail: true, language: language)
        try site.write(
            "msmtprc",
            """
            account default
            host 127.0.0.1
            port \(server.port)
            from kanaria@example.org
            auth off
            tls off

            """)
        try site.write(
            "sendmail", "#!/bin/sh\nexec /usr/bin/msmtp -C \(site.home)/msmtprc \"$@\"\n")
        unsafe chmod(site.home + "/sendmail", 0o755)
    }

    @Test("come whole to everybody who is to be told, in their language", arguments: ["en", "ja"])
    func arrives(language: String) throws {
        let place = try Site()
        let server = try MailServer(home: place.home)
        try site(server, place, language: language)
        let path = "/srv/病棟/" + String(repeating: "カルテ", count: 200) + "\\n.\\nQUIT\\n.docx"
        let name = try place.leave(",\"file.path\":\"\(path)\"")
        try place.start()
        place.waitUntilEmpty()
        #expect(place.end() == 0)
        let mail = try #require(server.seen.first)
        #expect(server.seen.count == 1)
        #expect(mail.sender == "kanaria@example.org")
        #expect(mail.recipients == ["ward@example.org", "it@example.org"])
        #expect(mail.subject.contains(language == "ja" ? "攻撃を検出しました" : "an attack was found"))
        #expect(mail.id.contains(name.id))
        #expect(mail.text.contains("カルテカルテ"), "\(mail.text)")
        // Source: RFC 5322, §2.1.1.
        #expect(mail.longestLine <= 78)
    }

    @Test("are handed over again while the server refuses", arguments: ["451 later", "554 no"])
    func refused(answer: String) throws {
        let place = try Site()
        let server = try MailServer(home: place.home, answers: [answer, "250 OK"])
        try site(server, place)
        let name = try place.leave()
        try place.start()
        place.waitUntilEmpty()
        #expect(place.end() == 0)
        #expect(server.seen.count == 2)
        #expect(server.seen.allSatisfy { $0.id.contains(name.id) })
    }

    @Test("wait while no server listens, which is said")
    func absent() throws {
        let place = try Site()
        let server = try MailServer(home: place.home)
        server.end()
        try site(server, place)
        let name = try place.leave()
        try place.start()
        #expect(place.waitForMessage("again in"))
        place.end()
        #expect(place.names.contains { $0.contains(name.id) })
        let test = try place.run("--test", "--lang", "ja")
        #expect(test.code != 0 && test.text.contains("メールプログラムがコード"), "\(test.text)")
    }
}
