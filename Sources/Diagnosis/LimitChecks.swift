internal import Linux
internal import Messages
internal import Policies

/// Limits of the kernel and of this process, and programs that help.
enum LimitChecks {
    static func all(_ policy: GuardPolicy?) -> [Finding] {
        [
            marks(policy), queue(), watches(), openFiles(), lockedMemory(), clock(),
            program(
                "nft", at: ["/usr/sbin/nft", "/sbin/nft"],
                text("clients cannot be cut off at the firewall", "ファイアウォールでクライアントを遮断できません"),
                package: "nftables"),
            program(
                "libmagic", at: libraries.map { $0.appending("libmagic.so.1") },
                text("libmagic gives no second opinion on contents", "libmagic による内容の二次判定ができません"),
                package: "libmagic1"),
        ]
    }

    private static let libraries: [BytePath] = [
        "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib",
    ]

    /// The number in a small file of `/proc`.
    static func number(_ path: BytePath) -> Int64? {
        guard let bytes = ProcessTable.contents(path, limit: 64) else { return nil }
        return Int64(String(decoding: bytes.filter { $0 > 32 }, as: UTF8.self))
    }

    /// Two groups put a mark on every canary.
    private static func marks(_ policy: GuardPolicy?) -> Finding {
        let needed = Int64(2 * (policy?.canaries.maximum ?? 0) + (policy?.watch.count ?? 1))
        guard let most = number("/proc/sys/fs/fanotify/max_user_marks") else {
            return Finding(
                .note, "fanotify.marks",
                text("the limit of fanotify marks is not known", "fanotify マークの上限は不明です"))
        }
        let fact = text(
            "fanotify marks: \(most) allowed, at most \(needed) needed",
            "fanotify マーク: 上限 \(most)、最大必要数 \(needed)")
        return most >= needed
            ? Finding(.good, "fanotify.marks", fact)
            : Finding(
                .degraded, "fanotify.marks", fact,
                text(
                    "raise fs.fanotify.max_user_marks, or lower canaries.max",
                    "fs.fanotify.max_user_marks を増やすか、canaries.max を減らしてください"))
    }

    private static func queue() -> Finding {
        let most = number("/proc/sys/fs/fanotify/max_queued_events")
        let shown = most.map(String.init) ?? "?"
        let fact = text("fanotify queue: \(shown) events", "fanotify キュー: \(shown) イベント")
        if let most, most < 16384 {
            return Finding(
                .degraded, "fanotify.queue", fact,
                text(
                    "set fs.fanotify.max_queued_events to 16384 or more",
                    "fs.fanotify.max_queued_events を 16384 以上にしてください"))
        }
        return Finding(.good, "fanotify.queue", fact)
    }

    /// Each watched folder takes one watch, about 1 kB of the kernel's memory.
    private static func watches() -> Finding {
        let watches = number("/proc/sys/fs/inotify/max_user_watches") ?? 0
        let instances = number("/proc/sys/fs/inotify/max_user_instances") ?? 0
        let fact = text(
            "inotify: \(watches) folders, \(instances) instances a user",
            "inotify: ユーザーあたり \(watches) フォルダー、\(instances) インスタンス")
        if watches >= 100_000, instances >= 16 { return Finding(.good, "inotify.limits", fact) }
        return Finding(
            .note, "inotify.limits", fact,
            text(
                "matters only without fanotify; raise fs.inotify.max_user_watches for large trees",
                "fanotify がない場合だけ影響します。大きなツリーでは fs.inotify.max_user_watches を増やしてください"))
    }

    private static func openFiles() -> Finding {
        let most = limit("Max open files")
        let fact = text("open files: \(most ?? "?")", "オープンファイル数の上限: \(most ?? "?")")
        if let most, let count = Int(most), count < 1024 {
            return Finding(
                .degraded, "limit.open-files", fact,
                text("set LimitNOFILE=4096 or more", "LimitNOFILE=4096 以上にしてください"))
        }
        return Finding(.good, "limit.open-files", fact)
    }

    /// The seal keeps its keys in locked memory.
    private static func lockedMemory() -> Finding {
        let most = limit("Max locked memory")
        let fact = text("locked memory: \(most ?? "?") bytes", "ロック可能なメモリー: \(most ?? "?") バイト")
        if let most, let count = Int(most), count < 1 << 20 {
            return Finding(
                .note, "limit.locked-memory", fact,
                text(
                    "keys may reach the swap space; set LimitMEMLOCK=1M or more",
                    "鍵がスワップに書かれる恐れがあります。LimitMEMLOCK=1M 以上にしてください"))
        }
        return Finding(.good, "limit.locked-memory", fact)
    }

    /// The soft limit in `/proc/self/limits`; a number of digits or `unlimited`.
    private static func limit(_ name: String) -> String? {
        let bytes = ProcessTable.contents("/proc/self/limits", limit: 8192) ?? []
        for line in bytes.split(separator: 10) where line.starts(with: name.utf8) {
            let words = line.dropFirst(name.utf8.count).split(separator: 32)
            return words.first.map { String(decoding: $0, as: UTF8.self) }
        }
        return nil
    }

    /// Freezes end by the wall clock and incidents carry its time.
    private static func clock() -> Finding {
        let time = Clock.timestamp()
        // 2025-01-01; this program is younger.
        guard Clock.wallNanoseconds > 1_735_689_600 * 1_000_000_000 else {
            return Finding(
                .degraded, "clock", text("the clock says \(time)", "時計が \(time) を示しています"),
                text("set the clock; incidents carry its time", "時計を合わせてください。インシデントの時刻に使われます"))
        }
        let isSynchronised =
            (try? FileStatus.following("/run/systemd/timesync/synchronized")) != nil
        return isSynchronised
            ? Finding(.good, "clock", text("the clock is synchronised", "時計は同期されています"))
            : Finding(
                .note, "clock",
                text(
                    "the clock says \(time); whether it is synchronised is not known",
                    "時計は \(time) です。同期の有無は確認できません"))
    }

    private static func program(
        _ name: String, at paths: [BytePath], _ loss: Message, package: String
    ) -> Finding {
        let found = paths.first { (try? FileStatus.following($0)) != nil }
        if let found {
            return Finding(.good, name, text("\(name) is at \(found)", "\(name): \(found)"))
        }
        return Finding(
            .note, name,
            text("\(name) is missing: \(loss.en)", "\(name) がありません: \(loss.ja)"),
            text("apt-get install \(package)", "apt-get install \(package)"))
    }
}
