internal import Control
internal import Linux
internal import Messages

/// What `kanaria` without a verb says: how the guard is, and what can be done next.
enum NextSteps {
    /// The whole text.
    static func text(_ language: Language) -> String {
        [introduction, guardState, seal].map { $0.text(language) }.joined(separator: "\n\n")
    }

    private static let introduction = Message(
        en: """
            Kanaria \(Version.current) guards files against encryption by others, and seals those \
            that leave.
            """,
        ja: "Kanaria \(Version.current) は、ファイルを他者による暗号化から守り、持ち出すファイルを封印します。")

    private static var guardState: Message {
        do throws(AskError) {
            let reply = try ControlClient.ask(.status, runDirectory: GuardOptions.runDirectory)
            guard case .status(let report) = reply else { throw .badReply }
            return running(report)
        } catch {
            if case .noDaemon(_, .permissionDenied) = error { return hidden }
            return notRunning
        }
    }

    private static func running(_ report: StatusReport) -> Message {
        let (mode, sensor, open) = (report.mode, report.sensor, report.incidentsOpen)
        return Message(
            en: """
                The guard runs (\(mode), \(sensor)). Incidents that wait for a decision: \(open)
                  kanaria status --watch             how it is, live
                  kanaria incidents                  what was found
                  kanaria release ID                 a false alarm: let it go on
                  kanaria kill ID                    an attack: end it
                """,
            ja: """
                ガードは動作中です (\(mode)、\(sensor))。判断待ちのインシデント: \(open)
                  kanaria status --watch             状態を表示し続ける
                  kanaria incidents                  検出した攻撃を表示する
                  kanaria release ID                 誤報なら再開させる
                  kanaria kill ID                    攻撃なら終了させる
                """)
    }

    private static let hidden = Message(
        en: """
            Only root may ask the guard:
              sudo kanaria status                how it is
            """,
        ja: """
            ガードに問い合わせられるのは root だけです:
              sudo kanaria status                状態を表示する
            """)

    private static let notRunning = Message(
        en: """
            No guard runs. Before its first start:
              kanaria policy check FILE          is the policy right?
              kanaria doctor --policy FILE       what does this machine allow?
              kanaria selftest --policy FILE     attack a private folder: is it stopped?
              kanariad --policy FILE             guard
            """,
        ja: """
            ガードは動作していません。最初に起動する前に:
              kanaria policy check ファイル      ポリシーを検査する
              kanaria doctor --policy ファイル   この環境で何ができるか調べる
              kanaria selftest --policy ファイル 専用フォルダーを攻撃し、阻止されるか確かめる
              kanariad --policy ファイル         監視を始める
            """)

    private static let seal = Message(
        en: """
            To seal what leaves, and to open it:
              kanaria keygen -o identity         once: a key of your own
              kanaria protect -r age1… FILE      writes FILE.age
              kanaria unlock -i identity FILE.age

            Everything else: kanaria --help, and kanaria help VERB
            """,
        ja: """
            持ち出すファイルを封印し、開くには:
              kanaria keygen -o identity         一度だけ: 自分の鍵を作る
              kanaria protect -r age1… ファイル  「ファイル.age」を作る
              kanaria unlock -i identity ファイル.age

            そのほか: kanaria --help、kanaria help コマンド
            """)
}
