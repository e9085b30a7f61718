internal import Linux
internal import Messages

/// Whether contents can be taken apart in a process without rights.
enum InspectorCheck {
    /// The user that the guard falls back to; see docs/install.md.
    private static let nobody = "65534"
    /// `SIGSYS`, by which the kernel ends who makes a forbidden call.
    private static let badCall: Int32 = 31

    /// Starts the program and has it try what it may not.
    static func run() -> Finding {
        let own = ProcessTable.executable(ProcessHandle.own)?.parent ?? ""
        let arguments: [BytePath] = ["--user", BytePath(nobody), "--try", "open"]
        let ended: ExitStatus
        do throws(Errno) {
            ended = try ChildProcess(
                own.appending("kanaria-inspector"), arguments: arguments
            ).wait()
        } catch {
            return lacks(
                text("it can't be started: \(error)", "起動できません: \(error)"),
                text(
                    "install kanaria-inspector beside kanariad",
                    "kanaria-inspector を kanariad と同じ場所に置いてください"))
        }
        switch ended {
        case .signalled(badCall):
            return Finding(
                .good, "inspector",
                text(
                    "contents are taken apart by a process without rights",
                    "内容の解析は権限のないプロセスで行います"))
        case .exited(77):
            return lacks(
                text("it may not change its user", "ユーザーを切り替えられません"),
                text(
                    "give CAP_SETUID and CAP_SETGID",
                    "CAP_SETUID と CAP_SETGID を与えてください"))
        default:
            return lacks(
                text("it can't give up its rights", "権限を放棄できません"),
                text(
                    "use a kernel with seccomp filters (CONFIG_SECCOMP_FILTER)",
                    "seccomp フィルターのあるカーネル (CONFIG_SECCOMP_FILTER) を使ってください"))
        }
    }

    private static func lacks(_ reason: Message, _ remedy: Message) -> Finding {
        Finding(
            .degraded, "inspector",
            text(
                "written files are judged by samples alone, kanaria-inspector does not work: \(reason.en)",
                "書き込まれたファイルは一部だけで判定します。kanaria-inspector が使えません: \(reason.ja)"),
            remedy)
    }
}
