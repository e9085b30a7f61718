internal import Linux
internal import Messages

/// What the running kernel can do.
enum KernelChecks {
    static func all() -> [Finding] {
        [release(), names(), permission(), processEvents(), descriptors()]
    }

    /// Names of both files of a rename came with 5.17.
    private static let needed = (major: 5, minor: 17)

    private static func release() -> Finding {
        let bytes = ProcessTable.contents("/proc/sys/kernel/osrelease", limit: 256) ?? []
        let name = String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self)
        let numbers = name.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        let fact = text("kernel \(name)", "カーネル \(name)")
        guard numbers.count == 2, (numbers[0], numbers[1]) >= needed else {
            return Finding(
                .degraded, "kernel.release", fact,
                text(
                    "Linux 5.17 or newer is needed to watch with fanotify; 6.1 and 6.18 are tested",
                    "fanotify での監視には Linux 5.17 以降が必要です (6.1 と 6.18 で試験済み)"))
        }
        return Finding(.good, "kernel.release", fact)
    }

    private static func names() -> Finding {
        do throws(Errno) {
            _ = try Fanotify(.notification)
            return Finding(
                .good, "fanotify.names",
                text(
                    "fanotify reports names and file handles",
                    "fanotify がファイル名とハンドルを通知します"))
        } catch {
            return Finding(
                .degraded, "fanotify.names",
                text(
                    "fanotify with names is refused: \(error)",
                    "名前付きの fanotify が拒否されました: \(error)"),
                error == .notPermitted
                    ? PrivilegeChecks.asRoot
                    : text(
                        "without it inotify is used, which names no process; use a newer kernel",
                        "プロセスを特定できない inotify で代用します。新しいカーネルを使ってください"))
        }
    }

    private static func permission() -> Finding {
        do throws(Errno) {
            _ = try Fanotify(.permission)
            return Finding(
                .good, "fanotify.permission",
                text(
                    "fanotify can hold up whoever opens a canary",
                    "カナリアを開くプロセスを fanotify で保留できます"))
        } catch {
            return Finding(
                .degraded, "fanotify.permission",
                text(
                    "openings of canaries cannot be held up: \(error)",
                    "カナリアを開く操作を保留できません: \(error)"),
                error == .notPermitted
                    ? PrivilegeChecks.asRoot
                    : text(
                        "the kernel needs CONFIG_FANOTIFY_ACCESS_PERMISSIONS",
                        "カーネルに CONFIG_FANOTIFY_ACCESS_PERMISSIONS が必要です"))
        }
    }

    private static func processEvents() -> Finding {
        do throws(Errno) {
            _ = try ProcessEvents(bufferByteCount: 1 << 16)
            return Finding(
                .good, "process-events",
                text(
                    "the kernel reports births and ends of processes",
                    "カーネルがプロセスの生成と終了を通知します"))
        } catch {
            return Finding(
                .degraded, "process-events",
                text(
                    "births and ends of processes are not reported: \(error)",
                    "プロセスの生成と終了が通知されません: \(error)"),
                text(
                    "writers that end at once stay unknown; give CAP_NET_ADMIN, outside of containers",
                    "すぐ終了する書き込み元を特定できません。コンテナーの外で CAP_NET_ADMIN を与えてください"))
        }
    }

    private static func descriptors() -> Finding {
        do throws(Errno) {
            let own = try ProcessHandle(pid: ProcessHandle.own)
            _ = try own.copyDescriptor(own.descriptor.rawValue)
            return Finding(
                .good, "pidfd",
                text("pidfd and pidfd_getfd work", "pidfd と pidfd_getfd が使えます"))
        } catch {
            return Finding(
                .degraded, "pidfd",
                text("pidfd_getfd is refused: \(error)", "pidfd_getfd が拒否されました: \(error)"),
                text(
                    "allow pidfd_open and pidfd_getfd in the service's SystemCallFilter (@debug)",
                    "サービスの SystemCallFilter で pidfd_open と pidfd_getfd (@debug) を許可してください"))
        }
    }
}
