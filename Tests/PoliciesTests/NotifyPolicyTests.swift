import Policies
import Testing

private let head = "version: 1\nname: n\nwatch: [/srv]\nmode: kill\n"

@Suite("What others are told, and what takes two persons")
struct NotifyPolicyTests {
    @Test("is nothing where nothing is said, and has defaults")
    func defaults() throws {
        let plain = try GuardPolicy.parse(head)
        #expect(plain.notify == nil && plain.twoPersons == nil)
        let policy = try GuardPolicy.parse(head + "notify: {}\ntwo-persons: {for: [release]}\n")
        #expect(policy.notify?.events == [.incidents, .releases, .overflow, .degraded])
        #expect(policy.notify?.spool == "/var/spool/kanaria")
        #expect(policy.twoPersons?.actions == [.release])
        #expect(policy.twoPersons?.within == .seconds(600))
    }

    @Test("is read in full")
    func full() throws {
        let policy = try GuardPolicy.parse(
            head + """
                notify: {events: [journal, service, requests], spool: /a}
                two-persons: {for: [retire, reload], within: 30s}
                """)
        #expect(policy.notify?.events == [.journal, .service, .requests])
        #expect(policy.notify?.spool == "/a")
        #expect(policy.twoPersons?.actions == [.retire, .reload])
    }

    @Test(
        "is refused with its place",
        arguments: [
            ("notify: {events: []}", "5:18: notify.events"),
            ("notify: {events: [all]}", "5:19: notify.events[0]"),
            ("notify: {spool: a}", "5:17: notify.spool"), ("notify:", "5:8: notify"),
            ("notify: {event: []}", "5:10: notify.event"),
            ("two-persons: {}", "5:14: two-persons"),
            ("two-persons: {for: []}", "5:20: two-persons.for"),
            ("two-persons: {for: [kill]}", "5:21: two-persons.for[0]"),
            ("two-persons: {for: [release], within: 29s}", "5:39: two-persons.within"),
            ("two-persons: {for: [release, release]}", "5:30: two-persons.for[1]"),
        ])
    func refused(text: String, place: String) {
        #expect {
            try GuardPolicy.parse(head + text)
        } throws: { error in
            (error as? PolicyError)?.place?.description == place
        }
    }
}

@Suite("The settings of the notifier")
struct NotifierSettingsTests {
    private func parse(_ text: String) throws(PolicyError) -> NotifierSettings {
        try NotifierSettings.parse(bytes: Array(("version: 1\n" + text).utf8))
    }

    @Test("are read in full")
    func full() throws {
        let settings = try parse(
            """
            spool: /spool
            language: ja
            give-up-after: 1h
            webhook:
              url: https://alerts.example.org:8443/kanaria?ward=1
              secret-file: /etc/kanaria/secret
              certificate-file: /etc/ssl/own.pem
            mail:
              to: [it@example.org, d.u+t-y@example.co.jp]
              from: kanaria@example.org
              sendmail: /usr/bin/msmtp
            """)
        #expect(settings.spool == "/spool" && settings.isJapanese)
        #expect(settings.giveUpAfter == .seconds(3600))
        #expect(settings.webhook?.url == "https://alerts.example.org:8443/kanaria?ward=1")
        #expect(settings.webhook?.secretFile == "/etc/kanaria/secret")
        #expect(settings.webhook?.certificateFile == "/etc/ssl/own.pem")
        #expect(settings.mail?.recipients == ["it@example.org", "d.u+t-y@example.co.jp"])
        #expect(settings.mail?.program == "/usr/bin/msmtp")
        let short = try parse("mail: {to: [a@b], from: c@d}")
        #expect(short.mail?.program == "/usr/sbin/sendmail" && !short.isJapanese)
        #expect(short.giveUpAfter == .seconds(259_200) && short.spool == "/var/spool/kanaria")
    }

    @Test(
        "take what stays on this machine or is encrypted, and nothing else",
        arguments: [
            ("https://a.example/", true), ("http://127.0.0.1:80/x", true),
            ("http://[::1]:80/", true), ("http://localhost", true),
            ("http://a.example/", false), ("http://localhost.example/", false),
            ("http://127.0.0.1.example/", false), ("ftp://a/", false), ("https:///x", false),
            ("https://user:word@a.example/", false), ("https://a/ b", false), ("a.example", false),
            ("https://a.example/\u{e9}", false), ("file:///etc/shadow", false),
        ])
    func address(url: String, isTaken: Bool) {
        let settings = try? parse("webhook: {url: \"\(url)\", secret-file: /s}")
        #expect((settings?.webhook?.url == url) == isTaken)
    }

    @Test(
        "take no address that says more than one",
        arguments: [
            "a", "@b", "a@", "a@b@c", "a b@c", "a@b,c@d", "<a@b>", "-oQ@b", "a@b\\nBcc: c@d",
            "a@b;c", "\\\"a\\\"@b", ".a@b",
        ])
    func mailAddress(text: String) {
        #expect(throws: PolicyError.self) { try parse("mail: {to: [\"\(text)\"], from: c@d}") }
        #expect(throws: PolicyError.self) { try parse("mail: {to: [c@d], from: \"\(text)\"}") }
    }

    @Test(
        "are refused with their place",
        arguments: [
            ("language: en", "1:1"), ("webhook: {url: x, secret-file: /s}", "2:16: webhook.url"),
            ("mail: {to: [], from: a@b}", "2:12: mail.to"),
            ("mail: {to: [a@b, a@b], from: a@b}", "2:18: mail.to[1]"),
            ("webhook: {url: \"https://a\"}", "2:10: webhook"),
            ("give-up-after: 59s", "2:16: give-up-after"), ("events: []", "2:1: events"),
        ])
    func refused(text: String, place: String) {
        #expect {
            try parse(text)
        } throws: { error in
            (error as? PolicyError)?.place?.description == place
        }
    }
}
