internal import ArgumentParser
internal import Linux
internal import Messages
internal import Policies
internal import Sealing

/// Who vouches for the files that are sealed, and what the signed policy says.
struct SigningOptions: ParsableArguments {
    @Option(
        help: .said(
            "File with the issuer's signing key; see keygen --signing.",
            "発行者の署名鍵のファイル (keygen --signing で作成)。"))
    var signWith: String?

    @Option(
        help: .said(
            "Descriptor from which the passphrase of the signing key is read.",
            "署名鍵のパスフレーズを読むファイル記述子の番号。"))
    var signingPassphraseFd: Int32?

    @Option(help: .said("Policy: who the issuer is, in words.", "署名ポリシー: 発行者の名前。"))
    var issuerName: String?

    @Option(help: .said("Policy: what the file is for.", "署名ポリシー: 用途。"))
    var purpose: String?

    @Option(help: .said("Policy: how confidential it is.", "署名ポリシー: 機密区分。"))
    var classification: String?

    @Option(
        help: .said(
            "Policy: not opened before this date, time, or span from now such as 12h or 30d.",
            "署名ポリシー: これより前には開かない日付、日時、または 12h や 30d のような現在からの長さ。"))
    var notBefore: String?

    @Option(
        help: .said(
            "Policy: not opened after this date, time, or span from now such as 12h or 30d.",
            "署名ポリシー: これより後には開かない日付、日時、または 12h や 30d のような現在からの長さ。"))
    var notAfter: String?

    @Option(help: .said("Policy: whom to ask.", "署名ポリシー: 問い合わせ先。"))
    var contact: String?

    @Option(help: .said("Policy: how to handle it; may be repeated.", "署名ポリシー: 取り扱いの決まり (複数回指定可)。"))
    var rule: [String] = []

    /// Who signs; nil where nobody does.
    ///
    /// - Parameters:
    ///   - policy: fills in what the caller does not say.
    ///   - language: that of warnings.
    /// - Returns: key and terms.
    /// - Throws: `Failure`, also where nobody signs though terms are given or the policy demands it.
    func signing(
        _ policy: ExportPolicy?, _ language: Language
    ) throws(Failure) -> Signing? {
        guard let signWith else {
            try checkUnsigned(policy, language)
            return nil
        }
        let question = PassphraseOptions.question(
            try PassphraseOptions.read(signingPassphraseFd), language)
        let signer: SigningKey
        do throws(KeyFileError) {
            signer = try KeyFile.signingKey(BytePath(argument: signWith), passphrase: question)
        } catch {
            throw Failure(error)
        }
        let terms = try terms(policy)
        do throws(PolicyTermsError) {
            return try Signing(key: signer, terms: terms)
        } catch {
            throw Failure(error)
        }
    }

    /// Whether a file may go without a signature.
    private func checkUnsigned(
        _ policy: ExportPolicy?, _ language: Language
    ) throws(Failure) {
        let hint = text(
            "name one by --sign-with; kanaria keygen --signing makes one",
            "--sign-with で指定してください。kanaria keygen --signing で作成できます")
        if policy?.requiresSignature == true {
            throw Failure(
                ExitCodes.policy,
                text("the policy demands a signing key", "ポリシーが署名鍵を求めています"), hint)
        }
        if try terms(nil) != PolicyTerms() {
            throw Failure(
                ExitCodes.usage,
                text("a policy needs a signing key", "ポリシーには署名鍵が必要です"), hint)
        }
        if policy?.hasTerms == true {
            Notice.warn(
                text(
                    "nobody signs, so validity, purpose and classification are not in the file",
                    "署名しないため、有効期間・目的・機密区分はファイルに入りません"), language)
        }
    }

    private func terms(_ policy: ExportPolicy?) throws(Failure) -> PolicyTerms {
        var terms = PolicyTerms()
        terms.issuerName = issuerName
        terms.purpose = purpose ?? policy?.purpose
        terms.classification = classification ?? policy?.classification
        terms.contact = contact
        terms.rules = rule
        terms.notBefore = try moment(notBefore, .beginning, "--not-before")
        let end = policy?.validity.map {
            Clock.wallNanoseconds / 1_000_000_000 + $0.components.seconds
        }
        terms.notAfter = try moment(notAfter, .end, "--not-after") ?? end
        return terms
    }

    private func moment(
        _ written: String?, _ edge: Moment.Edge, _ option: String
    ) throws(Failure) -> Int64? {
        guard let written else { return nil }
        if let moment = Moment.parse(written, edge) { return moment }
        throw Failure(
            ExitCodes.usage,
            text(
                "\(option): '\(written)' is no date or time", "\(option): '\(written)' は日時ではありません"),
            text(
                "write 2026-12-31, 2026-12-31T17:00, 2026-12-31T17:00Z, 12h or 30d",
                "2026-12-31、2026-12-31T17:00、2026-12-31T17:00Z、12h、30d のように書いてください"))
    }
}
