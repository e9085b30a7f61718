internal import Linux
internal import Messages
internal import Sealing

extension Failure {
    /// The words for a failed `protect`.
    init(_ error: ProtectError) {
        switch error {
        case .source(let path, let errno):
            self = .unreadable(path, errno)
        case .sourceIsLink(let path):
            self = .link(path)
        case .sourceNotRegular(let path):
            self.init(
                ExitCodes.noInput,
                text(
                    "\(path) is neither a file nor a folder", "\(path) はファイルでもフォルダーでもありません"))
        case .sourceChanged(let path):
            self.init(
                ExitCodes.sourceChanged,
                text("\(path) changed while it was read", "\(path) は読み取り中に変更されました"),
                text(
                    "nothing was written; try again when nobody writes to it",
                    "何も書き込んでいません。書き込みが終わってから再実行してください"))
        case .folder(let path, let error):
            self = .folder(path, error)
        case .outputExists(let path):
            self = .exists(path)
        case .output(let path, let errno):
            self = .unwritable(path, errno)
        case .outputIsTerminal:
            self.init(
                ExitCodes.usage,
                text("bytes are not written to a terminal", "端末にバイナリは出力しません"),
                text("name a file with -o, or write text with -a", "-o でファイルを指定するか、-a でテキストにしてください")
            )
        case .wrap(let error):
            self.init(error)
        case .policy, .signature, .spool:
            self = .signing(error)
        case .header(let error):
            self = .oversized(error)
        case .payload, .sodium:
            self = .cipher("\(error)")
        case .notRemovable, .sourceKept, .entriesKept, .readBack, .removeSource:
            self = .removal(error)
        }
    }

    /// The words for a source that stays though the caller wanted it removed.
    private static func removal(_ error: ProtectError) -> Failure {
        switch error {
        case .readBack(let path, _):
            Failure(
                ExitCodes.damaged,
                text("\(path) did not read back as written", "\(path) の読み戻し検証に失敗しました"),
                text(
                    "the source was kept; check the disk", "元のファイルは残しました。ディスクを確認してください"))
        case .notRemovable(let path):
            Failure(
                ExitCodes.usage,
                text(
                    "\(path) can't be removed after sealing", "\(path) は封印後に削除できません"),
                text(
                    "--remove-source takes files and folders that are sealed to files",
                    "--remove-source はファイルとフォルダーをファイルに封印するときに使えます"))
        case .sourceKept(let path):
            Failure(
                ExitCodes.sourceChanged,
                text(
                    "\(path) changed after it was sealed and was kept",
                    "\(path) は封印後に変更されたため残しました"),
                text("the sealed file is whole", "封印ファイルは完全です"))
        case .entriesKept(let path, let names): kept(path, names)
        case .removeSource(let path, let errno):
            Failure(
                ExitCodes.inputOutput,
                text("\(path) could not be removed: \(errno)", "\(path) を削除できません: \(errno.ja)"),
                text("the sealed file is whole", "封印ファイルは完全です"))
        default: .cipher("\(error)")
        }
    }

    /// The words for a folder of which something stays.
    private static func kept(_ path: BytePath, _ names: [BytePath]) -> Failure {
        let shown = names.prefix(3).map { "\($0)" }.joined(separator: ", ")
        let more = names.count > 3 ? ", …" : ""
        return Failure(
            ExitCodes.sourceChanged,
            text(
                "\(path): \(names.count) entries changed or came after sealing and were kept: "
                    + shown + more,
                "\(path): 封印後に変更または追加された \(names.count) 件を残しました: " + shown + more),
            text(
                "the sealed file is whole; what is in it and unchanged was removed",
                "封印ファイルは完全です。封印済みで変更のないものは削除しました"))
    }

    private static func link(_ path: BytePath) -> Failure {
        Failure(
            ExitCodes.noInput,
            text("\(path) is a symbolic link", "\(path) はシンボリックリンクです"),
            text("name the file itself", "リンク先のファイルを指定してください"))
    }

    static func unreadable(_ path: BytePath, _ errno: Errno) -> Failure {
        if errno == .symbolicLink { return .link(path) }
        return Failure(
            ExitCodes.noInput,
            text("\(path) can't be read: \(errno)", "\(path) を読めません: \(errno.ja)"),
            text("check the name and your rights", "名前と権限を確認してください"))
    }

    static func exists(_ path: BytePath) -> Failure {
        Failure(
            ExitCodes.cannotCreate,
            text("\(path) exists already", "\(path) は既に存在します"),
            text("nothing is overwritten; choose another name", "上書きしません。別の名前を指定してください"))
    }

    static func unwritable(_ path: BytePath, _ errno: Errno) -> Failure {
        Failure(
            ExitCodes.inputOutput,
            text("\(path) can't be written: \(errno)", "\(path) に書き込めません: \(errno.ja)"),
            errno == .noSpace || errno == .quotaExceeded
                ? text("the disk is full; nothing was left behind", "ディスクが一杯です。何も残していません")
                : text("check the folder and your rights", "フォルダーと権限を確認してください"))
    }

    static func cipher(_ fact: String) -> Failure {
        Failure(ExitCodes.software, text("the cipher failed: \(fact)", "暗号処理に失敗しました: \(fact)"))
    }

    static func folder(_ path: BytePath, _ error: FolderError) -> Failure {
        let isFull = error.errno == .noSpace || error.errno == .quotaExceeded
        return Failure(
            error.code, text("\(path): \(error.fact.en)", "\(path): \(error.fact.ja)"),
            isFull
                ? text("the disk is full; nothing was left behind", "ディスクが一杯です。何も残していません")
                : text("nothing was left behind", "何も残していません"))
    }
}

extension FolderError {
    fileprivate var code: Int32 {
        switch self {
        case .read, .unsupportedKind: ExitCodes.noInput
        case .write: ExitCodes.inputOutput
        case .changed: ExitCodes.sourceChanged
        default: ExitCodes.damaged
        }
    }

    fileprivate var errno: Errno? {
        switch self {
        case .read(_, let errno), .write(_, let errno): errno
        default: nil
        }
    }

    var fact: Message {
        switch self {
        case .read(let name, let errno):
            text("\(name) can't be read: \(errno)", "\(name) を読めません: \(errno.ja)")
        case .write(let name, let errno):
            text("\(name) can't be written: \(errno)", "\(name) に書き込めません: \(errno.ja)")
        case .changed(let name): text("\(name) changed while it was read", "\(name) は読み取り中に変更されました")
        case .unsupportedKind(let name):
            text("\(name) is neither file, folder nor inner link", "\(name) は扱えない種類です")
        case .unsafeName(let name): text("\(name) is not a safe name", "\(name) は安全な名前ではありません")
        case .unsafeLink(let name):
            text("\(name) leads out of the folder", "\(name) はフォルダーの外を指しています")
        case .collision(let name): text("\(name) comes twice", "\(name) が重複しています")
        case .malformedArchive(let place):
            text("no archive at byte \(place)", "バイト \(place) でアーカイブが不正です")
        case .truncatedArchive: text("the archive ends early", "アーカイブが途中で終わっています")
        }
    }
}
