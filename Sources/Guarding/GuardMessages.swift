internal import Linux
public import Messages
internal import Policies
internal import Sensing

extension GuardError: Explained {
    /// What happened, to which file.
    public var problem: Message {
        switch self {
        case .policyFile(let path, let error):
            Message(
                en: "cannot read the policy \(path): \(error)",
                ja: "ポリシー \(path) を読めません: \(error)")
        case .policy(let path, let error):
            Message(
                en: "\(path):\(error.place == nil ? " " : "")\(error.problem.en)",
                ja: "\(path):\(error.place == nil ? " " : "")\(error.problem.ja)")
        case .folder(let path, let error):
            Message(
                en: "cannot open the watched folder \(path): \(error)",
                ja: "監視対象フォルダー \(path) を開けません: \(error)")
        case .ownFolder(let path, let error):
            Message(
                en: "cannot keep files of its own in \(path): \(error)",
                ja: "\(path) に自身のファイルを置けません: \(error)")
        case .needsRestart(let key):
            Message(
                en: "\(key) cannot change while the guard runs",
                ja: "\(key) は実行中に変更できません")
        case .alreadyRunning(let folder):
            Message(
                en: "another kanariad already uses \(folder)",
                ja: "別の kanariad がすでに \(folder) を使っています")
        case .sensor(SensorError.cannotInitialise(let error)):
            Message(
                en: "the kernel gives no fanotify group: \(error)",
                ja: "カーネルが fanotify を許可しません: \(error)")
        case .sensor(SensorError.cannotMark(let path, let error)):
            Message(
                en: "\(path) cannot be watched: \(error)",
                ja: "\(path) を監視できません: \(error)")
        case .sensor(SensorError.watchLimit(let path)):
            Message(
                en: "nothing beneath \(path) is seen: fs.inotify.max_user_watches is reached",
                ja: "\(path) 以下は監視できません: fs.inotify.max_user_watches の上限に達しました")
        case .sensor(SensorError.instanceLimit):
            Message(
                en: "no inotify instance: fs.inotify.max_user_instances is reached",
                ja: "inotify を開けません: fs.inotify.max_user_instances の上限に達しました")
        case .sensor(SensorError.lostFolder(let path)):
            Message(
                en: "\(path) was removed, moved away or unmounted: nothing in it is seen",
                ja: "\(path) は削除、移動、またはアンマウントされたため監視できません")
        case .sensor(SensorError.cannotCover(let path, let type, let obstacle)):
            Message(
                en: "\(path) lies on \(type), \(obstacle.problem.en)",
                ja: "\(path) は \(type) 上にあり、\(obstacle.problem.ja)")
        case .sensor(let error):
            Message(en: "the sensor failed: \(error)", ja: "センサーが失敗しました: \(error)")
        case .ledger(let error):
            Message(
                en: "the list of canaries cannot be used: \(error)",
                ja: "カナリアの一覧を使えません: \(error)")
        case .system(let error):
            Message(
                en: "the kernel refused: \(error)", ja: "カーネルが拒否しました: \(error)")
        }
    }

    /// What to do about it.
    public var hint: Message? {
        switch self {
        case .policyFile:
            Message(
                en: "name an existing policy with --policy",
                ja: "--policy で存在するポリシーを指定してください")
        case .policy(_, let error): error.hint
        case .folder(_, .permissionDenied), .ownFolder(_, .permissionDenied),
            .ownFolder(_, .notPermitted):
            Message(en: "run it as root", ja: "root で実行してください")
        case .folder:
            Message(
                en: "correct the policy's key “watch”, or mount what is missing",
                ja: "ポリシーの watch を直すか、必要なファイルシステムをマウントしてください")
        case .ownFolder(_, .readOnlyFileSystem), .ownFolder(_, .noSpace):
            Message(
                en: "name another place with state-directory or run-directory, or make room",
                ja: "state-directory か run-directory に別の場所を指定するか、空きを作ってください")
        case .sensor(SensorError.cannotInitialise(.notPermitted)):
            Message(
                en: "run it as root (CAP_SYS_ADMIN), or let the policy say “sensor: auto”",
                ja: "root (CAP_SYS_ADMIN) で実行するか、ポリシーで sensor: auto を指定してください")
        case .sensor(SensorError.cannotInitialise(.notImplemented)),
            .sensor(SensorError.cannotInitialise(.invalidArgument)):
            Message(
                en: "Linux 5.17 or newer is needed; `kanaria doctor` says what is missing",
                ja: "Linux 5.17 以降が必要です。不足は `kanaria doctor` で確認できます")
        case .sensor(SensorError.cannotCover(_, _, let obstacle)): obstacle.hint
        case .ownFolder(_, .nameTooLong):
            Message(
                en: "name a shorter run-directory: a socket's path has at most 107 bytes",
                ja: "run-directory を短くしてください (ソケットのパスは最大 107 バイト)")
        case .needsRestart:
            Message(en: "restart kanariad", ja: "kanariad を再起動してください")
        case .sensor(.watchLimit):
            Message(
                en: "raise it: sysctl fs.inotify.max_user_watches=1048576",
                ja: "sysctl fs.inotify.max_user_watches=1048576 で引き上げてください")
        case .sensor(.instanceLimit):
            Message(
                en: "raise it: sysctl fs.inotify.max_user_instances=1024",
                ja: "sysctl fs.inotify.max_user_instances=1024 で引き上げてください")
        case .alreadyRunning:
            Message(
                en: "ask it with `kanaria status`, or give this one another run-directory",
                ja: "`kanaria status` で確認するか、別の run-directory を指定してください")
        default: nil
        }
    }
}

extension GuardError {
    /// How the program ends; the numbers are those of `sysexits.h`.
    public var exitCode: Int32 {
        switch self {
        case .policyFile, .folder: 66
        case .policy, .needsRestart: 78
        case .ownFolder, .ledger: 73
        case .alreadyRunning: 75
        case .sensor(SensorError.cannotInitialise(.notPermitted)): 77
        case .sensor: 69
        case .system: 71
        }
    }
}
