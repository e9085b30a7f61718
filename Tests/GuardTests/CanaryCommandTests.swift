import Foundation
import Testing

@Suite(
    "The verbs for canaries", .timeLimit(.minutes(1)),
    .enabled(if: Products.canGuard, "needs root and fanotify permission events"))
struct CanaryCommandTests {
    /// Paths and states, as `kanaria canaries list --json` gives them.
    static func list(_ range: GuardedRange) throws -> [String: String] {
        let output = try range.ask(["canaries", "list", "--json"]).output
        let object = try JSONSerialization.jsonObject(with: Data(output.utf8))
        var states = [String: String]()
        for entry in object as? [[String: Any]] ?? [] {
            let path = (entry["path"] as? [String: Any])?["path"] as? String
            states[path ?? "?"] = entry["state"] as? String
        }
        return states
    }

    /// Looks at the list until it is as wanted.
    static func wait(
        _ range: GuardedRange, until isReached: ([String: String]) -> Bool
    ) throws -> [String: String] {
        while true {
            let states = try list(range)
            if isReached(states) { return states }
        }
    }

    @Test("list, retire and plant", arguments: ["default", "hidden", "one"])
    func verbs(kind: String) throws {
        let extra = ["hidden": ", hidden: true", "one": ", per-folder: 1"][kind] ?? ""
        let range = try GuardedRange(files: 20)
        try range.startGuard(mode: "kill", canaries: true, canaryKeys: extra)
        let planted = try Self.list(range)
        #expect(!planted.isEmpty && planted.values.allSatisfy { $0 == "intact" })
        #expect(planted.keys.allSatisfy { FileManager.default.fileExists(atPath: $0) })
        let perFolder = ["hidden": 4, "one": 1][kind] ?? 2
        #expect(planted.count.isMultiple(of: perFolder))
        #expect(planted.keys.contains { $0.contains("/.") } == (kind == "hidden"))

        let preview = try range.ask(["canaries", "retire", "--dry-run"])
        #expect(preview.status == 0 && preview.output.hasPrefix("\(planted.count) would"))
        #expect(try Self.list(range) == planted)
        #expect(try range.ask(["canaries", "retire"]).status == 0)
        #expect(try Self.list(range).isEmpty)
        #expect(planted.keys.allSatisfy { !FileManager.default.fileExists(atPath: $0) })

        let folders = try range.ask(["canaries", "plant", "--dry-run"])
        #expect(folders.output.hasPrefix("\(planted.count / perFolder) folders"))
        #expect(try Self.list(range).isEmpty)
        #expect(try range.ask(["canaries", "plant"]).status == 0)
        #expect(try Self.list(range).count == planted.count)
        range.stopGuard()
        #expect(try range.incidents().isEmpty)
    }

    @Test("what is no canary any more is not removed")
    func changed() throws {
        let range = try GuardedRange(files: 10)
        try range.startGuard(mode: "observe", canaries: true, canaryKeys: ", replant: false")
        let path = try #require(try Self.list(range).keys.min())
        try Data("a note of mine".utf8).write(to: URL(fileURLWithPath: path))
        let retired = try range.ask(["canaries", "retire"])
        #expect(retired.status == 1 && retired.output.contains(path))
        #expect(FileManager.default.contents(atPath: path) == Data("a note of mine".utf8))
        #expect(try Self.list(range) == [path: "changed"])
    }

    @Test("a lost canary is planted again", arguments: ["rm", "write", "rename", "folder"])
    func replanting(how: String) throws {
        let range = try GuardedRange(files: 10)
        let keys = how == "folder" ? ", hidden: true" : ""
        try range.startGuard(mode: "observe", canaries: true, canaryKeys: keys)
        let before = try Self.list(range)
        let isHidden = how == "folder"
        let path = try #require(before.keys.filter { $0.contains("/.") == isHidden }.min())
        let folder = (path as NSString).deletingLastPathComponent
        switch how {
        case "rm": try FileManager.default.removeItem(atPath: path)
        case "write": #expect(try GuardedRange.sh("echo x > '\(path)'") == 0)
        case "rename": #expect(try GuardedRange.sh("mv '\(path)' '\(path).locked'") == 0)
        default: try FileManager.default.removeItem(atPath: folder)
        }
        let isBroken: ([String: String]) -> Bool = { $0.values.contains { $0 != "intact" } }
        _ = try Self.wait(range, until: { isBroken($0) || $0 != before })
        let after = try Self.wait(range, until: { !isBroken($0) })
        #expect(after.count == before.count)
        switch how {
        case "write":
            #expect(after[path] == nil)
            #expect(FileManager.default.contents(atPath: path) == Data("x\n".utf8))
        case "rename":
            #expect(after[path] == "intact")
            #expect(!FileManager.default.fileExists(atPath: path + ".locked"))
        default: #expect(after[path] == "intact")
        }
        // The new one is guarded like the old.
        let guarded = try #require(after.keys.filter { before[$0] == nil || $0 == path }.min())
        let count = try range.incidents().count
        #expect(try GuardedRange.sh("echo y >> '\(guarded)'") == 0)
        while try range.incidents().count == count {}
    }

    @Test("a start waits for no planting, and knows what was planted before")
    func start() throws {
        let range = try GuardedRange(files: 20)
        let first = try range.startGuard(mode: "kill", canaries: true)
        #expect(first.contains("(0 canaries)"), "\(first)")
        let planted = try Self.list(range)
        range.stopGuard()
        let second = try range.startGuard(mode: "kill", canaries: true)
        #expect(second.contains("(\(planted.count) canaries)"), "\(second)")
        #expect(try Self.list(range) == planted)
    }

    @Test("canaries move with a renamed folder")
    func moved() throws {
        let range = try GuardedRange(files: 10)
        let folder = range.files + "/訪問看護"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try range.startGuard(mode: "kill", canaries: true)
        let before = try Self.list(range)
        #expect(before.keys.contains { $0.hasPrefix(folder + "/") })
        try FileManager.default.moveItem(atPath: folder, toPath: folder + "2")
        #expect(try range.ask(["canaries", "plant"]).status == 0)
        let after = try Self.wait(range) { $0.values.allSatisfy { $0 == "intact" } }
        let moved = before.keys.map { $0.replacing(folder + "/", with: folder + "2/") }
        #expect(Set(after.keys) == Set(moved))
        #expect(try range.incidents().isEmpty)
        let path = try #require(after.keys.first { $0.hasPrefix(folder + "2/") })
        #expect(try GuardedRange.sh("echo x >> '\(path)'") != 0)
    }

    @Test("without a guard they say so", arguments: ["list", "plant", "retire"])
    func noGuard(verb: String) throws {
        let asked = try GuardedRange.run(
            "kanaria", ["canaries", verb, "--run-directory", "/nonexistent"])
        #expect(asked.status == 1 && asked.output.isEmpty)
    }

    @Test("planting is refused where the policy has none")
    func off() throws {
        let range = try GuardedRange(files: 3)
        try range.startGuard(mode: "observe", canaries: false)
        #expect(try range.ask(["canaries", "plant"]).status == 1)
        let status = try range.ask(["status", "--json"]).output
        #expect(status.contains(#""state":"off""#))
    }
}
