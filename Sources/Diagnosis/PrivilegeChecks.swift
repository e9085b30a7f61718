internal import Linux
internal import Messages

/// What this process may do.
enum PrivilegeChecks {
    static let asRoot = text("run it as root (CAP_SYS_ADMIN)", "root (CAP_SYS_ADMIN) で実行してください")

    static func all() -> [Finding] { capabilities() + [realTime(), processView()] }

    /// A capability, its bit, and what fails without it.
    ///
    /// Source: capabilities(7); facts/fileserver.md §5.
    private static let needed: [(name: String, bit: UInt64, loss: Message)] = [
        (
            "CAP_DAC_OVERRIDE", 1,
            text("canaries cannot be planted in folders of others", "他のユーザーのフォルダーにカナリアを置けません")
        ),
        (
            "CAP_DAC_READ_SEARCH", 2,
            text("files of others cannot be judged", "他のユーザーのファイルの内容を判定できません")
        ),
        ("CAP_KILL", 5, text("processes of others cannot be stopped", "他のユーザーのプロセスを止められません")),
        (
            "CAP_NET_ADMIN", 12,
            text("writers that end at once stay unknown", "すぐ終了する書き込み元を特定できません")
        ),
        (
            "CAP_SYS_PTRACE", 19,
            text(
                "what processes of others open and run cannot be seen",
                "他のユーザーのプロセスが開いたものや実行ファイルが見えません")
        ),
        (
            "CAP_SYS_ADMIN", 21,
            text(
                "only inotify is left: no process is known and no canary is held up",
                "inotify しか使えず、プロセスの特定もカナリアの保留もできません")
        ),
        (
            "CAP_SYS_NICE", 23,
            text("the guard cannot run before ordinary programs", "ガードを優先して実行できません")
        ),
    ]

    private static func capabilities() -> [Finding] {
        let held = effective()
        let (there, lacking) = needed.reduce(into: ([String](), [Finding]())) { result, one in
            if held >> one.bit & 1 == 1 { return result.0.append(one.name) }
            let fact = text(
                "\(one.name) is missing: \(one.loss.en)", "\(one.name) がありません: \(one.loss.ja)")
            let remedy = text(
                "run it as root, or add it to AmbientCapabilities and CapabilityBoundingSet",
                "root で実行するか、AmbientCapabilities と CapabilityBoundingSet に加えてください")
            result.1.append(Finding(.degraded, "capability." + one.name, fact, remedy))
        }
        if there.isEmpty { return lacking }
        let list = there.joined(separator: ", ")
        return [
            Finding(.good, "capabilities", text("holds \(list)", "保持している権限: \(list)"))
        ] + lacking
    }

    /// The effective set as `/proc/self/status` has it.
    static func effective() -> UInt64 {
        let status = ProcessTable.contents("/proc/self/status", limit: 8192) ?? []
        for line in status.split(separator: 10) where line.starts(with: "CapEff:".utf8) {
            let digits = line.dropFirst(7).filter { $0 > 32 }
            return UInt64(String(decoding: digits, as: UTF8.self), radix: 16) ?? 0
        }
        return 0
    }

    private static func realTime() -> Finding {
        let runtime = LimitChecks.number("/proc/sys/kernel/sched_rt_runtime_us") ?? -1
        do throws(Errno) {
            if runtime == 0 { throw .notPermitted }
            try Scheduling.setRealTime(priority: 1)
            try Scheduling.setOrdinary()
            return Finding(
                .good, "real-time",
                text("real-time scheduling is allowed", "リアルタイムスケジューリングを使えます"))
        } catch {
            return Finding(
                .degraded, "real-time",
                text(
                    "real-time scheduling is refused: an attacker can slow the guard down",
                    "リアルタイムスケジューリングを使えません。攻撃者がガードを遅らせる恐れがあります"),
                text(
                    "give CAP_SYS_NICE or LimitRTPRIO=1, and keep sched_rt_runtime_us above 0",
                    "CAP_SYS_NICE か LimitRTPRIO=1 を与え、sched_rt_runtime_us を 0 より大きくしてください"))
        }
    }

    private static func processView() -> Finding {
        let table = try? MountTable.current()
        let mount = table?.mounts.last { $0.point == "/proc" }
        let options = mount?.options.description ?? ""
        let hides = options.split(separator: ",").contains {
            $0.hasPrefix("hidepid=") && $0 != "hidepid=0" && $0 != "hidepid=off"
        }
        let fact = text("/proc is mounted with \(options)", "/proc のマウントオプション: \(options)")
        if hides, effective() >> 19 & 1 == 0 {
            return Finding(
                .degraded, "proc.hidepid", fact,
                text(
                    "processes of others are hidden; give CAP_SYS_PTRACE or mount /proc with hidepid=off",
                    "他のユーザーのプロセスが見えません。CAP_SYS_PTRACE を与えるか hidepid=off でマウントしてください"))
        }
        return Finding(
            .good, "proc.hidepid",
            text("/proc shows all processes", "/proc ですべてのプロセスが見えます"))
    }
}
