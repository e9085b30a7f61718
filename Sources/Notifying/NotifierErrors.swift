internal import Linux
internal import Messages
internal import Policies

/// Why the notifier can't work.
enum NotifierError: Error, Equatable {
    /// It was called in another way than it can be.
    case usage(String)
    /// It runs as root.
    case root
    /// The settings can't be read.
    case settingsFile(BytePath, Errno)
    /// The settings are wrong.
    case settings(BytePath, PolicyError)
    /// The file with the secret can't be read.
    case secretFile(BytePath, Errno)
    /// Others may read the secret, or it is no file.
    case secretExposed(BytePath)
    /// There is no secret in the file.
    case secretWrong(BytePath)
    /// The folder with the alerts can't be used.
    case spool(BytePath, Errno)
    /// The kernel refused something else.
    case system(Errno)

    /// Codes of sysexits.h.
    var exitCode: Int32 {
        switch self {
        case .usage: 64
        case .settingsFile, .spool: 66
        case .system: 71
        case .root: 77
        case .settings, .secretFile, .secretExposed, .secretWrong: 78
        }
    }
}

extension NotifierError: Explained {
    var problem: Message {
        switch self {
        case .usage(let word):
            Message(en: "“\(word)” can't be followed", ja: "「\(word)」は使えません")
        case .root: Message(en: "it does not run as root", ja: "root では動きません")
        case .settingsFile(let path, let error):
            Message(en: "cannot read \(path): \(error)", ja: "\(path) を読めません: \(error)")
        case .settings(let path, let error):
            Message(
                en: "\(path):\(error.place == nil ? " " : "")\(error.problem.en)",
                ja: "\(path):\(error.place == nil ? " " : "")\(error.problem.ja)")
        case .secretFile(let path, let error):
            Message(
                en: "cannot read the secret in \(path): \(error)",
                ja: "共有鍵 \(path) を読めません: \(error)")
        case .secretExposed(let path):
            Message(
                en: "\(path) is no file that its owner alone may read",
                ja: "\(path) が、所有者だけが読めるファイルではありません")
        case .secretWrong(let path):
            Message(en: "\(path) holds no secret", ja: "\(path) に共有鍵がありません")
        case .spool(let path, let error):
            Message(
                en: "the folder \(path) cannot be used: \(error)",
                ja: "フォルダー \(path) を使えません: \(error)")
        case .system(let error):
            Message(en: "the system refuses: \(error)", ja: "システムに拒否されました: \(error)")
        }
    }

    var hint: Message? {
        switch self {
        case .usage: NotifierArguments.usage
        case .root:
            Message(
                en: "runuser -u kanaria-notifier -- kanaria-notifier …",
                ja: "runuser -u kanaria-notifier -- kanaria-notifier …")
        case .settings(_, let error): error.hint
        case .secretExposed(let path):
            Message(
                en: "chown kanaria-notifier \(path) && chmod 0600 \(path)",
                ja: "chown kanaria-notifier \(path) && chmod 0600 \(path)")
        case .secretWrong(let path):
            Message(
                en: "make one: echo \"whsec_$(openssl rand -base64 32)\" > \(path)",
                ja: "作成するには: echo \"whsec_$(openssl rand -base64 32)\" > \(path)")
        case .spool:
            Message(
                en: "it belongs to root and the group kanaria-notifier, mode 0770",
                ja: "所有者 root、グループ kanaria-notifier、モード 0770 にしてください")
        case .settingsFile, .secretFile, .system: nil
        }
    }
}

/// Why an alert did not go out.
enum SendingError: Error, Equatable {
    /// No answer came, or from somebody else; libcurl's number and words.
    case transfer(code: Int32, String)
    /// The service answered with this status.
    case status(Int)
    /// It could not be signed.
    case unsigned
    /// The mail could not be put into a file.
    case mailText(Errno)
    /// The mail program can't be started.
    case mailProgram(Errno)
    /// The mail program ended with this code.
    case mailRefused(Int32)
    /// A signal ended the mail program.
    case mailSignalled(Int32)
    /// The mail program took too long.
    case mailLate

    /// Whether the next alert would most likely fare the same.
    var isOfTheWay: Bool {
        switch self {
        case .transfer, .mailProgram, .mailLate, .mailText: true
        case .status, .unsigned, .mailRefused, .mailSignalled: false
        }
    }

    var problem: Message {
        switch self {
        case .transfer(let code, let text):
            Message(en: "\(text) (curl \(code))", ja: "\(text) (curl \(code))")
        case .status(let status):
            Message(
                en: "the receiver answered \(status)", ja: "受信側が \(status) と応答しました")
        case .unsigned: Message(en: "it can't be signed", ja: "署名できません")
        case .mailText(let error):
            Message(en: "the mail can't be written: \(error)", ja: "メールを書き出せません: \(error)")
        case .mailProgram(let error):
            Message(
                en: "the mail program can't be started: \(error)",
                ja: "メールプログラムを起動できません: \(error)")
        case .mailRefused(let code):
            Message(
                en: "the mail program ended with \(code)",
                ja: "メールプログラムがコード \(code) で終了しました")
        case .mailSignalled(let signal):
            Message(
                en: "signal \(signal) ended the mail program",
                ja: "メールプログラムがシグナル \(signal) で終了しました")
        case .mailLate:
            Message(
                en: "the mail program took too long", ja: "メールプログラムが時間内に終わりませんでした")
        }
    }
}
