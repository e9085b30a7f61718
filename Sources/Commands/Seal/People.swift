internal import Age
internal import Messages
internal import Policies
internal import Sealing

/// Finds the keys of those whom people name.
struct People {
    private let site: SiteOptions
    private let language: Language

    init(_ site: SiteOptions, _ language: Language) {
        self.site = site
        self.language = language
    }

    /// Takes lists with commas apart; an SSH key may have commas in its comment.
    static func split(_ texts: [String]) -> [String] {
        texts.flatMap { text in
            text.hasPrefix("ssh-") ? [text] : text.split(separator: ",").map(String.init)
        }
    }

    /// Those who are named or whose keys are given.
    func recipients(_ texts: [String]) throws(Failure) -> [any Recipient] {
        let texts = Self.split(texts)
        var found = [any Recipient]()
        for text in texts where RecipientsDirectory.isKey(text) {
            found.append(try Self.parse(text))
        }
        for key in try keys(texts.filter { !RecipientsDirectory.isKey($0) }) {
            found.append(try Self.parse(key))
        }
        return found
    }

    /// The keys of persons and groups, each once.
    func keys(_ names: [String], escrow: [String] = []) throws(Failure) -> [String] {
        if names.isEmpty, escrow.isEmpty { return [] }
        guard let today = CalendarDate.today else { throw .cipher("clock") }
        let book = try site.book()
        var keys = [String]()
        for name in names + escrow {
            do throws(RecipientBook.LookupError) {
                let (persons, ended) = try book.lookUp(name, today: today)
                for person in ended { warn(person, name) }
                if escrow.contains(name), let other = persons.first(where: { !$0.isEscrow }) {
                    throw RecipientBook.LookupError.notEscrow(other.name)
                }
                for key in persons.flatMap(\.keys) where !keys.contains(key) { keys.append(key) }
            } catch {
                throw Failure(error)
            }
        }
        return keys
    }

    private func warn(_ person: RecipientsFile.Person, _ name: String) {
        let date = person.notAfter.map { "\($0)" } ?? ""
        Notice.warn(
            text(
                "'\(person.name)' of '\(name)' is left out: sealed to until \(date) only",
                "「\(name)」の「\(person.name)」は期限切れ（\(date)）のため除外しました"), language)
    }

    static func parse(_ key: String) throws(Failure) -> any Recipient {
        do throws(KeyError) {
            return try RecipientText.parse(key)
        } catch {
            throw Failure(
                ExitCodes.configuration,
                text(
                    "'\(key)' is not a recipient: \(error.fact.en)",
                    "'\(key)' は受信者ではありません: \(error.fact.ja)"),
                text(
                    "a recipient begins with age1 or ssh-ed25519",
                    "受信者は age1 または ssh-ed25519 で始まります"))
        }
    }
}
