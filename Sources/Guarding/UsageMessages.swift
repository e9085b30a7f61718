internal import Linux
public import Messages

extension UsageError: Explained {
    /// What is wrong with the arguments.
    public var problem: Message {
        switch self {
        case .unknownOption(let name):
            Message(en: "unknown option \(name)", ja: "不明なオプション \(name) です")
        case .missingValue(let name):
            Message(en: "\(name) needs a value", ja: "\(name) には値が必要です")
        case .needlessValue(let name):
            Message(en: "\(name) takes no value", ja: "\(name) に値は指定できません")
        case .repeated(let name):
            Message(en: "\(name) is there twice", ja: "\(name) が重複しています")
        case .unexpectedArgument(let argument):
            Message(en: "unexpected argument “\(argument)”", ja: "余分な引数「\(argument)」です")
        case .unknownLanguage(let name):
            Message(en: "“\(name)” is not a language of this program", ja: "「\(name)」には対応していません")
        case .missingPolicy:
            Message(en: "--policy is missing", ja: "--policy がありません")
        }
    }

    /// What would be right instead.
    public var hint: Message? {
        switch self {
        case .unknownOption(let name):
            Spelling.nearest(to: name.description, in: DaemonArguments.options).map { near in
                Message(en: "did you mean \(near)?", ja: "\(near) ではありませんか")
            } ?? Self.usage
        case .unexpectedArgument(let argument):
            Message(
                en: "to guard with that policy: kanariad --policy \(argument)",
                ja: "そのポリシーで監視するには: kanariad --policy \(argument)")
        case .unknownLanguage:
            Message(en: "one of: en, ja", ja: "次のいずれか: en, ja")
        default: Self.usage
        }
    }

    private static let usage = Message(
        en: "usage: kanariad --policy FILE [--check] [--lang en|ja]; more with --help",
        ja: "使い方: kanariad --policy ファイル [--check] [--lang en|ja]。詳しくは --help")
}

extension DaemonArguments {
    /// What `--help` prints.
    public static let help = Message(
        en: """
            usage: kanariad --policy FILE [--check] [--inspector SOCKET] [--lang en|ja]

            Guards the folders that the policy names, until SIGTERM or SIGINT.
            SIGHUP reads the policy again.

              --policy FILE   the policy; docs/policies.md explains its keys
              --check         read the policy, try what it needs, and end
              --inspector SOCKET
                              where a service manager starts kanaria-inspector for each
                              connection; otherwise kanariad starts it itself
              --lang en|ja    language of messages; otherwise from LC_ALL, LC_MESSAGES, LANG
              --version       print the version
              --help          print this

            Exit codes: 0 ended as told; 64 wrong arguments; 66 the policy or a watched folder
            cannot be opened; 69 the kernel or a file system lacks what is needed; 71 another
            failure of the system; 73 the state or run directory cannot be used; 75 another
            kanariad runs there; 77 the privileges are missing; 78 the policy is wrong.
            """,
        ja: """
            使い方: kanariad --policy ファイル [--check] [--inspector ソケット] [--lang en|ja]

            ポリシーに書かれたフォルダーを、SIGTERM か SIGINT を受けるまで監視します。
            SIGHUP でポリシーを読み直します。

              --policy ファイル  ポリシー。キーの説明は docs/policies.ja.md にあります
              --check            ポリシーを読み、必要なものを確かめて終わります
              --inspector ソケット
                                 サービスマネージャーが接続ごとに kanaria-inspector を起動する場所。
                                 省略時は kanariad が自分で起動します
              --lang en|ja       メッセージの言語。省略時は LC_ALL、LC_MESSAGES、LANG に従います
              --version          バージョンを表示します
              --help             この説明を表示します

            終了コード: 0 指示どおり終了、64 引数の誤り、66 ポリシーか監視対象フォルダーを開けない、
            69 カーネルかファイルシステムに必要な機能がない、71 その他のシステムの失敗、
            73 状態または実行時ディレクトリーを使えない、75 別の kanariad が動作中、
            77 権限がない、78 ポリシーの誤り。
            """)
}
