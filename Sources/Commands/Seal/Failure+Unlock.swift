internal import Age
internal import Linux
internal import Messages
internal import Sealing

extension Failure {
    /// The words for a failed `unlock`, `verify` or `inspect`.
    init(_ error: UnlockError) {
        switch error {
        case .source(let path, let errno):
            self = .unreadable(path, errno)
        case .sourceNotRegular(let path):
            self.init(
                ExitCodes.noInput, text("\(path) is not a file", "\(path) はファイルではありません"))
        case .header(let path, let error):
            self = .damaged(path, error.fact)
        case .armor(let path, let error):
            self = .damaged(path, error.fact)
        case .payload(let path, let error):
            self = .damaged(path, error.fact)
        case .unwrap(let path, .noMatch):
            self.init(
                ExitCodes.noKey,
                text("none of the keys opens \(path)", "\(path) を開ける鍵がありません"),
                text(
                    "name another identity with -i; `kanaria inspect` tells which kinds fit",
                    "-i で別の鍵を指定してください。`kanaria inspect` で鍵の種類を確認できます"))
        case .unwrap(let path, .headerMACMismatch):
            self = .damaged(path, UnwrapError.headerMACMismatch.fact)
        case .unwrap(_, .postQuantumNotBuilt):
            self = .postQuantumNotBuilt
        case .unwrap(let path, .refused(let code)):
            self = .unanswered(path, code)
        case .unwrap(let path, let error):
            self.init(
                ExitCodes.noKey,
                text(
                    "\(path) can't be opened: \(error.fact.en)",
                    "\(path) を開けません: \(error.fact.ja)"))
        case .policy(let path, let error):
            self.init(error, path)
        case .folder(let path, let error):
            self = .folder(path, error)
        case .outputExists(let path):
            self = .exists(path)
        case .output(let path, let errno):
            self = .unwritable(path, errno)
        case .outputIsTerminal:
            self.init(
                ExitCodes.usage,
                text(
                    "the content is not text, so it is not shown on a terminal",
                    "内容がテキストではないため、端末には表示しません"),
                text("name a file with -o", "-o でファイルを指定してください"))
        case .sodium(let error):
            self = .cipher("\(error)")
        }
    }

    /// The words where authentic chunks may be out already.
    ///
    /// `hasBegun` tells whether some are for sure.
    static func streaming(_ error: UnlockError, hasBegun: Bool) -> Failure {
        let failure = Failure(error)
        switch error {
        case .source where !hasBegun: return failure
        case .payload, .armor, .source, .output:
            return Failure(
                failure.code, failure.problem,
                text(
                    "what was written before is authentic, but it is not all",
                    "それまでの出力は真正ですが、全体ではありません"))
        default: return failure
        }
    }

    /// The words for a passphrase that nobody gave though a file is sealed with one.
    private static func unanswered(_ path: BytePath, _ code: String) -> Failure {
        guard let error = PassphraseError(code: code) else {
            let fact = UnwrapError.refused(code: code).fact
            return Failure(ExitCodes.noKey, text("\(path): \(fact.en)", "\(path): \(fact.ja)"))
        }
        return Failure(error).about(path)
    }

    static func damaged(_ path: BytePath, _ fact: Message) -> Failure {
        Failure(
            ExitCodes.damaged,
            text(
                "\(path) is damaged or not sealed: \(fact.en)",
                "\(path) は破損しているか封印ファイルではありません: \(fact.ja)"),
            text(
                "fetch it again from its sender; nothing was left behind",
                "送信者から再取得してください。何も残していません"))
    }

    /// The words for a key file that can't be used.
    init(_ error: KeyFileError) {
        switch error {
        case .read(let path, let errno): self = .unreadable(path, errno)
        case .tooLong(let path):
            self.init(
                ExitCodes.configuration,
                text("\(path) is too long for keys", "\(path) は鍵ファイルとして長すぎます"))
        case .writableByOthers(let path):
            self.init(
                ExitCodes.configuration,
                text(
                    "\(path) can be changed by others, so it makes nobody trusted",
                    "\(path) は他の利用者が変更できるため、信頼に使用しません"),
                text("take that right away: chmod go-w", "chmod go-w で権限を外してください"))
        case .line(let path, _, .postQuantumNotBuilt):
            self = .postQuantumNotBuilt.about(path)
        case .line(let path, let line, let error):
            self.init(
                ExitCodes.configuration,
                text(
                    "\(path), line \(line) is not a key: \(error.fact.en)",
                    "\(path) の \(line) 行目は鍵ではありません: \(error.fact.ja)"))
        case .empty(let path):
            self.init(ExitCodes.configuration, text("\(path) has no key", "\(path) に鍵がありません"))
        case .locked(let path):
            self.init(
                ExitCodes.noKey,
                text("the passphrase does not open \(path)", "\(path) のパスフレーズが違います"))
        case .passphrase(let path, let error):
            self = Failure(error).about(path)
        case .sealed(let path, let error):
            self.init(
                ExitCodes.configuration,
                text(
                    "\(path) is no identity file sealed by a passphrase: \(error.fact.en)",
                    "\(path) はパスフレーズで封印された鍵ファイルではありません: \(error.fact.ja)"))
        }
    }
}
