import Foundation
import Testing

/// The kernel's limits, lowered in a user namespace where nobody else is.
@Suite("Limits of inotify", .timeLimit(.minutes(1)))
struct InotifyLimitTests {
    private static let canUnshare =
        (try? GuardedRange.runPath(
            "/usr/bin/unshare", ["-U", "-r", "test", "-w", "/proc/sys/user/max_inotify_watches"]
        ).status) == 0

    struct Limit: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Name and value of `/proc/sys/user`.
        var setting: String
        var value: Int
        var en: [String]
        var ja: [String]
    }

    static let limits: [Limit] = [
        Limit(
            testDescription: "watches", setting: "max_inotify_watches", value: 3,
            en: [
                "nothing beneath HOME/files/フォルダー/", "fs.inotify.max_user_watches is reached",
                "sysctl fs.inotify.max_user_watches=",
            ],
            ja: ["HOME/files/フォルダー/", "以下は監視できません", "sysctl fs.inotify.max_user_watches="]),
        Limit(
            testDescription: "watches, not even one", setting: "max_inotify_watches", value: 0,
            en: ["nothing beneath HOME/files is seen", "sysctl fs.inotify.max_user_watches="],
            ja: ["HOME/files 以下は監視できません", "sysctl fs.inotify.max_user_watches="]),
        Limit(
            testDescription: "instances", setting: "max_inotify_instances", value: 0,
            en: ["no inotify instance", "sysctl fs.inotify.max_user_instances="],
            ja: ["inotify を開けません", "sysctl fs.inotify.max_user_instances="]),
    ]

    @Test(
        "are told with what to do about them", .enabled(if: canUnshare, "needs user namespaces"),
        arguments: limits, ["en", "ja"])
    func told(_ limit: Limit, language: String) throws {
        let home = "/var/tmp/kanaria-limit-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: home) }
        for name in ["一", "二", "三", "四"] {
            try FileManager.default.createDirectory(
                atPath: home + "/files/フォルダー/" + name, withIntermediateDirectories: true)
        }
        try RunningGuard.policy(
            home: home, watch: [home + "/files"], extra: "sensor: inotify"
        ).write(toFile: home + "/policy.yaml", atomically: true, encoding: .utf8)
        let script = """
            echo \(limit.value) > /proc/sys/user/\(limit.setting) || exit 90
            \(Products.folder)/kanariad --policy \(home)/policy.yaml --lang \(language) \
            2> \(home)/said & G=$!
            until grep -q fs.inotify \(home)/said; do kill -0 $G || break; sleep 0.02; done
            kill $G; wait $G; cat \(home)/said
            """
        let ended = try GuardedRange.runPath("/usr/bin/unshare", ["-U", "-r", "sh", "-c", script])
        for part in language == "en" ? limit.en : limit.ja {
            let text = part.replacing("HOME", with: home)
            #expect(ended.output.contains(text), "\(ended.output)")
        }
    }
}
