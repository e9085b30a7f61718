internal import Linux
internal import Messages
internal import Sealing

extension Failure {
    /// The words for a file whose signed policy is not believed.
    init(_ error: SignatureError, _ path: BytePath) {
        let fact = error.fact
        self.init(
            ExitCodes.policy, text("\(path): \(fact.en)", "\(path): \(fact.ja)"), error.hint)
    }

    /// The words for what fails only where files are signed.
    static func signing(_ error: ProtectError) -> Failure {
        switch error {
        case .policy(let error): Failure(error)
        case .spool(let folder, let errno): noRoom(folder, errno)
        default: .cipher("signature")
        }
    }

    /// The words for a folder that can't hold a signed file until its header is known.
    private static func noRoom(_ folder: BytePath, _ errno: Errno) -> Failure {
        Failure(
            ExitCodes.inputOutput,
            text(
                "sealed data can't be kept in \(folder): \(errno)",
                "封印データを \(folder) に一時保存できません: \(errno.ja)"),
            text(
                "a signed file that goes to a pipe needs room there; name another by TMPDIR",
                "署名付きファイルをパイプに出力するには空き容量が必要です。TMPDIR で別の場所を指定してください"))
    }

    /// The words for a policy that can't be signed.
    init(_ error: PolicyTermsError) {
        switch error {
        case .invalidText(let field):
            self.init(
                ExitCodes.usage,
                text("the text of --\(field) can't be used", "--\(field) の文字列は使用できません"),
                text(
                    "it needs 1 to 1024 bytes without line breaks and control characters",
                    "改行や制御文字を含まない 1〜1024 バイトにしてください"))
        case .invalidTime(let field):
            self.init(
                ExitCodes.usage,
                text(
                    "--\(field) lies outside the years 1970 to 9999",
                    "--\(field) は 1970〜9999 年の範囲外です"))
        case .endsBeforeBeginning:
            self.init(
                ExitCodes.usage,
                text(
                    "--not-after lies before --not-before or in the past",
                    "--not-after が --not-before より前か、過去の日時です"))
        case .tooLong:
            self.init(
                ExitCodes.usage,
                text("the policy is longer than 64 KiB", "ポリシーが 64 KiB を超えています"),
                text("use fewer recipients or rules", "受信者または規則を減らしてください"))
        }
    }
}

extension SignatureError {
    /// What is wrong.
    var fact: Message {
        switch self {
        case .missing: text("it has no signature", "署名がありません")
        case .incomplete:
            text("its policy or its signature is missing", "ポリシーまたは署名が欠けています")
        case .unknownVersion:
            text(
                "its policy is of a version not known here", "ポリシーの版がこのプログラムでは未対応です")
        case .malformedPolicy(let line):
            text("line \(line) of its policy is malformed", "ポリシーの \(line) 行目が不正です")
        case .unknownField(let field):
            text(
                "its policy has a field not known here: \(field)",
                "ポリシーに未対応の項目があります: \(field)")
        case .badSignature:
            text(
                "its signature does not fit its policy and recipients",
                "署名がポリシーまたは受信者と一致しません")
        case .otherFileKey:
            text("its file key is not the one that was signed", "ファイル鍵が署名時のものと異なります")
        case .otherPayload:
            text("its content is not what was signed", "内容が署名されたものと異なります")
        case .untrustedIssuer(let key):
            text("it is signed by an unknown issuer: \(key)", "未知の発行者による署名です: \(key)")
        case .notYetValid(let time):
            text(
                "it is not valid before \(LocalTime.text(time))",
                "\(LocalTime.text(time)) より前は有効ではありません")
        case .expired(let time):
            text("it expired at \(LocalTime.text(time))", "\(LocalTime.text(time)) に期限が切れました")
        case .unavailable: text("its signature can't be computed", "署名を計算できません")
        }
    }

    /// What to do about it.
    var hint: Message? {
        switch self {
        case .missing:
            text(
                "ask its sender for a signed file, or leave out --require-signature",
                "署名付きのファイルを送信者に求めるか、--require-signature を外してください")
        case .incomplete, .malformedPolicy, .badSignature, .otherFileKey:
            text(
                "somebody changed it; fetch it again from its sender",
                "改ざんされています。送信者から再取得してください")
        case .otherPayload:
            text(
                "somebody changed it; use nothing of what was written",
                "改ざんされています。出力された内容は使用しないでください")
        case .unknownVersion, .unknownField:
            text("a newer version of kanaria may know it", "新しい版の kanaria なら開ける可能性があります")
        case .untrustedIssuer:
            text(
                "confirm the key with its owner, then name it by --issuer; "
                    + "--any-issuer takes everybody's",
                "鍵を発行者に確認し、--issuer で指定してください。"
                    + "--any-issuer は全ての発行者を受け入れます")
        case .notYetValid, .expired:
            text(
                "ask the issuer; --despite-expiry opens it anyway",
                "発行者に問い合わせてください。--despite-expiry で開くこともできます")
        case .unavailable: nil
        }
    }
}
