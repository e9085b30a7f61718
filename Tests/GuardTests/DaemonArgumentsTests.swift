import Foundation
import Testing

@Suite("The arguments of kanariad") struct DaemonArgumentsTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var arguments: [String]
        var status: Int32
        var says: String
        var testDescription: String { arguments.joined(separator: " ") }
    }

    static let cases: [Case] = [
        Case(arguments: ["--version"], status: 0, says: "kanariad 0."),
        Case(arguments: ["--help", "--lang", "en"], status: 0, says: "Exit codes"),
        Case(arguments: ["--help", "--lang=ja"], status: 0, says: "終了コード"),
        Case(arguments: ["--lang", "en"], status: 64, says: "--policy is missing"),
        Case(arguments: ["--lang", "ja"], status: 64, says: "--policy がありません"),
        Case(arguments: ["--polcy", "x"], status: 64, says: "did you mean --policy?"),
        Case(arguments: ["--polcy", "--lang", "ja"], status: 64, says: "--policy ではありませんか"),
        Case(arguments: ["--frobnicate"], status: 64, says: "usage: kanariad"),
        Case(arguments: ["--policy"], status: 64, says: "--policy needs a value"),
        Case(arguments: ["--policy="], status: 64, says: "--policy needs a value"),
        Case(arguments: ["--policy", "a", "--policy", "b"], status: 64, says: "there twice"),
        Case(arguments: ["--policy", "a", "--check=yes"], status: 64, says: "takes no value"),
        Case(arguments: ["--policy", "a", "--inspector"], status: 64, says: "needs a value"),
        Case(arguments: ["病院.yaml"], status: 64, says: "kanariad --policy 病院.yaml"),
        Case(arguments: ["--lang", "fr"], status: 64, says: "one of: en, ja"),
        Case(arguments: ["--policy", "/no/such"], status: 66, says: "cannot read the policy"),
        Case(
            arguments: ["--policy", "/no/such", "--lang", "ja"], status: 66, says: "を読めません"),
    ]

    @Test("are followed or explained", arguments: cases)
    func arguments(_ one: Case) throws {
        let ended = try GuardedRange.runPath(
            "/usr/bin/env",
            ["LC_ALL=C", "sh", "-c", "exec \"$0\" \"$@\" 2>&1", Products.folder + "/kanariad"]
                + one.arguments)
        #expect(ended.status == one.status)
        #expect(ended.output.contains(one.says), "\(ended.output)")
    }

    @Test("--check tries what the policy needs and changes nothing")
    func check() throws {
        let range = try GuardedRange(files: 2)
        let file = range.home + "/policy.yaml"
        func check(_ folder: String) throws -> (status: Int32, output: String) {
            try RunningGuard.policy(home: range.home, watch: [folder])
                .write(toFile: file, atomically: true, encoding: .utf8)
            return try GuardedRange.run("kanariad", ["--check", "--policy", file])
        }
        let good = try check(range.files)
        #expect(good.status == 0 && good.output == file + ": test, kill\n", "\(good)")
        #expect(try check(range.home + "/gone").status == 66)
        let names = try FileManager.default.contentsOfDirectory(atPath: range.home)
        #expect(Set(names) == ["files", "policy.yaml"])
    }

    @Test("a path that is not UTF-8 is shown as it is")
    func bytes() throws {
        let ended = try GuardedRange.runPath(
            "/bin/sh",
            [
                "-c", "exec \"$0\" --policy \"$(printf '/no/\\377')\" --lang en 2>&1",
                Products.folder + "/kanariad",
            ])
        #expect(ended.status == 66)
        #expect(ended.output.contains("cannot read the policy /no/"), "\(ended.output)")
    }
}
