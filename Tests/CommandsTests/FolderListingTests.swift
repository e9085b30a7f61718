import Foundation
import Testing

@Suite("unlock --list", .timeLimit(.minutes(5)))
struct FolderListingTests {
    let kanaria: Kanaria

    init() throws {
        kanaria = try Kanaria()
        try kanaria.run(["keygen", "-o", "key"])
        try kanaria.write("recipients", try kanaria.run(["keygen", "-y", "key"]).output)
        try kanaria.call(
            "/bin/bash",
            [
                "-c",
                """
                mkdir -p in/sub && printf 12345 > in/患者.csv && chmod 640 in/患者.csv
                touch -d @1000000000 in/患者.csv && ln -s sub in/link
                printf x > $'in/sub/\\xff\\e[31m' && printf x > $'in/sub/a\\xe2\\x80\\xaefdp'
                """,
            ])
        try kanaria.run(["protect", "-R", "recipients", "in"])
    }

    @Test("Tells kinds, modes, sizes, times and names, and writes nothing")
    func lines() throws {
        let before = kanaria.names
        let run = try kanaria.run(["unlock", "--list", "-i", "key", "in.age"])
        #expect(run.code == 0, "\(run.error)")
        let lines = run.output.split(separator: "\n").map(String.init)
        #expect(lines.count == 5)
        #expect(lines.contains("-0640  5  2001-09-09T01:46:40.000Z  患者.csv"), "\(run.output)")
        #expect(lines.contains { $0.hasSuffix("link -> sub") })
        #expect(lines.contains { $0.hasPrefix("d0755  0") })
        #expect(kanaria.names == before)
    }

    @Test("Names can't command a terminal")
    func safeNames() throws {
        let run = try kanaria.run(["unlock", "--list", "-i", "key", "in.age"])
        #expect(run.output.contains("sub/\\xff\\x1b[31m"))
        #expect(run.output.contains("sub/a\\xe2\\x80\\xaefdp"))
        #expect(!run.output.contains("\u{1b}") && !run.output.contains("\u{202e}"))
    }

    @Test("JSON has the exact bytes of names that are not shown as they are")
    func json() throws {
        let run = try kanaria.run(["unlock", "--list", "--json", "-i", "key", "in.age"])
        let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
        let entries = (object as? [String: Any])?["entries"] as? [[String: Any]] ?? []
        #expect(entries.count == 5)
        let odd = entries.filter { $0["nameBytes"] != nil }.compactMap {
            $0["nameBytes"] as? String
        }
        #expect(odd.contains("7375622fff1b5b33316d"))
        let file = entries.first { $0["name"] as? String == "患者.csv" }
        #expect(file?["bytes"] as? Int == 5 && file?["mode"] as? String == "0640")
        #expect(file?["kind"] as? String == "file")
    }

    /// What can't be listed.
    struct Refusal: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let arguments: [String]
        let code: Int32
        let words: String
    }

    static let refusals = [
        Refusal(
            testDescription: "a file", arguments: ["plain.age"], code: 64, words: "not a folder"),
        Refusal(
            testDescription: "a file, Japanese", arguments: ["--lang", "ja", "plain.age"], code: 64,
            words: "単一のファイル"),
        Refusal(
            testDescription: "a cut folder", arguments: ["cut.age"], code: 65, words: "damaged"),
        Refusal(
            testDescription: "with an output", arguments: ["-o", "x", "in.age"], code: 64,
            words: "--list writes nothing"),
    ]

    @Test("What can't be listed is said, and nothing is listed", arguments: refusals)
    func refused(_ refusal: Refusal) throws {
        try kanaria.write("plain", "not a tar stream")
        try kanaria.run(["protect", "-R", "recipients", "plain"])
        try kanaria.call("/bin/bash", ["-c", "head -c -1 in.age > cut.age"])
        let run = try kanaria.run(["unlock", "--list", "-i", "key"] + refusal.arguments)
        #expect(run.code == refusal.code, "\(run.error)")
        #expect(run.error.contains(refusal.words), "\(run.error)")
        #expect(run.output == "")
    }
}
