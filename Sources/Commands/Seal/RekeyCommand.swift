internal import Age
internal import ArgumentParser
internal import Linux
internal import Messages
internal import Sealing

struct RekeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rekey",
        abstract:
            .said(
                "Changes who can open sealed files; their content stays as it is.",
                "封印したファイルを開ける人を変えます。中身はそのままです。"))

    @OptionGroup var common: CommonOptions
    @OptionGroup var keys: IdentityOptions
    @OptionGroup var site: SiteOptions

    @Option(
        help: .said(
            "Name or key of somebody who can open it from now on; may be repeated.",
            "今後開けるようにする人の名前または鍵 (複数回指定可)。"))
    var add: [String] = []

    @Option(
        help: .said(
            "Name or SSH key of somebody who can't any more; may be repeated.",
            "今後開けないようにする人の名前または SSH 鍵 (複数回指定可)。"))
    var remove: [String] = []

    @Flag(
        help: .said(
            "Nobody but those of --add can open it from now on.",
            "今後は --add で指定した人だけが開けるようにします。"))
    var only = false

    @Option(
        help: .said(
            "File with the signing key of the policy's issuer; else a policy is dropped.",
            "ポリシーの発行者の署名鍵のファイル。なければポリシーは外れます。"))
    var signWith: String?

    @Argument(
        help: .said("Sealed files; each gets another in its place.", "封印したファイル。それぞれ新しいものに置き換わります。"))
    var files: [String]

    func validate() throws {
        if add.isEmpty, remove.isEmpty {
            throw common.invalid(
                text(
                    "nobody is named: say --add or --remove",
                    "--add または --remove で受信者を指定してください"))
        }
        if only, add.isEmpty {
            throw common.invalid(text("--only needs --add", "--only には --add が必要です"))
        }
        if only, !remove.isEmpty {
            throw common.invalid(
                text(
                    "--only and --remove exclude each other", "--only と --remove は併用できません"))
        }
    }

    func run() throws {
        try common.run { () throws(Failure) in
            let records = RecordKeeping(try site.settings.read(), common.language)
            let sources = try Place.sources(files)
            let rekeying = try records.preparing(.rekey, sources) { () throws(Failure) in
                try self.rekeying()
            }
            Notice.warn(.formerHolders, common.language)
            try rekey(sources, rekeying, records)
        }
    }

    private func rekeying() throws(Failure) -> Rekeying {
        let people = People(site, common.language)
        let (added, removed) = (try people.recipients(add), try people.recipients(remove))
        let signer = try signer()
        var rekeying = Rekeying(identities: try keys.identities(common.language))
        (rekeying.added, rekeying.removed) = (added, removed)
        (rekeying.dropsOthers, rekeying.signer) = (only, signer)
        return rekeying
    }

    private func signer() throws(Failure) -> SigningKey? {
        guard let signWith else { return nil }
        do throws(KeyFileError) {
            return try KeyFile.signingKey(
                BytePath(argument: signWith),
                passphrase: PassphraseOptions.question(nil, common.language)
            )
        } catch {
            throw Failure(error)
        }
    }

    private func rekey(
        _ sources: [Source], _ rekeying: Rekeying, _ records: RecordKeeping
    ) throws(Failure) {
        let language = common.language
        try Batch(sources.count, language).run { (number) throws(Failure) in
            let source = sources[number]
            try records.keep(SealRecord(.rekey, source)) { () throws(Failure) in
                guard case .path(let path) = source else { throw .rekeysFilesOnly }
                do throws(RekeyError) {
                    Self.tell(try rekeying.rekey(path), path, language)
                } catch {
                    throw Failure(error)
                }
            }
        }
    }

    private static func tell(_ outcome: Rekeying.Outcome, _ path: BytePath, _ language: Language) {
        if outcome.droppedPolicy {
            Notice.warn(
                text(
                    "\(path) is not signed any more; --sign-with signs its policy anew",
                    "\(path) の署名は失われました。--sign-with でポリシーに再署名できます"), language)
        }
        if outcome.otherNameCount > 0 {
            Notice.warn(
                text(
                    "\(path) had \(outcome.otherNameCount) other names, which keep the old recipients",
                    "\(path) の他の \(outcome.otherNameCount) 個の名前（ハードリンク）は以前の受信者のままです"),
                language)
        }
    }
}

extension Message {
    /// What a new header can't promise.
    fileprivate static let formerHolders = Message(
        en:
            "whoever could open the file may have kept its key or a copy; seal anew if that matters",
        ja: "以前の受信者は鍵や写しを保持している可能性があります。必要なら新たに封印し直してください")
}

extension Failure {
    fileprivate static let rekeysFilesOnly = Failure(
        ExitCodes.usage,
        text("rekey changes files, not standard input", "rekey は標準入力には使えません"))

    /// The words for recipients that could not be changed.
    init(_ error: RekeyError) {
        switch error {
        case .open(let error): self.init(error)
        case .wrap(.scryptMustBeAlone):
            self.init(
                ExitCodes.usage,
                text(
                    "a file with a passphrase has no other recipients",
                    "パスフレーズのファイルに他の受信者は追加できません"),
                text(
                    "--only replaces the passphrase by those of --add",
                    "--only でパスフレーズを --add の受信者に置き換えられます"))
        case .wrap(let error): self.init(ProtectError.wrap(error))
        case .anonymous:
            self.init(
                ExitCodes.usage,
                text(
                    "the file does not tell which part is for an age key, so it can't be removed",
                    "ファイルからは age 鍵の持ち主が分からないため、削除できません"),
                text(
                    "name all who stay with --add, and say --only",
                    "残す全員を --add で指定し、--only を付けてください"))
        case .notThere(let key):
            self.init(
                ExitCodes.noKey,
                text("\(key) is not among the recipients", "\(key) は受信者に含まれていません"))
        case .nobodyLeft:
            self.init(
                ExitCodes.usage,
                text("nobody could open the file any more", "開ける人がいなくなります"))
        case .signature(let error):
            self.init(
                ExitCodes.policy,
                text(
                    "the policy can't be signed anew: \(error.fact.en)",
                    "ポリシーに再署名できません: \(error.fact.ja)"),
                text(
                    "its issuer alone can do so; without --sign-with the policy is dropped",
                    "発行者だけが再署名できます。--sign-with なしではポリシーを外します"))
        case .changed(let path): self.init(ProtectError.sourceChanged(path))
        case .output(let path, let errno): self = .unwritable(path, errno)
        }
    }
}
