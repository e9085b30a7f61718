internal import Linux
internal import Messages
internal import Policies
internal import Sensing

/// The folders that a policy names.
enum FolderChecks {
    static func all(_ policy: GuardPolicy) -> [Finding] {
        policy.watch.map { watched(BytePath($0)) }
            + [
                own(BytePath(policy.stateDirectory), "state-directory"),
                own(BytePath(policy.runDirectory), "run-directory"), daemon(policy),
            ]
    }

    /// File systems on which whole-file-system marks were measured.
    ///
    /// Source: facts/kernel.md §0.
    private static let measured: Set<String> = ["ext4", "xfs", "btrfs", "tmpfs", "overlay"]
    /// Others write to these without this kernel seeing it.
    private static let remote: Set<String> = [
        "nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p", "ceph", "glusterfs",
    ]

    private static func watched(_ path: BytePath) -> Finding {
        let type: String
        do throws(Errno) {
            let folder = try FileDescriptor.open(path, [.directory])
            let number = try folder.mountNumber()
            let mount = (try? MountTable.current())?[number]
            type = mount?.fileSystem.description ?? "?"
        } catch {
            return Finding(
                .broken, "watch",
                text("\(path) cannot be opened: \(error)", "\(path) を開けません: \(error)"),
                text(
                    "correct the policy's key “watch”, or mount what is missing",
                    "ポリシーの watch を直すか、必要なファイルシステムをマウントしてください"))
        }
        if remote.contains(type) {
            return Finding(
                .degraded, "watch",
                text(
                    "\(path) lies on \(type): what other hosts write is not seen",
                    "\(path) は \(type) 上にあり、他のホストによる書き込みは見えません"),
                text("run the guard on the file server", "ファイルサーバー上でガードを実行してください"))
        }
        return marked(path, type)
    }

    private static func marked(_ path: BytePath, _ type: String) -> Finding {
        do throws(SensorError) {
            _ = try FanotifySensor(watching: [path])
        } catch {
            if case .cannotCover(_, _, let obstacle) = error {
                return Finding(
                    .degraded, "watch",
                    text(
                        "\(path) lies on \(type), \(obstacle.problem.en)",
                        "\(path) は \(type) 上にあり、\(obstacle.problem.ja)"), obstacle.hint)
            }
            return Finding(
                .degraded, "watch",
                text(
                    "\(path) lies on \(type), which cannot be marked with fanotify",
                    "\(path) は \(type) 上にあり、fanotify で監視できません"),
                text(
                    "inotify is used instead: no process is known and no canary is held up",
                    "inotify で代用します。プロセスの特定とカナリアの保留はできません"))
        }
        let isMeasured = measured.contains(type)
        return Finding(
            isMeasured ? .good : .note, "watch",
            text("\(path) lies on \(type)", "\(path) のファイルシステム: \(type)"),
            isMeasured
                ? nil
                : text(
                    "this file system was not measured: run `kanaria selftest` on it",
                    "未測定のファイルシステムです。`kanaria selftest` で確かめてください"))
    }

    /// Tries with a file without a name, which leaves nothing behind.
    private static func own(_ path: BytePath, _ key: String) -> Finding {
        var place = path
        while (try? FileStatus.following(place)) == nil, place.parent != place {
            place = place.parent
        }
        do throws(Errno) {
            _ = try FileDescriptor.open(place, [.unnamed, .readWrite])
        } catch {
            // Not every file system knows files without names; that says nothing of others.
            if error != .notSupported, error != .isDirectory {
                return Finding(
                    .broken, key,
                    text(
                        "\(path) cannot be written: \(error)", "\(path) に書き込めません: \(error)"),
                    text(
                        "run it as root, make room, or name another place with \(key)",
                        "root で実行するか、空きを作るか、\(key) に別の場所を指定してください"))
            }
        }
        let status = try? FileStatus.following(path)
        if let status, status.permissions & 0o077 != 0 {
            return Finding(
                .degraded, key,
                text("others may enter \(path)", "\(path) に他のユーザーがアクセスできます"),
                text("chmod 0700 \(path)", "chmod 0700 \(path)"))
        }
        return Finding(
            .good, key,
            status == nil
                ? text("\(path) will be made", "\(path) は起動時に作られます")
                : text("\(path) can be written", "\(path) に書き込めます"))
    }

    private static func daemon(_ policy: GuardPolicy) -> Finding {
        let path = BytePath(policy.runDirectory).appending("control.sock")
        if (try? UnixSocket.connect(to: path)) != nil {
            return Finding(
                .good, "daemon", text("a guard listens at \(path)", "\(path) でガードが待ち受けています"))
        }
        return Finding(
            .note, "daemon",
            text("no guard listens at \(path)", "\(path) で待ち受けているガードはありません"),
            text(
                "start it with `kanariad --policy FILE`",
                "`kanariad --policy ファイル` で起動してください"))
    }
}
