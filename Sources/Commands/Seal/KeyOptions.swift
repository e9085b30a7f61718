internal import Age
internal import ArgumentParser
internal import Linux
internal import Messages
internal import Sealing

/// Where keys to open with come from.
struct IdentityOptions: ParsableArguments {
    @Option(
        name: [.customShort("i"), .long],
        help: .said("File with identities; may be repeated.", "自分の鍵のファイル (複数回指定可)。"))
    var identity: [String] = []

    @OptionGroup var secret: PassphraseOptions

    /// Opens with these identities what satisfies `trust`.
    func unlocking(
        _ trust: TrustOptions, _ language: Language
    ) throws(Failure) -> Unlocking {
        var unlocking = Unlocking(identities: try identities(language))
        unlocking.demands = try trust.demands(language)
        return unlocking
    }

    /// The identities of all files, and whoever knows the passphrase.
    ///
    /// Without any file a passphrase is asked for as soon as a file is sealed with one.
    func identities(_ language: Language) throws(Failure) -> [any Identity] {
        let given = try secret.given()
        var found = [any Identity]()
        for name in identity {
            do throws(KeyFileError) {
                found += try KeyFile.identities(
                    BytePath(argument: name),
                    passphrase: PassphraseOptions.question(given, language))
            } catch {
                throw Failure(error)
            }
        }
        if given != nil || found.isEmpty {
            found.append(
                PassphraseIdentity { () throws(PassphraseError) in
                    if let given { return given }
                    return try Passphrase.ask(
                        text("Passphrase: ", "パスフレーズ: ").text(language))
                })
        }
        return found
    }
}

/// Where a passphrase comes from; never from an argument or the environment, which others see.
struct PassphraseOptions: ParsableArguments {
    @Option(
        help: .said(
            "Descriptor from which the passphrase is read instead of the terminal.",
            "端末の代わりにパスフレーズを読むファイル記述子の番号。"))
    var passphraseFd: Int32?

    /// The passphrase of the descriptor, if one is named.
    func given() throws(Failure) -> Passphrase? { try Self.read(passphraseFd) }

    /// The passphrase of a descriptor; nil without one.
    static func read(_ number: Int32?) throws(Failure) -> Passphrase? {
        guard let number else { return nil }
        do throws(PassphraseError) {
            return try Passphrase.read(from: number)
        } catch {
            throw Failure(error)
        }
    }

    /// What answers for a locked key file: the passphrase given, else whoever sits there.
    static func question(_ given: Passphrase?, _ language: Language) -> KeyFile.Question {
        { (path) throws(PassphraseError) in
            if let given { return given }
            let prompt = text("Passphrase for \(path): ", "\(path) のパスフレーズ: ")
            return try Passphrase.ask(prompt.text(language))
        }
    }

    /// A passphrase to seal with: that of the descriptor, else asked for twice.
    func new(_ language: Language) throws(Failure) -> Passphrase {
        if let given = try given() { return given }
        do throws(PassphraseError) {
            return try Passphrase.ask(
                text("New passphrase: ", "新しいパスフレーズ: ").text(language),
                again: text("The same again: ", "確認のためもう一度: ").text(language))
        } catch {
            throw Failure(error)
        }
    }
}

extension Failure {
    /// The words for a passphrase that was not given.
    init(_ error: PassphraseError) {
        switch error {
        case .noTerminal:
            self.init(
                ExitCodes.noInput,
                text("there is no terminal to ask at", "パスフレーズを尋ねる端末がありません"),
                text(
                    "give it by --passphrase-fd N, that of a signing key by --signing-passphrase-fd N",
                    "--passphrase-fd N（署名鍵は --signing-passphrase-fd N）で渡してください"))
        case .read(let errno):
            self.init(
                ExitCodes.noInput,
                text(
                    "the passphrase can't be read: \(errno)", "パスフレーズを読み取れません: \(errno.ja)"))
        case .empty:
            self.init(
                ExitCodes.noInput, text("the passphrase is empty", "パスフレーズが空です"))
        case .tooLong:
            self.init(
                ExitCodes.noInput, text("the passphrase is too long", "パスフレーズが長すぎます"))
        case .different:
            self.init(
                ExitCodes.noInput,
                text("the two passphrases differ", "二つのパスフレーズが一致しません"),
                text("nothing was written; try again", "何も書き込んでいません。再実行してください"))
        case .sodium:
            self = .cipher("no locked memory")
        }
    }
}
