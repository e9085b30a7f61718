import Foundation
import Testing

@Suite("Records", .timeLimit(.minutes(2)))
struct RecordsTests {
    let site: SealedSite
    private var kanaria: Kanaria { site.kanaria }
    private let log = "state/kanaria/records.jsonl"

    init() throws {
        site = try SealedSite()
        #expect(try site.protect(["--to", "sato"]).code == 0)
    }

    private func verify(_ identity: String = "sato") throws -> Kanaria.Result {
        try kanaria.run(["verify", "-i", identity, "plain.age"] + site.settings)
    }

    private func check(_ arguments: String...) throws -> Kanaria.Result {
        try kanaria.run(["records", "--check"] + arguments)
    }

    private func lines() throws -> [String] {
        try #require(kanaria.read(log)).split(separator: "\n").map(String.init)
    }

    @Test("Opening and failing to open leave a record each, with the same file")
    func written() throws {
        #expect(try verify().code == 0)
        #expect(try verify("tanaka").code == 77)
        let out = ["unlock", "-i", "sato", "-o", "back", "plain.age"] + site.settings
        #expect(try kanaria.run(out).code == 0)
        let records = try lines().map {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
        #expect(records.map { $0?["action"] as? String } == ["verify", "verify", "unlock"])
        #expect(records.map { $0?["result"] as? String } == ["done", "exit code 77", "done"])
        #expect(Set(records.map { $0?["file"] as? String }).count == 1)
        #expect(records.allSatisfy { $0?["user"] as? Int == Int(getuid()) })
        #expect(try check().code == 0)
        let shown = try kanaria.run(["records"]).output
        #expect(shown.contains("  unlock  done  plain.age  "))
    }

    @Test(
        "Changing, removing or adding a line breaks the chain",
        arguments: ["change", "remove", "add"])
    func tampering(how: String) throws {
        for _ in 0..<3 { #expect(try verify().code == 0) }
        var lines = try lines()
        switch how {
        case "change": lines[1] = lines[1].replacingOccurrences(of: "done", with: "gone")
        case "remove": lines.remove(at: 1)
        default: lines.insert(lines[1], at: 1)
        }
        try kanaria.write(log, lines.joined(separator: "\n") + "\n")
        let run = try check("--json")
        #expect(run.code == 65)
        #expect(run.output.contains("\"broken\":["))
        #expect(try check("--lang", "ja").error.contains("改変"))
    }

    @Test("A torn last line is told and the chain goes on behind it")
    func torn() throws {
        for _ in 0..<2 { #expect(try verify().code == 0) }
        let text = try #require(kanaria.read(log))
        try kanaria.write(log, String(text.dropLast(20)))
        #expect(try verify().code == 0)
        let run = try check("--json")
        #expect(run.code == 0, "\(run.error)")
        #expect(run.output.contains("\"torn\":[2]") && run.output.contains("\"lines\":3"))
    }

    @Test("Records of many at once make one chain")
    func concurrent() throws {
        let all =
            "import subprocess, sys; runs = [subprocess.Popen(sys.argv[1:]) for n in range(8)]; "
            + "sys.exit(max(run.wait() for run in runs))"
        let each = [Kanaria.program, "verify", "-i", "sato", "plain.age"] + site.settings
        let run = try kanaria.call("/usr/bin/python3", ["-c", all] + each)
        #expect(run.code == 0 && run.error == "", "\(run.error)")
        #expect(try lines().count == 8)
        #expect(try check().code == 0)
    }

    @Test("The shared directory has them as well")
    func shared() throws {
        let settings = try #require(kanaria.read("seal.yaml"))
        try kanaria.write("seal.yaml", settings + "\nshared-records: \(kanaria.folder)/shared\n")
        let missing = try verify()
        #expect(missing.code == 0 && missing.error.contains("no record in"))
        try FileManager.default.removeItem(atPath: kanaria.folder + "/state")
        try FileManager.default.createDirectory(
            atPath: kanaria.folder + "/shared", withIntermediateDirectories: false)
        #expect(try verify().code == 0)
        let path = "shared/\(getuid()).jsonl"
        #expect(kanaria.read(path) == kanaria.read(log))
        #expect(try kanaria.run(["records", "--check", path]).code == 0)
    }

    @Test("A record that can't be written is told and does not block")
    func notWritable() throws {
        try kanaria.write("state", "no folder")
        let run = try verify()
        #expect(run.code == 0)
        #expect(run.error.contains("no record in"))
    }

    @Test("A demanded record that can't be written blocks before anything is opened")
    func demanded() throws {
        let settings = try #require(kanaria.read("seal.yaml"))
        try kanaria.write("seal.yaml", settings + "\nrequire-record: true\n")
        try kanaria.write("state", "no folder")
        let run = try kanaria.run(
            ["unlock", "-i", "sato", "-o", "back", "plain.age"] + site.settings)
        #expect(run.code == 74)
        #expect(kanaria.read("back") == nil)
    }

    @Test("Without a home the log is told to be missing")
    func noHome() throws {
        let run = try kanaria.run(
            ["records"], environment: ["HOME": "", "XDG_STATE_HOME": ""])
        #expect(run.code == 74)
    }
}
