import Foundation
import Testing

@Suite(
    "Proposals from an observed period", .timeLimit(.minutes(1)),
    .enabled(if: Products.canGuard, "needs root and fanotify permission events"))
struct LearnTests {
    @Test("a proposal is a rule that the guard then honours")
    func honoured() throws {
        let range = try GuardedRange(files: 60)
        try range.startGuard(mode: "observe", canaries: false)
        #expect(try range.attack(["--speed", "100"]).status == 0)
        range.stopGuard()
        let policy = range.home + "/policy.yaml"
        let before = try String(contentsOfFile: policy, encoding: .utf8)
        let learnt = try GuardedRange.run("kanaria", ["learn", "--policy", policy, "--lang", "en"])
        #expect(learnt.status == 0)
        #expect(try String(contentsOfFile: policy, encoding: .utf8) == before, "never written")
        let program = Products.folder + "/kanaria-attack"
        for part in [
            "allow:\n", "executable: \"", "blake2b: \"", "user: 0", "folder: \"\(range.files)",
        ] {
            #expect(learnt.output.contains(part), "\(part) in \(learnt.output)")
        }
        #expect(learnt.output.contains(program.components(separatedBy: "/").last ?? "?"))

        let again = try GuardedRange(files: 60)
        // What counted may lie deeper than what comes later.
        let rules = learnt.output.replacing(/folder: ".*"/, with: "folder: \"\(again.files)\"")
        try again.startGuard(mode: "kill", canaries: false, extra: rules)
        #expect(try again.attack(["--speed", "100"]).status == 0)
        again.stopGuard()
        #expect(try again.incidents().isEmpty)
    }

    private struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var executable: String
        var reason = "uniform-replacements"
        var state = "observed"
        var file = "FILES/a/b.bin"
        var more = ""
        /// Why nothing is proposed; nil where something is; empty where it is not even told.
        var objection: String?
    }

    private static let cases = [
        Case(testDescription: "a program", executable: "/usr/bin/env-x", objection: "missing"),
        Case(testDescription: "a shell", executable: "/usr/bin/bash", objection: "interpreter"),
        Case(
            testDescription: "an interpreter with its version", executable: "/usr/bin/python3.11",
            objection: "interpreter"),
        Case(
            testDescription: "a file server", executable: "/usr/sbin/smbd", more: ",\"clients\":[]",
            objection: "file-server"),
        Case(
            testDescription: "a canary", executable: "/usr/bin/tar", reason: "canary-write",
            objection: "canary"),
        Case(
            testDescription: "files outside", executable: "/usr/bin/tar", file: "/elsewhere/x",
            objection: "no-folder"),
        Case(
            testDescription: "somebody who was stopped", executable: "/usr/bin/tar",
            state: "killed", objection: ""),
        Case(testDescription: "tar", executable: "/usr/bin/tar"),
    ]

    @Test("what must not be allowed is told with the reason", arguments: cases)
    private func objections(_ wanted: Case) throws {
        let range = try GuardedRange(files: 1)
        let folder = range.home + "/state/incidents"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let file = wanted.file.replacingOccurrences(of: "FILES", with: range.files)
        let incident = """
            {"id":"i","at":1,"reason":"\(wanted.reason)","state":"\(wanted.state)","action":"observe",\
            "stoppedProcesses":[],"actor":{"pid":7,"executable":{"path":"\(wanted.executable)"},\
            "user":"33","command":[],"ancestors":[]},\
            "files":[{"path":{"path":"\(file)"},"class":"uniform","weight":4.39}]\(wanted.more)}
            """
        try incident.write(toFile: folder + "/i.json", atomically: true, encoding: .utf8)
        let policy = range.home + "/policy.yaml"
        try RunningGuard.policy(home: range.home, watch: [range.files])
            .write(toFile: policy, atomically: true, encoding: .utf8)
        let learnt = try GuardedRange.run("kanaria", ["learn", "--policy", policy, "--json"])
        #expect(learnt.status == 0)
        let list =
            try JSONSerialization.jsonObject(with: Data(learnt.output.utf8)) as? [[String: Any]]
        guard wanted.objection != "" else {
            #expect(list?.isEmpty == true)
            return
        }
        let proposal = try #require(list?.first)
        #expect(proposal["objection"] as? String == wanted.objection)
        #expect((proposal["blake2b"] is String) == (wanted.objection == nil))
        #expect(
            (proposal["folder"] as? [String: Any])?["path"] as? String
                == (file as NSString).deletingLastPathComponent)
        // A record that is cut is told, and the others are not lost.
        try "{".write(toFile: folder + "/cut.json", atomically: true, encoding: .utf8)
        let cut = try GuardedRange.run("kanaria", ["learn", "--policy", policy, "--lang", "ja"])
        #expect(cut.status == 1 && cut.output.contains(wanted.executable))
    }
}
