internal import ArgumentParser
internal import Control
internal import Linux
internal import Messages
internal import Policies

/// The verb `kanaria selftest`.
struct SelfTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "selftest",
        abstract: .said("Attack a private folder and see whether it is stopped.", "自己診断の攻撃を行います。"),
        discussion: .said(
            """
            Makes a folder beneath the first watched one, encrypts the documents it put there, and \
            removes it. The guard that runs on the policy is used; without one, one is started. \
            Exit codes: 0 stopped (or reported, in mode observe), 1 not, 2 it could not be tried, \
            66 and 78 as kanariad.
            """,
            """
            最初の監視対象フォルダーの下に専用のフォルダーを作り、その中の文書だけを暗号化して、最後に削除します。\
            そのポリシーで動いているガードを使い、なければ起動します。
            終了コード: 0 阻止 (observe では検出)、1 阻止できず、2 実行できず、66 と 78 は kanariad と同じ。
            """))

    @Option(help: .said("Policy of the guard.", "ガードのポリシー。"))
    var policy: String

    @Flag(help: .said("Print JSON.", "JSON で出力します。"))
    var json = false

    @Option(help: .said("Language of messages: en or ja.", "メッセージの言語 (en または ja)。"))
    var lang: String?

    func run() throws {
        let language = Spoken.language
        let policy = try PolicyFile.read(BytePath(argument: policy), language)
        let outcome: SelfTest.Outcome
        do throws(SelfTestError) {
            outcome = try SelfTest.run(policy, language)
        } catch {
            GuardOptions.explain(error, language)
            throw ExitCode(2)
        }
        if json {
            try GuardOptions.printJSON(outcome)
        } else {
            Console.output(outcome.text.text(language))
        }
        throw ExitCode(outcome.isAsPolicySays ? 0 : 1)
    }
}

/// Why a self-test could not be done.
enum SelfTestError: Error, Equatable {
    /// The private folder can't be made there.
    case folder(BytePath, Errno)
    /// The guard that runs watches something else.
    case notWatched(BytePath)
    /// No guard could be started for it.
    case noGuard
    /// The guard that runs can't be asked.
    case cannotAsk(Message)
    /// The attacker did not begin.
    case noAttack
}

extension SelfTestError: Explained {
    var problem: Message {
        switch self {
        case .folder(let path, let error):
            Message(
                en: "no private folder can be made in \(path): \(error)",
                ja: "\(path) に専用のフォルダーを作れません: \(error)")
        case .notWatched(let path):
            Message(
                en: "the guard that runs does not watch \(path)",
                ja: "動作中のガードは \(path) を監視していません")
        case .noGuard:
            Message(en: "no guard could be started", ja: "ガードを起動できませんでした")
        case .cannotAsk(let reason): reason
        case .noAttack:
            Message(en: "the attack did not begin", ja: "攻撃を開始できませんでした")
        }
    }

    var hint: Message? {
        switch self {
        case .folder, .noGuard:
            Message(
                en: "`kanaria doctor --policy FILE` says what is missing",
                ja: "`kanaria doctor --policy ファイル` で不足を確認できます")
        case .notWatched:
            Message(
                en: "name the policy it runs on, or `kanaria reload`",
                ja: "動作中のポリシーを指定するか、`kanaria reload` を実行してください")
        case .cannotAsk, .noAttack: nil
        }
    }
}
