internal import Control
internal import Linux
internal import Messages

extension Degradation {
    /// Why a process that serves everybody was not stopped.
    static let sharedService = Degradation(
        code: "file-server",
        text: Message(
            en: "not stopped: this process serves all clients of the file server",
            ja: "停止していません: このプロセスはファイルサーバーの全クライアントを担当しています"))

    static let unknownClient = Degradation(
        code: "unknown-client",
        text: Message(
            en: "nobody is turned away: the kernel tells of no client of this process",
            ja: "遮断していません: このプロセスのクライアントをカーネルから取得できません"))

    static let incompletePeers = Degradation(
        code: "peers-incomplete",
        text: Message(
            en: "the process has so many descriptors that not all were looked at for clients",
            ja: "ディスクリプターが多すぎるため、一部のクライアントを調べていません"))

    static let onlyReported = Degradation(
        code: "clients-only-reported",
        text: Message(
            en: "nobody is turned away: the policy says clients: {action: report}",
            ja: "遮断していません: ポリシーが clients: {action: report} です"))

    static let endedBefore = Degradation(
        code: "client-gone",
        text: Message(
            en: "the client had gone before its change was read: nothing was left to be ended",
            ja: "変更を読んだ時点でクライアントは切断済みでした。終了するプロセスはありません"))

    static func severalClients(_ addresses: [InternetAddress]) -> Degradation {
        let list = addresses.map(\.description).joined(separator: ", ")
        return Degradation(
            code: "several-clients",
            text: Message(
                en: "one process serves several addresses, any of which may have done it: \(list)",
                ja: "一つのプロセスが複数のアドレスを担当しており、実行元を特定できません: \(list)"))
    }

    static func severalUsers(_ names: String) -> Degradation {
        Degradation(
            code: "several-users",
            text: Message(
                en: "several users were logged in over the connection, any of whom may have done "
                    + "it: \(names)",
                ja: "一つの接続に複数の利用者がログインしており、実行した人を特定できません: \(names)"))
    }

    static func spared(_ addresses: [InternetAddress]) -> Degradation {
        let list = addresses.map(\.description).joined(separator: ", ")
        return Degradation(
            code: "never-cut-off",
            text: Message(
                en: "NOT turned away, the policy's never-cut-off names it: \(list)",
                ja: "遮断していません (ポリシーの never-cut-off に該当): \(list)"))
    }

    static func noFilter(_ refusal: Errno, isSambaTold: Bool) -> Degradation {
        Degradation(
            code: "no-packet-filter",
            text: isSambaTold
                ? Message(
                    en: "the packet filter refuses (\(refusal)): only Samba turns the client away",
                    ja: "パケットフィルターが使えません (\(refusal))。Samba だけがクライアントを拒否します")
                : Message(
                    en: "the client may connect again, the packet filter refuses: \(refusal)",
                    ja: "クライアントは再接続できます。パケットフィルターが使えません: \(refusal)"))
    }

    /// What is missing before anybody attacks.
    static func cannotCutOff(_ refusal: Errno) -> Degradation {
        Degradation(
            code: "no-packet-filter",
            text: Message(
                en: "clients of file servers can't be turned away, nf_tables refuses: \(refusal)",
                ja: "ファイルサーバーのクライアントを遮断できません (nf_tables: \(refusal))"))
    }

    static func noSessions(_ reason: Message) -> Degradation {
        Degradation(
            code: "no-samba-sessions",
            text: Message(
                en: "who was logged in is not known: \(reason.en)",
                ja: "ログイン中の利用者は不明です: \(reason.ja)"))
    }

    /// Why a user may go on writing, or could not be held to reading.
    static func noQuarantine(_ reason: Message) -> Degradation {
        Degradation(
            code: "no-quarantine",
            text: Message(
                en: "no Samba user can be held to reading: \(reason.en)",
                ja: "Samba の利用者を読み取り専用にできません: \(reason.ja)"))
    }

    static func partialQuarantine(_ reason: Message) -> Degradation {
        Degradation(code: "quarantine-partial", text: reason)
    }
}

extension IncidentReport {
    /// Adds what the guard could not do; it stays nil where that is nothing.
    mutating func add(lacks: [Degradation]) {
        if !lacks.isEmpty { degraded = (degraded ?? []) + lacks }
    }
}
