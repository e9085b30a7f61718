internal import Age
internal import Messages

extension HeaderError {
    /// What is wrong.
    var fact: Message {
        switch self {
        case .truncated: text("it ends within its header", "ヘッダーの途中で終わっています")
        case .wrongVersion:
            text("it does not begin like an age file", "age ファイルの先頭行がありません")
        case .malformedStanza(let index):
            text("stanza \(index + 1) is malformed", "\(index + 1) 番目のスタンザの形式が不正です")
        case .malformedBody(let index):
            text(
                "the body of stanza \(index + 1) is malformed",
                "\(index + 1) 番目のスタンザの本体の形式が不正です")
        case .malformedMAC: text("the header's last line is malformed", "ヘッダーの最終行の形式が不正です")
        case .tooManyStanzas:
            text(
                "it has more than \(Limits.standard.stanzas) stanzas",
                "スタンザが \(Limits.standard.stanzas) 個を超えています")
        case .headerTooLarge:
            text(
                "its header is longer than \(Limits.standard.headerBytes) bytes",
                "ヘッダーが \(Limits.standard.headerBytes) バイトを超えています")
        case .bodyTooLarge(let index):
            text(
                "the body of stanza \(index + 1) is longer than \(Limits.standard.bodyBytes) bytes",
                "\(index + 1) 番目のスタンザの本体が \(Limits.standard.bodyBytes) バイトを超えています")
        case .noStanzas: text("it names no recipient", "受信者のスタンザがありません")
        case .invalidArgument: text("a stanza is malformed", "スタンザの形式が不正です")
        case .sodium(let error): text("the cipher failed: \(error)", "暗号処理に失敗しました: \(error)")
        }
    }
}

extension UnwrapError {
    /// What is wrong.
    var fact: Message {
        switch self {
        case .noMatch: text("no key fits", "鍵が一致しません")
        case .headerMACMismatch:
            text("its header was changed", "ヘッダーが書き換えられています")
        case .scryptNotAlone:
            text(
                "a passphrase stands beside other recipients",
                "パスフレーズと他の受信者が併存しています")
        case .malformedStanza(let type):
            text("its stanza \(type) is malformed", "スタンザ \(type) の形式が不正です")
        case .wrongBodyLength(let type):
            text("the body of its stanza \(type) has the wrong length", "スタンザ \(type) の長さが不正です")
        case .workFactorTooHigh(let logN):
            text(
                "its passphrase asks for 2^\(logN) units of scrypt work, more than "
                    + "2^\(Limits.standard.scryptLogN)",
                "scrypt の計算量 2^\(logN) が上限 2^\(Limits.standard.scryptLogN) を超えています")
        case .lowOrderShare: text("its share is no sound point", "公開値が不正な点です")
        case .postQuantumNotBuilt:
            text(
                "this kanaria was built without post-quantum keys",
                "この kanaria は耐量子鍵なしでビルドされています")
        case .refused(let code): text("an identity refused: \(code)", "鍵が拒否しました: \(code)")
        case .sodium(let error): text("the cipher failed: \(error)", "暗号処理に失敗しました: \(error)")
        }
    }
}

extension KeyError {
    /// What is wrong.
    var fact: Message {
        switch self {
        case .malformed: text("it is malformed or mistyped", "形式が不正か、入力ミスがあります")
        case .unsupportedKeyType: text("keys of its kind are not known here", "未対応の種類の鍵です")
        case .isPublic:
            text(
                "it is public and opens nothing; name the file that keygen wrote",
                "これは公開鍵で、開くことはできません。keygen が作ったファイルを指定してください")
        case .isSecret:
            text(
                "it is secret; seal to its public half, which keygen -y tells",
                "これは秘密の鍵です。keygen -y で表示される公開鍵を指定してください")
        case .wrongLength: text("it has the wrong length", "長さが不正です")
        case .passphraseProtectedKeyUnsupported:
            text("it is locked in a way not known here", "未対応の方式でロックされています")
        case .wrongPassphrase: text("the passphrase does not fit", "パスフレーズが違います")
        case .lowOrderPoint: text("it is no sound point", "不正な点です")
        case .postQuantumNotBuilt: UnwrapError.postQuantumNotBuilt.fact
        case .sodium(let error): text("the cipher failed: \(error)", "暗号処理に失敗しました: \(error)")
        }
    }
}

extension PayloadError {
    /// What is wrong.
    var fact: Message {
        switch self {
        case .authenticationFailed(let chunk):
            text(
                "what stands at its byte \(chunk * UInt64(Payload.chunkSize)) was changed or is cut",
                "平文 \(chunk * UInt64(Payload.chunkSize)) バイト目からの内容が改ざんまたは切断されています")
        case .truncated: text("its end is missing", "末尾が欠けています")
        case .emptyLastChunk: text("its last chunk is empty", "最後のチャンクが空です")
        case .trailingData: text("something follows its end", "末尾の後に余分なデータがあります")
        case .missingNonce: text("it ends behind its header", "ヘッダーの直後で終わっています")
        case .wrongBufferLength, .sodium:
            text("the cipher failed: \(self)", "暗号処理に失敗しました: \(self)")
        }
    }
}

extension ArmorError {
    /// What is wrong.
    var fact: Message {
        switch self {
        case .missingBegin: text("its begin line is missing", "開始行がありません")
        case .missingEnd: text("its end line is missing", "終了行がありません")
        case .wrongLineLength(let line):
            text("line \(line) of its text has the wrong length", "テキストの \(line) 行目の長さが不正です")
        case .malformedLine(let line):
            text("line \(line) of its text is malformed", "テキストの \(line) 行目の形式が不正です")
        case .trailingData: text("something follows its end line", "終了行の後に余分なデータがあります")
        }
    }
}

extension AgeError {
    /// What is wrong.
    var fact: Message {
        switch self {
        case .header(let error): error.fact
        case .unwrap(let error): error.fact
        case .wrap(let error): text("the key can't be wrapped: \(error)", "鍵を封印できません: \(error)")
        case .payload(let error): error.fact
        case .armor(let error): error.fact
        }
    }
}

extension Failure {
    /// A post-quantum key meets a build without them.
    static let postQuantumNotBuilt = Failure(
        ExitCodes.configuration, UnwrapError.postQuantumNotBuilt.fact,
        text(
            "build it with `--traits PostQuantum`: see docs/seal.md",
            "`--traits PostQuantum` を付けてビルドしてください（docs/seal.ja.md）"))

    /// The words for recipients that can't be sealed to.
    init(_ error: WrapError) {
        switch error {
        case .scryptMustBeAlone:
            self.init(
                ExitCodes.configuration,
                text(
                    "a passphrase can't be combined with other recipients or a signature",
                    "パスフレーズは他の受信者や署名と併用できません"),
                text("seal twice, or lock a key file by a passphrase", "別々に封印してください"))
        case .postQuantumMixed:
            self.init(
                ExitCodes.configuration,
                text(
                    "post-quantum recipients can't be mixed with others",
                    "耐量子の受信者は他の受信者と混在できません"),
                text(
                    "the others would undo their protection; use --per-recipient or age1pq1… for all",
                    "耐量子の保護が失われます。--per-recipient を使うか、全員 age1pq1… にしてください"))
        case .postQuantumNotBuilt: self = .postQuantumNotBuilt
        case .noRecipients:
            self.init(
                ExitCodes.usage, text("no recipient is given", "受信者が指定されていません"))
        case .invalidRecipient:
            self.init(
                ExitCodes.configuration,
                text(
                    "a recipient's key is no sound key", "受信者の鍵が不正です"),
                text("ask its owner for it again", "持ち主に鍵を再確認してください"))
        case .header(let error): self = .oversized(error)
        case .sodium(let error): self = .cipher("\(error)")
        case .refused(let code):
            self.init(
                ExitCodes.configuration,
                text("a recipient refused: \(code)", "受信者が拒否しました: \(code)"))
        }
    }

    /// The words for a header that nobody could read again.
    static func oversized(_ error: HeaderError) -> Failure {
        Failure(
            ExitCodes.configuration,
            text(
                "that header can't be written: \(error.fact.en)",
                "ヘッダーを作成できません: \(error.fact.ja)"),
            text(
                "name fewer recipients, or use --per-recipient",
                "受信者を減らすか、--per-recipient を使ってください"))
    }
}
