internal import Control
internal import Detection
internal import Inspecting
internal import Linux
internal import Messages
internal import Sensing

extension GuardState.Contents {
    /// What the guard cannot do now.
    var degraded: [Degradation] {
        var found: [Degradation] = []
        if let reloadFailure {
            found.append(
                Degradation(
                    code: "policy-not-reloaded",
                    text: Message(
                        en: "the old policy stays in force: \(reloadFailure.en)",
                        ja: "以前のポリシーのままです: \(reloadFailure.ja)")))
        }
        if isWithoutCompanion {
            found.append(
                Degradation(
                    code: "no-companion",
                    text: Message(
                        en:
                            "kanaria-deadline does not run: if the guard hangs, so do openers of canaries",
                        ja: "kanaria-deadline が動いていません。ガードが停止すると、カナリアを開くプロセスも止まります")))
        }
        if let watchFailure {
            found.append(
                Degradation(
                    code: "watch-lost",
                    text: Message(
                        en: "a watched folder is gone: \(watchFailure.en)",
                        ja: "監視対象フォルダーが失われました: \(watchFailure.ja)")))
        }
        if let filterObstacle { found.append(.cannotCutOff(filterObstacle)) }
        if let quarantineObstacle { found.append(.noQuarantine(quarantineObstacle)) }
        if let isolationObstacle { found.append(.cannotIsolate(isolationObstacle)) }
        if let recordFailure {
            found.append(
                Degradation(
                    code: "record-not-written",
                    text: Message(
                        en: "the last incident could not be written: \(recordFailure)",
                        ja: "直近のインシデントを記録できませんでした: \(recordFailure)")))
        }
        if let journalFailure {
            found.append(
                Degradation(
                    code: "journal-not-written",
                    text: Message(
                        en: "the journal cannot be written: \(journalFailure.en)",
                        ja: "ジャーナルに書き込めません: \(journalFailure.ja)")))
        }
        if let alertFailure {
            found.append(
                Degradation(
                    code: "alerts-not-left",
                    text: Message(
                        en:
                            "the last alert could not be left for kanaria-notifier: \(alertFailure)",
                        ja: "直近の通知を kanaria-notifier に渡せませんでした: \(alertFailure)")))
        }
        found += incidents.compactMap(Degradation.init(notStopped:))
        return found + unseen + lacks + sketchLacks
            + (Degradation(notSeen: uncovered).map { [$0] } ?? [])
    }
}

extension GuardState.Contents {
    /// What is not found that no event tells of.
    private var unseen: [Degradation] {
        let sweep = sweepFailure.map { error in
            Degradation(
                code: "no-sweep",
                text: Message(
                    en: "files held open or mapped are not looked at: \(error)",
                    ja: "開かれたまま、またはマップされたファイルを検査できません: \(error)"))
        }
        let rescan = rescanFailure.map { error in
            Degradation(
                code: "no-rescan",
                text: Message(
                    en: "what changed while events were lost was not looked at: \(error)",
                    ja: "イベントの取りこぼし中の変更を検査できませんでした: \(error)"))
        }
        let inspector = inspectorFailure.map { error in
            Degradation(
                code: "no-inspector",
                text: Message(
                    en:
                        "kanaria-inspector does not run, written files are judged by samples alone: \(error.problem.en)",
                    ja: "kanaria-inspector が動いていません。書き込まれたファイルは一部だけで判定します: \(error.problem.ja)"))
        }
        return [sweep, rescan, inspector].compactMap(\.self)
    }
}

extension InspectorError {
    fileprivate var problem: Message {
        switch self {
        case .start(let errno):
            Message(en: "it can't be started: \(errno)", ja: "起動できません: \(errno)")
        case .ended: Message(en: "it ended", ja: "終了しました")
        case .late: Message(en: "it did not answer in time", ja: "時間内に応答しませんでした")
        case .garbled: Message(en: "its answer makes no sense", ja: "応答が不正です")
        case .stranger(let user):
            Message(
                en: "user \(user) answers in its place", ja: "ユーザー \(user) が代わりに応答しています")
        }
    }
}

extension Degradation {
    /// What is missing where inotify stands in for fanotify.
    ///
    /// `refusal` is why fanotify can't be had; nil where the policy asks for inotify.
    static func withoutFanotify(_ refusal: Errno?) -> [Degradation] {
        let reason = refusal.map {
            Message(en: "fanotify is refused (\($0))", ja: "fanotify が許可されません (\($0))")
        }
        let asked = Message(
            en: "the policy asks for inotify", ja: "ポリシーが inotify を指定しています")
        let why = reason ?? asked
        var lacks = [
            Degradation(
                code: "no-process",
                text: Message(
                    en: """
                        \(why.en): the kernel does not say who writes; who has the file open is \
                        looked up in /proc, and a quick writer is found late or never
                        """,
                    ja: """
                        \(why.ja)。書き込んだプロセスをカーネルは通知しません。/proc から探すため、\
                        素早く書くプロセスの発見は遅れ、見逃すこともあります
                        """)),
            Degradation(
                code: "no-gate",
                text: Message(
                    en: "openings of canaries can't be refused: one is lost before the stop",
                    ja: "カナリアを開く操作を拒否できません。阻止までにカナリアが一つ失われます")),
        ]
        if ProcessHandle.effectiveUser != 0 {
            let user = ProcessHandle.effectiveUser
            lacks.append(
                Degradation(
                    code: "own-processes-only",
                    text: Message(
                        en: "only processes of user \(user) can be found and stopped",
                        ja: "ユーザー \(user) のプロセスだけを発見し、阻止できます")))
        }
        return lacks
    }

    /// An attack that goes on; nil if its processes were stopped or have ended.
    init?(notStopped incident: Incident) {
        let running = incident.refused.filter {
            ProcessTable.status($0.pid)?.startTicks == $0.startTicks
        }
        if running.isEmpty { return nil }
        let numbers = running.map { "\($0.pid)" }.joined(separator: ", ")
        self.init(
            code: "not-stopped",
            text: Message(
                en: "an attack goes on, \(numbers) may not be signalled (\(incident.report.id))",
                ja: "攻撃が続いています。プロセス \(numbers) にシグナルを送れません (\(incident.report.id))"))
    }

    /// The places that the sensor does not see, each with the reason; nil if there are none.
    init?(notSeen reasons: [SensorError]) {
        if reasons.isEmpty { return nil }
        let problems = reasons.map { GuardError.sensor($0).problem }
        let hint = reasons.lazy.compactMap { GuardError.sensor($0).hint }.first
        self.init(
            code: "not-seen",
            text: Message(
                en: (problems.map(\.en) + [hint?.en].compactMap(\.self)).joined(separator: "; "),
                ja: (problems.map(\.ja) + [hint?.ja].compactMap(\.self)).joined(separator: "。")))
    }
}
