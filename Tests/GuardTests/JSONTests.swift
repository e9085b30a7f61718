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
        let dry = ["--dry-run", "--json"]
        try compare(
            running.ask(["canaries", "plant"] + dry).output, with: "kanaria canaries plant")
        try compare(
            running.ask(["canaries", "retire"] + dry).output, with: "kanaria canaries retire")
        try compare(running.ask(["reload", "--json"]).output, with: "kanaria release, done")
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
        let copy = ["-o", range.home + "/copy"]
        try compare(
            kanaria(["journal", "export", "--json"] + copy + journal),
            with: "kanaria journal export")
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

    @Test("records of sealing, lists of persons, and looking through a tree")
    func others() throws {
        let range = try GuardedRange(files: 2)
        let home = range.home
        _ = try kanaria(["unlock", "-i", "gone", "gone.age"], home)
        let records = try kanaria(["records", "--json"], home).split(separator: "\n")
        #expect(records.count == 2)
        try compare(String(try #require(records.last)), with: "kanaria records")
        try lists(home)
        try compare(
            kanaria(
                ["recipients", "list", "--json"] + ["--recipients-dir", home + "/lists"]
                    + ["--admin-key", home + "/admin.pub"], home),
            with: "kanaria recipients list")
        let random = (0..<65536).map { _ in UInt8.random(in: .min ... .max) }
        try Data(random).write(to: URL(filePath: range.files + "/a.docx"))
        let scanned = try kanaria(["scan", "--json", range.files], home).split(separator: "\n")
        #expect(scanned.count >= 2)
        for line in scanned.dropLast() { try compare(String(line), with: "kanaria scan") }
        try compare(String(try #require(scanned.last)), with: "kanaria scan, the sum")
    }

    /// Signed lists with a person and a group.
    private func lists(_ home: String) throws {
        let folder = home + "/lists"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false)
        _ = try kanaria(["keygen", "-o", home + "/key"], home)
        let key = try kanaria(["keygen", "-y", home + "/key"], home)
        _ = try kanaria(["keygen", "--signing", "-o", home + "/admin"], home)
        try kanaria(["keygen", "-y", home + "/admin"], home)
            .write(toFile: home + "/admin.pub", atomically: true, encoding: .utf8)
        let list = """
            version: 1
            persons:
              - name: sato
                display: {en: Sato, ja: 佐藤}
                keys: [\(key.trimmingCharacters(in: .whitespacesAndNewlines))]
            groups:
              - name: ward
                members: [sato]
            """
        try list.write(toFile: folder + "/a.yaml", atomically: true, encoding: .utf8)
        _ = try kanaria(["recipients", "sign", "--key", home + "/admin", folder + "/a.yaml"], home)
    }

    @Test("every command that prints JSON is in the page")
    func everyCommand() throws {
        struct Dump: Decodable { var command: Command }
        struct Command: Decodable {
            struct Name: Decodable { var name: String }
            struct Argument: Decodable { var names: [Name]? }
            var commandName: String
            var arguments: [Argument]?
            var subcommands: [Command]?

            /// Those with `--json` beneath it, as people call them.
            func all(_ path: String) -> [String] {
                let flags = (arguments ?? []).flatMap { $0.names ?? [] }.map(\.name)
                let own = flags.contains("json") ? [path] : []
                let inner = (subcommands ?? []).flatMap { $0.all(path + " " + $0.commandName) }
                return own + inner
            }
        }
        let text = try kanaria(["--experimental-dump-help"])
        let all = try JSONDecoder().decode(Dump.self, from: Data(text.utf8)).command.all("kanaria")
        #expect(all.count > 15)
        let page = try page()
        for command in all { #expect(page.contains(command), "\(command)") }
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
        #expect(!members.isEmpty)
        let printed = flattened(value, "")
        for (path, type) in printed {
            // What is counted by name has no fixed members.
            let group = path.split(separator: ".").dropLast().joined(separator: ".") + ".*"
            let member = try #require(
                members[path] ?? members[group], "\(heading): \(path) is not documented")
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

    private func page() throws -> String {
        let root = #filePath.components(separatedBy: "/Tests/")[0]
        return try String(contentsOfFile: root + "/docs/json.md", encoding: .utf8)
    }

    /// The table beneath a heading.
    private func documented(_ heading: String) throws -> [String: Member] {
        let parts = try page().components(separatedBy: "\n## \(heading)\n")
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
