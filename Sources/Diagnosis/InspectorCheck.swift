internal import Inspecting
internal import Linux
internal import Messages

/// Whether contents can be taken apart in a process without rights.
enum InspectorCheck {
    /// The user that the guard falls back to; see docs/install.md.
    private static let nobody = "65534"
    /// `SIGSYS`, by which the kernel ends who makes a forbidden call.
    private static let badCall: Int32 = 31

    /// Where systemd listens for the guard; see `packaging/debian/kanaria.kanariad.service`.
    private static let packaged: BytePath = "/run/kanaria-inspector.sock"
    /// As long as the guard waits for one file.
    private static let patienceMilliseconds: Int32 = 2000

    /// Tries what the guard would use: the socket where it is told of one, else the program.
    static func run(at socket: BytePath?) -> Finding {
        if let socket { return ask(at: socket) }
        let hasPackaged = (try? FileStatus.of(packaged)) != nil
        return hasPackaged ? ask(at: packaged) : start()
    }

    /// Has one that a service manager starts look into a file, and sees who answers.
    private static func ask(at socket: BytePath) -> Finding {
        // Source: as the guard does (`Inspections`).
        let user = Users.number(of: "kanaria-inspector") ?? 65534
        do throws(InspectorError) {
            var inspector = try Inspector(connectingTo: socket, user: user)
            let file = try ownProgram()
            _ = try inspector.inspect(
                file, byteCount: (try? file.status().byteCount) ?? 0,
                withinMilliseconds: patienceMilliseconds)
            inspector.end()
            return works
        } catch {
            return lacks(
                text("\(socket): \(error.reason.en)", "\(socket): \(error.reason.ja)"),
                text(
                    "look at `systemctl status kanaria-inspector.socket`; ask as root",
                    "`systemctl status kanaria-inspector.socket` を確認し、root で実行してください"))
        }
    }

    /// A regular file that is sure to be there.
    private static func ownProgram() throws(InspectorError) -> FileDescriptor {
        do throws(Errno) {
            return try FileDescriptor.open(ProcessTable.executable(ProcessHandle.own) ?? "/nowhere")
        } catch {
            throw .start(error)
        }
    }

    /// Starts the program and has it try what it may not.
    private static func start() -> Finding {
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
            return works
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

    private static let works = Finding(
        .good, "inspector",
        text(
            "contents are taken apart by a process without rights",
            "内容の解析は権限のないプロセスで行います"))

    private static func lacks(_ reason: Message, _ remedy: Message) -> Finding {
        Finding(
            .degraded, "inspector",
            text(
                "written files are judged by samples alone, kanaria-inspector does not work: \(reason.en)",
                "書き込まれたファイルは一部だけで判定します。kanaria-inspector が使えません: \(reason.ja)"),
            remedy)
    }
}

extension InspectorError {
    fileprivate var reason: Message {
        switch self {
        case .start(let error): text("it can't be reached: \(error)", "接続できません: \(error)")
        case .ended, .late, .garbled: text("it does not answer as it should", "正しく応答しません")
        case .stranger(let user):
            text("user \(user) answers in its place", "ユーザー \(user) が代わりに応答しています")
        }
    }
}
