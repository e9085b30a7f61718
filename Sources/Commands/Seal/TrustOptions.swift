internal import Age
internal import ArgumentParser
internal import Linux
internal import Messages
internal import Sealing

/// Which issuers are trusted.
struct IssuerOptions: ParsableArguments {
    @Option(
        help: .said(
            "Issuer who is trusted: a key or a file of keys; may be repeated.",
            "信頼する発行者の鍵、または鍵のファイル (複数回指定可)。"))
    var issuer: [String] = []

    @Option(
        help: .said(
            "Folder with *.pub files of trusted issuers, instead of the usual ones.",
            "信頼する発行者の *.pub を置いたフォルダー (通常の場所の代わりに使います)。"))
    var issuersDir: String?

    /// The keys of the options and the folders.
    ///
    /// A broken file in a folder is only warned about: it makes nobody trusted.
    func trusted(_ language: Language) throws(Failure) -> Set<IssuerKey> {
        var found = Set<IssuerKey>()
        do throws(KeyFileError) {
            for name in issuer {
                if let key = try? IssuerKey(name) {
                    found.insert(key)
                } else {
                    found.formUnion(try KeyFile.issuers(BytePath(argument: name)))
                }
            }
            for folder in folders {
                for file in try files(in: folder, language) {
                    found.formUnion(
                        warning(language) { () throws(KeyFileError) in
                            try KeyFile.issuers(file)
                        })
                }
            }
        } catch {
            throw Failure(error)
        }
        return found
    }

    /// A folder that is named must be in order; the usual ones are only warned about.
    private func files(
        in folder: BytePath, _ language: Language
    ) throws(KeyFileError) -> [BytePath] {
        if issuersDir != nil { return try KeyFile.issuerFiles(in: folder) }
        return warning(language) { () throws(KeyFileError) in
            try KeyFile.issuerFiles(in: folder)
        }
    }

    private func warning<Found>(
        _ language: Language, _ read: () throws(KeyFileError) -> [Found]
    ) -> [Found] {
        do throws(KeyFileError) { return try read() } catch {
            Notice.warn(Failure(error).problem, language)
            return []
        }
    }

    private var folders: [BytePath] {
        if let issuersDir { return [BytePath(argument: issuersDir)] }
        let environment = Environment.current
        let configuration =
            environment["XDG_CONFIG_HOME"] ?? environment["HOME"].map { $0 + "/.config" }
        let own = configuration.map { BytePath($0 + "/kanaria/issuers") }
        return ["/etc/kanaria/issuers"] + (own.map { [$0] } ?? [])
    }
}

/// What a signature must satisfy.
struct TrustOptions: ParsableArguments {
    @OptionGroup var issuers: IssuerOptions

    @Flag(
        help: .said(
            "Take the signature of any issuer; says whose it is.",
            "どの発行者の署名でも受け入れ、誰のものかを表示します。"))
    var anyIssuer = false

    @Flag(help: .said("Open files outside their period of validity.", "有効期間の外でも開きます。"))
    var despiteExpiry = false

    @Flag(help: .said("Refuse files that are not signed.", "署名のないファイルを拒否します。"))
    var requireSignature = false

    func demands(_ language: Language) throws(Failure) -> SignatureDemands {
        var demands = SignatureDemands()
        demands.trusted = try issuers.trusted(language)
        demands.acceptsAnyIssuer = anyIssuer
        demands.ignoresPeriod = despiteExpiry
        demands.requiresSignature = requireSignature
        return demands
    }
}

/// What a person should know though nothing failed.
enum Note {
    /// Says who vouches for a file that was opened.
    ///
    /// Warnings are always said; the rest is for whoever sits there.
    static func say(_ finding: SignatureFinding?, of path: BytePath, _ language: Language) {
        guard let finding else {
            let words = text("\(path) is not signed", "\(path) には署名がありません")
            if Console.isErrorTerminal { Console.error("kanaria: " + words.text(language)) }
            return
        }
        let policy = finding.signed.policy
        if !finding.isTrusted {
            Notice.warn(
                text(
                    "\(path) is signed by an unknown issuer", "\(path) は未知の発行者による署名です"),
                language)
        }
        switch finding.period {
        case .valid: break
        case .notYet(let time): say(.notYetValid(time), path, language)
        case .expired(let time): say(.expired(time), path, language)
        }
        if !Console.isErrorTerminal { return }
        let prefix = "kanaria: \(path): "
        let lines = policy.lines.map { prefix + $0.text(language) }
        // One write, for many files may be opened at once.
        Console.error(lines.joined(separator: "\n"))
    }

    private static func say(_ error: SignatureError, _ path: BytePath, _ language: Language) {
        Notice.warn(text("\(path): \(error.fact.en)", "\(path): \(error.fact.ja)"), language)
    }
}

extension FilePolicy {
    /// What people should know of it.
    var lines: [Message] {
        let issuerText = terms.issuerName.map { "\($0) (\(issuer.text))" } ?? issuer.text
        var found = [
            text("issuer: \(issuerText)", "発行者: \(issuerText)"),
            text("file id: \(fileIDText)", "ファイル ID: \(fileIDText)"),
        ]
        let times = [
            ("created", "作成", created), ("not before", "有効開始", terms.notBefore),
            ("not after", "有効期限", terms.notAfter),
        ]
        for case (let en, let ja, let time?) in times {
            found.append(
                text("\(en): \(LocalTime.text(time))", "\(ja): \(LocalTime.text(time))"))
        }
        let texts =
            [
                ("purpose", "目的", terms.purpose),
                ("classification", "機密区分", terms.classification),
                ("contact", "連絡先", terms.contact),
            ] + terms.rules.map { ("rule", "取扱規則", $0) }
        for case (let en, let ja, let value?) in texts {
            found.append(text("\(en): \(value)", "\(ja): \(value)"))
        }
        return found
    }
}
