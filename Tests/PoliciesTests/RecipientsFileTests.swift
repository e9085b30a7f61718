import Messages
import Policies
import Testing

private func parse(_ text: String) throws -> RecipientsFile {
    try RecipientsFile.parse(bytes: Array(text.utf8)) { $0.hasPrefix("age1") }
}

private func firstFault(_ text: String) -> PolicyError? {
    do {
        _ = try parse(text)
        return nil
    } catch {
        return error as? PolicyError
    }
}

@Suite("Recipients files")
struct RecipientsFileTests {
    @Test("Persons and groups are read")
    func whole() throws {
        let file = try parse(
            """
            version: 1
            persons:
              - name: sato
                display: {en: Hanako Sato, ja: 佐藤 花子}
                keys: [age1one, age1two]
                not-after: 2027-03-31
              - name: 金庫
                keys: [age1vault]
                escrow: true
            groups:
              - name: ward
                members: [sato, 金庫]
            """)
        #expect(file.persons.map(\.name) == ["sato", "金庫"])
        #expect(file.persons[0].keys == ["age1one", "age1two"])
        #expect(file.persons[0].display?.ja == "佐藤 花子")
        #expect(file.persons[0].notAfter == CalendarDate("2027-03-31"))
        #expect(file.persons.map(\.isEscrow) == [false, true])
        #expect(file.groups[0].members.map(\.name) == ["sato", "金庫"])
    }

    struct Fault: Sendable {
        let text: String
        let line: Int
        let column: Int
    }

    @Test(
        "A fault is named with its line and column",
        arguments: [
            Fault(text: "version: 2\npersons: []", line: 1, column: 10),
            Fault(text: "version: 1\npeople: []", line: 2, column: 1),
            Fault(text: "version: 1\npersons:\n  - name: a\n    keys: [ssh]", line: 4, column: 12),
            Fault(text: "version: 1\npersons:\n  - name: a\n    keys: []", line: 4, column: 11),
            Fault(
                text: "version: 1\npersons:\n  - name: age1x\n    keys: [age1]", line: 3, column: 11
            ),
            Fault(
                text: "version: 1\npersons:\n  - name: a b\n    keys: [age1]", line: 3, column: 11),
            Fault(
                text:
                    "version: 1\npersons:\n  - name: a\n    keys: [age1]\n    not-after: 2027-02-29",
                line: 5, column: 16),
            Fault(
                text:
                    "version: 1\npersons:\n  - {name: a, keys: [age1]}\n  - {name: a, keys: [age1]}",
                line: 4, column: 5),
            Fault(text: "version: 1\ngroups:\n  - {name: a, members: []}", line: 3, column: 24),
        ])
    func places(_ fault: Fault) throws {
        let found = try #require(firstFault(fault.text))
        #expect(found.place?.line == fault.line, "\(found)")
        #expect(found.place?.column == fault.column, "\(found)")
    }

    @Test(
        "Days that there are not are refused",
        arguments: [
            "2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "26-01-01", "2026-1-1",
            "2100-02-29",
        ])
    func days(_ text: String) {
        #expect(CalendarDate(text) == nil)
    }

    @Test("A leap day is a day", arguments: ["2028-02-29", "2000-02-29"])
    func leapDays(_ text: String) {
        #expect(CalendarDate(text) != nil)
    }
}

@Suite("Recipients of several files")
struct RecipientBookTests {
    private let today = CalendarDate("2026-11-23")

    private func book(_ texts: String...) throws -> RecipientBook {
        try RecipientBook(texts.map { try parse("version: 1\n" + $0) })
    }

    private func fault(_ texts: String...) -> RecipientBook.Fault? {
        do {
            _ = try RecipientBook(texts.map { try parse("version: 1\n" + $0) })
            return nil
        } catch {
            return error as? RecipientBook.Fault
        }
    }

    private let persons = """
        persons:
          - {name: a, keys: [age1a]}
          - {name: b, keys: [age1b], not-after: 2026-11-23}
          - {name: c, keys: [age1c], not-after: 2026-11-22}

        """

    @Test("A group stands for its members' members, each once")
    func nested() throws {
        let book = try book(
            persons, "groups:\n  - {name: g, members: [h, a]}\n  - {name: h, members: [a, b, c]}")
        let today = try #require(today)
        let found = try book.lookUp("g", today: today)
        #expect(found.persons.map(\.name) == ["a", "b"])
        #expect(found.ended.map(\.name) == ["c"])
    }

    @Test("Somebody whose last day has passed is not sealed to")
    func ended() throws {
        let book = try book(persons, "groups:\n  - {name: g, members: [c]}")
        let today = try #require(today)
        let last = try #require(CalendarDate("2026-11-22"))
        #expect(throws: RecipientBook.LookupError.ended("c", last)) {
            try book.lookUp("c", today: today)
        }
        #expect(throws: RecipientBook.LookupError.nobodyLeft("g")) {
            try book.lookUp("g", today: today)
        }
        #expect(throws: RecipientBook.LookupError.unknown("x")) {
            try book.lookUp("x", today: today)
        }
    }

    @Test("A name in two files, an unknown member and a cycle are faults of their file")
    func faults() {
        #expect(fault(persons, "persons:\n  - {name: a, keys: [age1x]}")?.file == 1)
        let unknown = fault(persons, "groups:\n  - {name: g, members: [x]}")
        #expect(unknown?.file == 1)
        guard case .unknownName(let place, "x") = unknown?.error else {
            Issue.record("\(String(describing: unknown))")
            return
        }
        #expect(place.line == 3)
        let cycle = fault("groups:\n  - {name: g, members: [h]}\n  - {name: h, members: [g]}")
        guard case .cycle(_, "h") = cycle?.error else {
            Issue.record("\(String(describing: cycle))")
            return
        }
        #expect(fault("groups:\n  - {name: g, members: [g]}") != nil)
    }
}

@Suite("Export policies")
struct ExportPolicyTests {
    @Test("Everything that is not said has a safe default")
    func defaults() throws {
        let policy = try ExportPolicy.parse(bytes: Array("version: 1\nname: 持ち出し".utf8))
        #expect(policy.recipients.isEmpty && policy.escrow.isEmpty)
        #expect(policy.sensitive == nil && policy.contentTypes == nil)
        #expect(!policy.allowsRemovingSource && !policy.requiresRecord)
        #expect(policy.allows(contentType: "text/plain"))
    }

    @Test("Everything that is said is read")
    func whole() throws {
        let policy = try ExportPolicy.parse(
            bytes: Array(
                """
                version: 1
                name: Referrals
                recipients: [sato, ward]
                escrow: [vault]
                content-types: [application/pdf, text/*]
                sensitive: refuse
                validity: 30d
                purpose: referral
                classification: confidential
                remove-source: true
                require-record: true
                """.utf8))
        #expect(policy.recipients == ["sato", "ward"] && policy.escrow == ["vault"])
        #expect(policy.sensitive == .refuse && policy.validity == .seconds(30 * 86_400))
        #expect(policy.allowsRemovingSource && policy.requiresRecord)
        #expect(policy.allows(contentType: "text/csv"))
        #expect(policy.allows(contentType: "application/pdf"))
        #expect(!policy.allows(contentType: "application/pdfx"))
        #expect(!policy.allows(contentType: "textual/plain"))
    }

    @Test(
        "A fault is named with its line",
        arguments: [
            ("version: 1\nname: x\nsensitive: maybe", 3), ("version: 1\nname: x\nvalidity: 30", 3),
            ("version: 1\nname: x\ncontent-types: [pdf]", 3),
            ("version: 1\nname: x\ncontent-types: ['*/pdf']", 3),
            ("version: 1\nname: x\ncontent-types: []", 3), ("version: 1\nname: x\nto: [a]", 3),
            ("version: 1\nname: x\nremove-source: yes", 3), ("name: x", 1),
        ] as [(String, Int)])
    func faults(text: String, line: Int) {
        #expect {
            try ExportPolicy.parse(bytes: Array(text.utf8))
        } throws: {
            ($0 as? PolicyError)?.place?.line == line
        }
    }
}

@Suite("Settings of the seal")
struct SealSettingsTests {
    @Test("What is not said keeps its place")
    func defaults() throws {
        let text = "version: 1\nshared-records: /srv/records"
        let settings = try SealSettings.parse(bytes: Array(text.utf8))
        #expect(settings.sharedRecords == "/srv/records")
        #expect(settings.recipientsDirectory == SealSettings().recipientsDirectory)
    }
}
