internal import Linux
internal import Messages

/// How the notifier is called.
struct NotifierArguments {
    var settings: BytePath = "/etc/kanaria/notifier.yaml"
    var language: String?
    var tests = false
    var isDryRun = false
    var checks = false
    var wantsHelp = false
    var wantsVersion = false

    /// Reads the words behind the program's name.
    init(_ words: [BytePath]) throws(NotifierError) {
        var rest = words[...]
        while let word = rest.popFirst() {
            switch word.description {
            case "--settings": settings = try Self.value(&rest, of: word)
            case "--lang":
                language = try Self.value(&rest, of: word).description
                guard let language, Language(rawValue: language) != nil else {
                    throw .usage("--lang \(language ?? "")")
                }
            case "--test": tests = true
            case "--dry-run": isDryRun = true
            case "--check": checks = true
            case "--help", "-h": wantsHelp = true
            case "--version": wantsVersion = true
            default: throw .usage(word.description)
            }
        }
    }

    private static func value(
        _ rest: inout ArraySlice<BytePath>, of word: BytePath
    ) throws(NotifierError) -> BytePath {
        guard let value = rest.popFirst() else { throw .usage(word.description) }
        return value
    }

    static let usage = Message(
        en: "usage: kanaria-notifier [--settings FILE] [--test] [--dry-run]; more with --help",
        ja: "使い方: kanaria-notifier [--settings ファイル] [--test] [--dry-run]。詳しくは --help")

    static let help = Message(
        en: """
            usage: kanaria-notifier [--settings FILE] [--check | --test] [--dry-run] [--lang en|ja]

            Sends what the guard leaves in its spool folder by webhook and mail, until SIGTERM or
            SIGINT. Does not run as root.

              --settings FILE  otherwise /etc/kanaria/notifier.yaml
              --check          read the settings and the secret, and end
              --test           send a test message by every way, say what became of it, and end
              --dry-run        print what would be sent now (with --test: the test message), and end
              --lang en|ja     language of messages; otherwise from LC_ALL, LC_MESSAGES, LANG
              --version        print the version
              --help           print this

            Exit codes: 0 ended as told, or the test message went out; 1 it did not; 64 wrong
            arguments; 66 the settings or the spool folder cannot be opened; 71 another failure of
            the system; 77 it runs as root; 78 the settings or the secret are wrong.
            """,
        ja: """
            使い方: kanaria-notifier [--settings ファイル] [--check | --test] [--dry-run] [--lang en|ja]

            ガードがスプールフォルダーに置いたものを、SIGTERM か SIGINT を受けるまで、webhook と
            メールで送ります。root では動きません。

              --settings ファイル  省略時は /etc/kanaria/notifier.yaml
              --check              設定と共有鍵を読んで終わります
              --test               すべての方法でテスト通知を送り、結果を表示して終わります
              --dry-run            いま送るもの (--test ではテスト通知) を表示して終わります
              --lang en|ja         メッセージの言語。省略時は LC_ALL、LC_MESSAGES、LANG に従います
              --version            バージョンを表示します
              --help               この説明を表示します

            終了コード: 0 指示どおり終了またはテスト通知に成功、1 テスト通知に失敗、64 引数の誤り、
            66 設定かスプールフォルダーを開けない、71 その他のシステムの失敗、77 root で動いている、
            78 設定か共有鍵の誤り。
            """)
}
