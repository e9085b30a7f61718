import Foundation
import Linux
import Testing

/// What the programs print with `--json`, against the tables of docs/json.md.
@Suite("JSON for programs", .timeLimit(.minutes(2)))
struct JSONTests {
    @Test(
        "a running guard",
        .enabled(if: Products.canGuard, "needs root and fanotify permission events"))
    func guarding() throws {
        let range = try GuardedRange(files: 40)
        let running = try RunningGuard(
            home: range.home,
            policy: RunningGuard.policy(home: range.home, watch: [range.files], canaries: true))
        _ = try running.ask(["canaries", "plant"])
        _ = try range.attack(["--speed", "250"])
        try range.waitForIncident { $0["evidence"] is [String: Any] }
        try compare(running.ask(["incidents", "--json"]).output, with: "kanaria incidents")
        try compare(running.ask(["status", "--json"]).output, with: "kanaria status")
        try compare(
            running.ask(["canaries", "list", "--json"]).output, with: "kanaria canaries list")
        let policy = ["--policy", running.policyFile]
        try compare(kanaria(["doctor", "--json"] + policy), with: "kanaria doctor")
        try compare(kanaria(["selftest", "--json"] + policy), with: "kanaria selftest")
        // As if that had been observed, by a program that may be allowed.
        let incident = try #require(try range.incidents().first)
        let observed = incident.merging([
            "id": "other", "state": "observed",
            "actor": [
                "pid": 7, "executable": ["path": "/usr/bin/tar"], "user": "0", "command": [],
                "ancestors": [],
            ],
        ]) { $1 }
        try JSONSerialization.data(withJSONObject: observed)
            .write(to: URL(fileURLWithPath: range.home + "/state/incidents/other.json"))
        try compare(kanaria(["learn", "--json"] + policy), with: "kanaria learn")
        let journal = ["--folder", range.home + "/state/journal"]
        try compare(
            kanaria(["journal", "verify", "--json"] + journal), with: "kanaria journal verify")
        let evidence = ["--json", "--folder", range.home + "/state/evidence"]
        let kept = try range.incidents().first { $0["evidence"] is [String: Any] }
        let id = try #require(kept?["id"] as? String)
        try compare(kanaria(["evidence", "list"] + evidence), with: "kanaria evidence list")
        try compare(
            kanaria(["evidence", "verify", id] + evidence), with: "kanaria evidence verify")
    }

    @Test("sealed files")
    func sealing() throws {
        let range = try GuardedRange(files: 2)
        let home = range.home
        let identity = home + "/id"
        _ = try kanaria(["keygen", "-o", identity], home)
        let key = try kanaria(["keygen", "-y", identity], home)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        _ = try kanaria(["keygen", "--signing", "-o", home + "/signing"], home)
        let terms = ["--sign-with", home + "/signing", "--purpose", "test", "--not-after", "1d"]
        _ = try kanaria(["protect", "-q", "-r", key] + terms + [range.files], home)
        let sealed = range.files + ".age"
        let keys = ["--json", "-i", identity, "--any-issuer", sealed]
        try compare(kanaria(["inspect", "--json", sealed], home), with: "kanaria inspect")
        try compare(kanaria(["verify"] + keys, home), with: "kanaria verify")
        try compare(kanaria(["unlock", "--list"] + keys, home), with: "kanaria unlock --list")
        let part = ["--despite-damage", "-o", home + "/part"]
        try compare(kanaria(["recover"] + part + keys, home), with: "kanaria recover")
    }

    /// Standard output of `kanaria`; records go to `home`.
    private func kanaria(_ arguments: [String], _ home: String = "/nonexistent") throws -> String {
        try GuardedRange.runPath(
            "/usr/bin/env",
            ["XDG_STATE_HOME=" + home + "/records", Products.folder + "/kanaria"] + arguments
        ).output
    }

    /// Everything printed is documented with its type, and everything that must be there is.
    private func compare(_ output: String, with heading: String) throws {
        let value = try JSONSerialization.jsonObject(
            with: Data(output.utf8), options: .fragmentsAllowed)
        let members = try documented(heading)
        #expect(members.count > 2)
        let printed = flattened(value, "")
        for (path, type) in printed {
            let member = try #require(members[path], "\(heading): \(path) is not documented")
            #expect(
                type == member.type || type == "null" && member.isOptional, "\(heading): \(path)")
        }
        let paths = Set(printed.map(\.path))
        for (path, member) in members where !member.isOptional {
            #expect(paths.contains(path), "\(heading): \(path) is missing")
        }
    }

    private struct Member {
        var type: String
        var isOptional: Bool
    }

    /// The table beneath a heading.
    private func documented(_ heading: String) throws -> [String: Member] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/json.md"), encoding: .utf8)
        let parts = text.components(separatedBy: "\n## \(heading)\n")
        try #require(parts.count == 2, "\(heading)")
        var found: [String: Member] = [:]
        for line in parts[1].components(separatedBy: "\n## ")[0].split(separator: "\n") {
            let cells = line.split(separator: "|", omittingEmptySubsequences: false)
            guard cells.count > 3, cells[1].contains("`") else { continue }
            let type = cells[2].trimmingCharacters(in: .whitespaces)
            for name in cells[1].matches(of: #/`([^`]+)`/#) {
                found[String(name.1)] = Member(
                    type: type.replacing("?", with: ""), isOptional: type.hasSuffix("?"))
            }
        }
        return found
    }

    /// Every value that holds no other, by its path.
    private func flattened(_ value: Any, _ path: String) -> [(path: String, type: String)] {
        switch value {
        case let object as [String: Any]:
            object.flatMap { flattened($1, path.isEmpty ? $0 : path + "." + $0) }
        case let list as [Any]: list.flatMap { flattened($0, path + "[]") }
        case is NSNull: [(path, "null")]
        case is String: [(path, "text")]
        default:
            // Foundation reads `true` as a number as well; written again it is what it was.
            [(path, ["true", "false"].contains(written(value)) ? "boolean" : "number")]
        }
    }

    private func written(_ value: Any) -> String? {
        (try? JSONSerialization.data(withJSONObject: value, options: .fragmentsAllowed))
            .map { String(decoding: $0, as: UTF8.self) }
    }
}
