import Foundation
import Linux
import Testing

@Suite(
    "Faults", .serialized, .timeLimit(.minutes(1)),
    .enabled(if: Products.canGuard, "needs root and fanotify permission events"))
struct FaultTests {
    struct BadStart: CustomTestStringConvertible, Sendable {
        var testDescription: String
        /// Shell; `$H` is a folder of the test's own, `$K` runs the guard on `$H/policy.yaml`.
        var script = "$K"
        var change: @Sendable (String) -> String = { $0 }
        var status: Int32
        var en: [String]
        var ja: [String]
    }

    static let starts: [BadStart] = [
        BadStart(
            testDescription: "a watched folder that is missing",
            change: { $0.replacing("/files", with: "/gone") }, status: 66,
            en: ["cannot open the watched folder", "No such file", "watch"],
            ja: ["監視対象フォルダー", "watch"]),
        BadStart(
            testDescription: "a watched folder that is a file",
            script: "touch $H/files; $K", status: 66,
            en: ["cannot open the watched folder", "Not a directory"], ja: ["監視対象フォルダー"]),
        BadStart(
            testDescription: "a watched folder that may not be read",
            script: "mkdir -m 700 $H/files; chmod 755 $H; setpriv --reuid 4242 --clear-groups $K",
            status: 66, en: ["cannot open the watched folder", "Permission denied", "as root"],
            ja: ["監視対象フォルダー", "root で実行"]),
        BadStart(
            testDescription: "a policy with a wrong word",
            script: "mkdir $H/files; $K",
            change: { $0.replacing("mode: kill", with: "mode: perhaps") }, status: 78,
            en: ["policy.yaml:4:7: mode: “perhaps”", "observe, freeze, kill"],
            ja: ["policy.yaml:4:7: mode: 「perhaps」", "次のいずれか"]),
        BadStart(
            testDescription: "a policy that is not UTF-8",
            script: "mkdir $H/files; printf 'name: \\377\\n' >> $H/policy.yaml; $K", status: 78,
            en: ["policy.yaml: byte", "is not UTF-8"], ja: ["UTF-8 ではありません"]),
        BadStart(
            testDescription: "no privileges for fanotify",
            script:
                "mkdir $H/files; chown -R 4242 $H; setpriv --reuid 4242 --clear-groups --bounding-set -all $K",
            change: { $0 + "\nsensor: fanotify" }, status: 77,
            en: ["the kernel gives no fanotify group", "as root (CAP_SYS_ADMIN)"],
            ja: ["fanotify を許可しません", "root (CAP_SYS_ADMIN)"]),
        BadStart(
            testDescription: "a kernel without fanotify",
            script: "mkdir $H/files; python3 $H/old.py ENOSYS $K",
            change: { $0 + "\nsensor: fanotify" }, status: 69,
            en: ["the kernel gives no fanotify group", "Linux 5.17 or newer"],
            ja: ["fanotify を許可しません", "Linux 5.17 以降"]),
        BadStart(
            testDescription: "a kernel whose fanotify knows no names",
            script: "mkdir $H/files; python3 $H/old.py EINVAL $K",
            change: { $0 + "\nsensor: fanotify" }, status: 69,
            en: ["the kernel gives no fanotify group", "Linux 5.17 or newer"],
            ja: ["fanotify を許可しません", "Linux 5.17 以降"]),
        BadStart(
            testDescription: "a state directory on a read-only file system",
            script:
                "mkdir $H/files $H/state; exec unshare -m sh -c 'mount -t tmpfs -o ro none $0/state; shift; exec \"$@\"' $H - $K",
            status: 73, en: ["cannot keep files of its own in", "Read-only file system"],
            ja: ["自身のファイルを置けません", "state-directory"]),
        BadStart(
            testDescription: "a run directory whose name is too long for a socket",
            script: "mkdir $H/files; $K",
            change: { $0.replacing("/run", with: "/" + String(repeating: "r", count: 120)) },
            status: 73, en: ["cannot keep files of its own in", "at most 107 bytes"],
            ja: ["自身のファイルを置けません", "最大 107 バイト"]),
        BadStart(
            testDescription: "a state directory that is a file",
            script: "mkdir $H/files; touch $H/state; $K", status: 73,
            en: ["cannot keep files of its own in"], ja: ["自身のファイルを置けません"]),
    ]

    @Test("at the start are explained", arguments: starts, ["en", "ja"])
    func refused(_ one: BadStart, language: String) throws {
        let home = "/var/tmp/kanaria-fault-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: home) }
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        let policy = RunningGuard.policy(home: home, watch: [home + "/files"])
        try one.change(policy).write(
            toFile: home + "/policy.yaml", atomically: true, encoding: .utf8)
        try OldKernel.script.write(
            toFile: home + "/old.py", atomically: true, encoding: .utf8)
        let script = """
            exec 2>&1
            H=\(home)
            K="\(Products.folder)/kanariad --policy $H/policy.yaml --lang \(language)"
            \(one.script)
            """
        let ended = try GuardedRange.runPath("/bin/sh", ["-c", script])
        #expect(ended.status == one.status, "\(ended.output)")
        for part in language == "en" ? one.en : one.ja {
            #expect(ended.output.contains(part), "\(ended.output)")
        }
    }

    @Test("a full disk costs the record, never the stop", arguments: ["en", "ja"])
    func fullDisk(language: String) throws {
        let range = try GuardedRange()
        let state = range.home + "/state"
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
        #expect(
            try GuardedRange.runPath(
                "/bin/mount", ["-t", "tmpfs", "-o", "size=64k,mode=700", "none", state]
            ).status == 0)
        defer { _ = try? GuardedRange.runPath("/bin/umount", ["-l", state]) }
        let running = try RunningGuard(
            home: range.home,
            policy: RunningGuard.policy(home: range.home, watch: [range.files]),
            language: language)
        _ = try GuardedRange.runPath("/bin/sh", ["-c", "cat /dev/zero > '\(state)/full'"])
        #expect(try range.attack(["--speed", "250"]).status != 0)
        #expect(try range.lost() <= 40)
        let says = ["en": "the last incident could not be written", "ja": "記録できませんでした"]
        #expect(running.waitForMessage(says[language] ?? "?"))
        // The journal may have had room for some lines in its last block.
        let lacks = Set(try running.degraded()).subtracting(["journal-not-written"])
        #expect(lacks == ["record-not-written", "no-sketches"])
        running.end()
    }

    @Test("a file system that is unmounted and mounted again is watched again")
    func remount() throws {
        let range = try GuardedRange(files: 5)
        let (image, mount) = (range.home + "/image", range.home + "/mount")
        func shell(_ script: String) throws -> Int32 {
            try GuardedRange.runPath("/bin/sh", ["-c", script]).status
        }
        #expect(
            try shell(
                """
                truncate -s 32M '\(image)' && mkfs.ext4 -q -F '\(image)' && mkdir '\(mount)' &&
                mount -o loop '\(image)' '\(mount)' && mkdir '\(mount)/share'
                """) == 0)
        defer { _ = try? shell("umount -l '\(mount)'") }
        let running = try RunningGuard(
            home: range.home,
            policy: RunningGuard.policy(home: range.home, watch: [mount + "/share"]))
        // The guard keeps the file system in use.
        #expect(try shell("umount '\(mount)'") != 0)
        #expect(try shell("umount -l '\(mount)'") == 0)
        #expect(running.waitForMessage("a watched folder is gone"))
        #expect(try running.degraded() == ["watch-lost"])
        #expect(try shell("mount -o loop '\(image)' '\(mount)'") == 0)
        while try running.degraded() != [] { Clock.sleep(nanoseconds: 50_000_000) }
        let inside = mount + "/share/range"
        #expect(
            try GuardedRange.run("kanaria-attack", ["make", inside, "--files", "100"]).status == 0)
        let attack = try GuardedRange.runPath(
            "/usr/bin/setsid",
            ["--wait", Products.folder + "/kanaria-attack", "run", inside, "--speed", "250"])
        #expect(attack.status != 0)
        running.end()
    }

    @Test("a killed guard lets every opener of a canary go")
    func killed() throws {
        let range = try GuardedRange(files: 5)
        let before = range.regularFiles()
        let running = try RunningGuard(
            home: range.home,
            policy: RunningGuard.policy(home: range.home, watch: [range.files], canaries: true))
        while try running.status()["canariesTotal"] as? Int == 0 {
            Clock.sleep(nanoseconds: 20_000_000)
        }
        let canary = try #require(range.regularFiles().subtracting(before).first)
        for count in 0..<200 {
            if count == 20 { running.signal(SIGKILL) }
            let start = Clock.monotonicNanoseconds
            _ = try FileDescriptor.open(BytePath(canary))
            #expect(Clock.monotonicNanoseconds - start < 5_000_000_000)
        }
        running.process.waitUntilExit()
    }

    @Test("a process is not blamed for what another with its number did")
    func reusedNumber() throws {
        let range = try GuardedRange(files: 20)
        let second = range.home + "/second"
        #expect(
            try GuardedRange.run("kanaria-attack", ["make", second, "--files", "20"]).status == 0)
        defer { _ = try? GuardedRange.run("kanaria-attack", ["remove", second]) }
        try RunningGuard.policy(home: range.home, watch: [range.files, second])
            .write(toFile: range.home + "/policy.yaml", atomically: true, encoding: .utf8)
        // Alone in a space of process numbers, so that the next number can be chosen.
        let script = """
            setsid \(Products.folder)/kanariad --policy \(range.home)/policy.yaml --lang en 2>err &
            G=$!
            until grep -q guards err; do kill -0 $G || exit 97; sleep 0.02; done
            A=\(Products.folder)/kanaria-attack
            setsid $A run \(range.files) --speed 250 --limit 4 >&2 & P=$!
            wait $P || exit 96
            echo $((P - 1)) > /proc/sys/kernel/ns_last_pid
            setsid $A run \(second) --speed 250 --limit 4 >&2 & Q=$!
            wait $Q || exit 95
            kill $G
            wait $G
            [ $P = $Q ] || exit 94
            """
        let ended = try GuardedRange.runPath(
            "/usr/bin/unshare",
            ["--pid", "--fork", "--mount-proc", "sh", "-c", "cd \(range.home); " + script])
        #expect(ended.status == 0)
        #expect(try range.incidents().isEmpty)
    }

    static let names: [(String, String)] = [
        ("not UTF-8", "printf 'folder-\\377\\376'"),
        ("newlines", "printf 'one\\ntwo\\n\\tthree'"),
        ("Japanese", "printf '日本語の　フォルダー'"),
        (
            "4000 bytes",
            "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do printf '%0250d/' $i; done"
        ),
    ]

    @Test("names of every kind are guarded and told", arguments: names)
    func oddNames(_ kind: String, script: String) throws {
        let range = try GuardedRange(files: 5)
        let running = try RunningGuard(
            home: range.home, policy: RunningGuard.policy(home: range.home, watch: [range.files]))
        let attack = try GuardedRange.runPath(
            "/bin/sh",
            [
                "-c",
                """
                A=\(Products.folder)/kanaria-attack
                D="\(range.files)/$(\(script); printf x)"
                mkdir -p "$D" && $A make "$D/r" --files 100 >&2 || exit 99
                setsid --wait $A run "$D/r" --speed 250; S=$?
                $A remove "$D/r" >&2
                rm -rf "$D"
                exit $S
                """,
            ])
        #expect(attack.status != 0 && attack.status != 99, "\(attack)")
        running.end()
        let incidents = try range.incidents()
        #expect(incidents.contains { $0["state"] as? String == "killed" })
        let files = incidents.flatMap { $0["files"] as? [[String: Any]] ?? [] }
        let paths = files.compactMap { ($0["path"] as? [String: Any])?["path"] as? String }
        #expect(paths.contains { $0.hasPrefix(range.files) && $0.contains("/r/") }, "\(paths)")
        if kind == "not UTF-8" {
            #expect(files.contains { ($0["path"] as? [String: Any])?["rawPath"] is String })
        }
    }
}
