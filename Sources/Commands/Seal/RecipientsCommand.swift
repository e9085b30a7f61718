internal import ArgumentParser
internal import Linux
internal import Messages
internal import Policies
internal import Sealing

struct RecipientsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recipients",
        abstract: .said("Signs and shows the lists of persons and groups.", "人とグループの一覧に署名し、表示します。"),
        subcommands: [Sign.self, Check.self, List.self])

    struct Sign: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: .said("Signs lists with the administrator's key.", "管理者の鍵で一覧に署名します。"))

        @OptionGroup var common: CommonOptions

        @Option(
            name: [.customShort("i"), .long],
            help: .said("The administrator's signing key.", "管理者の署名鍵。"))
        var key: String

        @OptionGroup var secret: PassphraseOptions

        @Argument(
            help: .said(
                "The lists; the signature is written beside each as NAME.sig.",
                "一覧のファイル。署名はそれぞれの隣に「名前.sig」として作られます。"))
        var files: [String]

        func run() throws {
            try common.run { () throws(Failure) in
                let key = try signingKey()
                for name in files {
                    do throws(RecipientsDirectoryError) {
                        try ListSignature.sign(BytePath(argument: name), with: key)
                    } catch {
                        throw Failure(error)
                    }
                }
            }
        }

        private func signingKey() throws(Failure) -> SigningKey {
            let given = try secret.given()
            do throws(KeyFileError) {
                return try KeyFile.signingKey(
                    BytePath(argument: key),
                    passphrase: PassphraseOptions.question(given, common.language))
            } catch {
                throw Failure(error)
            }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: .said(
                "Checks the signatures and the contents of all lists.",
                "すべての一覧の署名と内容を検査します。"))

        @OptionGroup var common: CommonOptions
        @OptionGroup var site: SiteOptions

        func run() throws {
            try common.run { () throws(Failure) in
                let book = try site.book()
                let (persons, groups) = (book.persons.count, book.groups.count)
                Console.output(
                    text(
                        "all lists are signed: \(persons) persons, \(groups) groups",
                        "すべての一覧は署名済みです（\(persons) 人、\(groups) グループ）"
                    ).text(common.language))
            }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: .said("Tells whom files can be sealed to by name.", "名前で封印できる相手を表示します。"))

        @OptionGroup var common: CommonOptions
        @OptionGroup var site: SiteOptions

        @Flag(help: .said("Say it as JSON.", "JSON で表示します。"))
        var json = false

        func run() throws {
            try common.run { () throws(Failure) in
                let book = try site.book()
                if json { return Console.output(book.json) }
                for line in book.lines { Console.output(line.text(common.language)) }
            }
        }
    }
}

extension RecipientBook {
    fileprivate var json: String {
        let persons = persons.map { person in
            "{\"name\":\(JSONText.string(person.name)),\"display\":\(JSONText.bilingual(person.display)),"
                + "\"keys\":\(JSONText.array(person.keys)),"
                + "\"notAfter\":\(person.notAfter.map { "\"\($0)\"" } ?? "null"),"
                + "\"escrow\":\(person.isEscrow)}"
        }
        let groups = groups.map { group in
            "{\"name\":\(JSONText.string(group.name)),\"display\":\(JSONText.bilingual(group.display)),"
                + "\"members\":\(JSONText.array(group.members.map(\.name)))}"
        }
        return "{\"persons\":[\(persons.joined(separator: ","))],"
            + "\"groups\":[\(groups.joined(separator: ","))]}"
    }

    fileprivate var lines: [Message] {
        persons.map { person in
            let end = person.notAfter.map { text(", until \($0)", "、\($0) まで") }
            let escrow = person.isEscrow ? text(", escrow", "、エスクロー") : nil
            return text(
                "\(person.name)\(person.display.map { " (\($0.en))" } ?? ""): "
                    + "\(person.keys.count) keys\(end?.en ?? "")\(escrow?.en ?? "")",
                "\(person.name)\(person.display.map { "（\($0.ja)）" } ?? ""): "
                    + "鍵 \(person.keys.count) 個\(end?.ja ?? "")\(escrow?.ja ?? "")")
        }
            + groups.map { group in
                let members = group.members.map(\.name).joined(separator: ", ")
                return text(
                    "\(group.name)\(group.display.map { " (\($0.en))" } ?? ""): \(members)",
                    "\(group.name)\(group.display.map { "（\($0.ja)）" } ?? ""): \(members)")
            }
    }
}

extension JSONText {
    /// A text in both languages, or null.
    static func bilingual(_ message: Message?) -> String {
        message.map { "{\"en\":\(string($0.en)),\"ja\":\(string($0.ja))}" } ?? "null"
    }
}
