import Foundation
import Testing

@Suite(
    "Rules that allow a program", .timeLimit(.minutes(1)),
    .enabled(if: Products.canGuard, "needs root and fanotify permission events"))
struct AllowRuleTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        /// More keys of the rule.
        var keys = ""
        var isStopped: Bool
    }

    static let cases: [Case] = [
        Case(testDescription: "the program", isStopped: false),
        Case(testDescription: "its user", keys: ", user: root", isStopped: false),
        Case(testDescription: "another user", keys: ", user: nobody", isStopped: true),
        Case(testDescription: "nobody's name", keys: ", user: no-such-user", isStopped: true),
        Case(
            testDescription: "other content",
            keys: ", sha256: \"\(String(repeating: "ab", count: 32))\"", isStopped: true),
        Case(testDescription: "its folder", keys: ", folder: FILES", isStopped: false),
        Case(testDescription: "another folder", keys: ", folder: FILES/none", isStopped: true),
    ]

    @Test("hold as far as they say", arguments: cases)
    func rule(_ rule: Case) throws {
        let range = try GuardedRange(files: 60)
        let keys = rule.keys.replacingOccurrences(of: "FILES", with: range.files)
        let program = Products.folder + "/kanaria-attack"
        try range.startGuard(
            mode: "kill", canaries: true,
            extra: "allow: [{executable: \"\(program)\", reason: test\(keys)}]")
        let status = try range.attack(["--order", "name"]).status
        range.stopGuard()
        #expect((status != 0) == rule.isStopped)
        #expect(try range.incidents().isEmpty == !rule.isStopped)
        if !rule.isStopped { #expect(try range.lost() == 60) }
    }

    @Test("what is ignored does not count and gets no canaries")
    func ignored() throws {
        let range = try GuardedRange(files: 60)
        let folder = range.files + "/cache"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try range.startGuard(mode: "kill", canaries: true, extra: "ignore: [cache]")
        let canaries = try CanaryCommandTests.list(range)
        #expect(!canaries.isEmpty && !canaries.keys.contains { $0.contains("/cache/") })
        let line = """
            cd '\(folder)'
            for n in $(seq 40); do seq 9999 > $n.txt; done
            for n in $(seq 40); do head -c 20000 /dev/urandom > $n.enc; rm $n.txt; done
            """
        #expect(try GuardedRange.sh(line) == 0)
        range.stopGuard()
        #expect(try range.incidents().isEmpty)
    }
}
