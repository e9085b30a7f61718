internal import Age
internal import ArgumentParser
internal import Linux
internal import Messages
internal import Policies
internal import Sealing

/// Whom to seal to.
struct RecipientOptions: ParsableArguments {
    @Option(
        name: [.customShort("r"), .long],
        help: .said(
            "Key of a recipient: age1… or ssh-ed25519 ….", "受信者の鍵 (age1… または ssh-ed25519 …)。"))
    var recipient: [String] = []

    @Option(
        name: [.customShort("R"), .long],
        help: .said("File with recipients, one a line.", "受信者を一行に一つ書いたファイル。"))
    var recipientsFile: [String] = []

    @Option(
        help: .said(
            "Names of persons or groups, or keys, with commas between; may be repeated.",
            "人、グループ、鍵の名前 (コンマ区切り、複数回指定可)。"))
    var to: [String] = []

    @Flag(
        name: [.customShort("p"), .long], help: .said("Seal with a passphrase.", "パスフレーズで封印します。"))
    var passphrase = false

    @OptionGroup var secret: PassphraseOptions
    @OptionGroup var site: SiteOptions

    /// Everybody named, and those whom a policy demands.
    func recipients(
        _ policy: ExportPolicy?, _ language: Language
    ) throws(Failure) -> [any Recipient] {
        let people = People(site, language)
        var found = [any Recipient]()
        for text in recipient { found.append(try People.parse(text)) }
        for name in recipientsFile {
            do throws(KeyFileError) {
                found += try KeyFile.recipients(BytePath(argument: name))
            } catch {
                throw Failure(error)
            }
        }
        let to = People.split(to)
        for text in to where RecipientsDirectory.isKey(text) {
            found.append(try People.parse(text))
        }
        if passphrase || secret.passphraseFd != nil { found.append(try scrypt(language)) }
        var names = to.filter { !RecipientsDirectory.isKey($0) }
        if found.isEmpty, names.isEmpty { names = policy?.recipients ?? [] }
        for key in try people.keys(names, escrow: policy?.escrow ?? []) {
            found.append(try People.parse(key))
        }
        if found.isEmpty {
            throw Failure(
                ExitCodes.usage, text("no recipient is given", "受信者が指定されていません"),
                text(
                    "name one with --to NAME, -r KEY, -R FILE or -p",
                    "--to 名前、-r KEY、-R FILE または -p を指定してください"))
        }
        return found
    }

    private func scrypt(_ language: Language) throws(Failure) -> any Recipient {
        let secret = try secret.new(language)
        do throws(AgeError) {
            return try secret.recipient()
        } catch {
            throw .cipher("\(error)")
        }
    }
}

/// What a person should know though the command goes on.
enum Notice {
    static func warn(_ message: Message, _ language: Language) {
        let prefix = language == .ja ? "kanaria: 警告: " : "kanaria: warning: "
        Console.error(prefix + message.text(language))
    }
}
