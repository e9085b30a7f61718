public import Messages

/// What a line tells; its raw value is `event.action`.
public enum JournalAction: String, Sendable, CaseIterable {
    case guardStarted = "guard-started"
    case guardStopped = "guard-stopped"
    case policyLoaded = "policy-loaded"
    case policyRefused = "policy-refused"
    case degraded
    case restored
    case eventsLost = "events-lost"
    case rescanned
    case canaryTouched = "canary-touched"
    case suspected = "actor-suspected"
    case gateRaised = "gate-raised"
    case gateLowered = "gate-lowered"
    case attackFound = "attack-found"
    case observed = "actor-observed"
    case frozen = "actor-frozen"
    case killed = "actor-killed"
    case cutOff = "client-cut-off"
    case writesRefused = "writes-refused"
    case clientIdentified = "client-identified"
    case userQuarantined = "user-quarantined"
    case userNotQuarantined = "user-not-quarantined"
    case userReleased = "user-released"
    case hostIsolated = "host-isolated"
    case hostReconnected = "host-reconnected"
    case notStopped = "actor-not-stopped"
    case released = "actor-released"
    case evidenceTaken = "evidence-taken"
    case evidenceIncomplete = "evidence-incomplete"
    case requestRefused = "request-refused"
    case secondPersonAwaited = "second-person-awaited"
    case secondPersonAgreed = "second-person-agreed"
    case opened = "journal-opened"
    case checkpoint = "journal-checkpoint"
    case keyMade = "journal-key-made"
    case recovered = "journal-recovered"
    case damaged = "journal-damaged"
    case linesLost = "journal-lines-lost"
    case filesRemoved = "journal-files-removed"
    case overBudget = "journal-over-budget"
}

extension JournalAction {
    /// `event.kind`.
    public var kind: JournalEvent.Kind {
        switch self {
        case .canaryTouched, .suspected, .attackFound, .notStopped: .alert
        case .degraded, .restored, .checkpoint, .gateRaised, .gateLowered: .state
        case .eventsLost, .linesLost, .damaged, .recovered, .overBudget: .pipelineError
        default: .event
        }
    }

    /// `event.category`, one of ECS's.
    public var category: String {
        switch self {
        case .canaryTouched, .gateRaised, .gateLowered, .writesRefused: "file"
        case .suspected, .attackFound, .observed: "intrusion_detection"
        case .evidenceTaken, .evidenceIncomplete: "file"
        case .frozen, .killed, .notStopped, .released: "process"
        case .cutOff, .hostIsolated, .hostReconnected: "network"
        case .clientIdentified: "session"
        case .requestRefused, .secondPersonAwaited, .secondPersonAgreed, .userQuarantined,
            .userNotQuarantined, .userReleased:
            "iam"
        case .guardStarted, .guardStopped: "process"
        default: "configuration"
        }
    }

    /// `event.type`, one of ECS's for the category.
    public var type: String {
        switch self {
        case .guardStarted: "start"
        case .guardStopped, .killed: "end"
        case .canaryTouched: "access"
        case .policyLoaded, .frozen, .released, .userQuarantined, .userReleased: "change"
        case .cutOff, .hostIsolated: "denied"
        case .hostReconnected: "allowed"
        case .requestRefused, .notStopped: "info"
        case .policyRefused, .damaged, .linesLost: "info"
        case .keyMade, .evidenceTaken, .evidenceIncomplete: "creation"
        case .filesRemoved: "deletion"
        default: "info"
        }
    }

    /// `log.level`.
    public var level: JournalEvent.Level {
        switch self {
        case .attackFound, .notStopped: .alert
        case .canaryTouched, .suspected, .frozen, .killed, .cutOff, .observed, .damaged,
            .hostIsolated, .userQuarantined, .writesRefused:
            .critical
        case .policyRefused, .eventsLost, .linesLost, .overBudget: .error
        case .degraded, .requestRefused, .secondPersonAwaited, .secondPersonAgreed, .recovered,
            .evidenceIncomplete, .userNotQuarantined:
            .warning
        case .checkpoint: .information
        default: .notice
        }
    }

    /// What people read.
    public var title: Message {
        switch self {
        case .guardStarted: Message(en: "the guard started", ja: "ガードを開始しました")
        case .guardStopped: Message(en: "the guard stopped", ja: "ガードを終了しました")
        case .policyLoaded: Message(en: "a policy is in force", ja: "ポリシーを適用しました")
        case .policyRefused: Message(en: "a policy was refused", ja: "ポリシーを適用できませんでした")
        case .degraded: Message(en: "the guard lacks something", ja: "ガードの機能が制限されています")
        case .restored: Message(en: "the guard lacks it no more", ja: "制限が解消しました")
        case .eventsLost: Message(en: "changes were lost", ja: "変更の通知を取りこぼしました")
        case .rescanned:
            Message(en: "what was lost was looked at", ja: "取りこぼした変更を検査しました")
        case .canaryTouched: Message(en: "a canary was touched", ja: "カナリアが操作されました")
        case .suspected: Message(en: "a process is suspected", ja: "疑わしいプロセスがあります")
        case .gateRaised:
            Message(en: "suspects wait before each file", ja: "疑わしいプロセスをファイルごとに待たせています")
        case .gateLowered: Message(en: "nobody waits any more", ja: "待機を解除しました")
        case .attackFound: Message(en: "an attack was found", ja: "攻撃を検出しました")
        case .observed: Message(en: "only reported", ja: "報告のみ行いました")
        case .frozen: Message(en: "processes were frozen", ja: "プロセスを凍結しました")
        case .killed: Message(en: "processes were killed", ja: "プロセスを終了しました")
        case .cutOff: Message(en: "a client was cut off", ja: "クライアントを遮断しました")
        case .writesRefused:
            Message(en: "the writes of a service are refused", ja: "サービスの書き込みを拒否しています")
        case .clientIdentified:
            Message(en: "a file server told who a client is", ja: "ファイルサーバーで利用者を確認しました")
        case .userQuarantined:
            Message(en: "a user may only read over Samba", ja: "Samba の利用者を読み取り専用にしました")
        case .userNotQuarantined:
            Message(en: "a user could not be held to reading", ja: "Samba の利用者を読み取り専用にできません")
        case .userReleased:
            Message(en: "a user may write over Samba again", ja: "Samba の利用者の読み取り専用を解除しました")
        case .hostIsolated:
            Message(en: "the host was cut off from the network", ja: "ホストをネットワークから隔離しました")
        case .hostReconnected:
            Message(en: "the host is on the network again", ja: "ホストの隔離を解除しました")
        case .notStopped: Message(en: "the attack goes on", ja: "攻撃が続いています")
        case .released: Message(en: "processes were released", ja: "プロセスを再開しました")
        case .evidenceTaken: Message(en: "evidence was kept", ja: "証拠を保全しました")
        case .evidenceIncomplete:
            Message(en: "evidence is incomplete", ja: "証拠の保全は不完全です")
        case .requestRefused: Message(en: "a request was refused", ja: "要求を拒否しました")
        case .secondPersonAwaited:
            Message(en: "a request waits for a second person", ja: "要求が二人目の承認を待っています")
        case .secondPersonAgreed:
            Message(en: "a second person agreed", ja: "二人目が承認しました")
        case .opened: Message(en: "the journal was opened", ja: "ジャーナルを開きました")
        case .checkpoint: Message(en: "signed up to here", ja: "ここまで署名しました")
        case .keyMade: Message(en: "a signing key was made", ja: "署名鍵を作成しました")
        case .recovered:
            Message(en: "a torn end was set aside", ja: "途切れた末尾を退避しました")
        case .damaged: Message(en: "the journal is damaged", ja: "ジャーナルが破損しています")
        case .linesLost: Message(en: "lines were lost", ja: "記録できなかった行があります")
        case .filesRemoved: Message(en: "old lines were removed", ja: "古い記録を削除しました")
        case .overBudget:
            Message(
                en: "incidents alone take more than the budget", ja: "インシデントの記録だけで容量の上限を超えています")
        }
    }
}
