internal import ArgumentParser
internal import Linux
internal import Messages
internal import Policies
internal import Sealing

struct RecipientsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recipients",
        abstract: "Signs and shows the lists of persons and groups. / 受信者一覧を扱います。",
        subcommands: [Sign.self, Check.self, List.self])

    struct Sign: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Signs lists with the administrator's key.")

        @OptionGroup var common: CommonOptions

        @Option(name: [.customShort("i"), .long], help: "The administrator's signing key.")
        var key: String

        @OptionGroup var secret: PassphraseOptions

        @Argument(help: "The lists; the signature is written beside each as NAME.sig.")
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
            abstract: "Checks the signatures and the contents of all lists.")

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
            abstract: "Tells whom files can be sealed to by name.")

        @OptionGroup var common: CommonOptions
        @OptionGroup var site: SiteOptions

        @Flag(help: "Say it as JSON.")
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
