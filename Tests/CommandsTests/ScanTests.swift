import Foundation
import Testing

@Suite("kanaria scan", .timeLimit(.minutes(3)))
struct ScanTests {
    let kanaria: Kanaria
    /// A tree beside which records are kept.
    private var tree: String { kanaria.folder + "/tree" }

    init() throws {
        kanaria = try Kanaria()
        try write("tree/letters/one.txt", "A letter.\n")
        try write("tree/letters/two.txt", "Another letter.\n")
    }

    private func write(_ name: String, _ text: String) throws {
        let folder = (kanaria.folder + "/" + name as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try kanaria.write(name, text)
    }

    private func scan(_ arguments: String..., lang: String = "en") throws -> Kanaria.Result {
        let none = ["--state-directory", kanaria.folder + "/nobody", "--lang", lang]
        return try kanaria.run(["scan"] + arguments + none)
    }

    private func shell(_ script: String) throws {
        let run = try kanaria.call("/bin/sh", ["-ec", script])
        #expect(run.code == 0, "\(run.error)")
    }

    private func objects(_ text: String) throws -> [[String: Any]] {
        try text.split(separator: "\n").map {
            try #require(
                try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    @Test("A tree of ordinary files is clean")
    func clean() throws {
        let run = try scan("tree")
        #expect(run.code == 0 && run.error == "", "\(run.error)")
        #expect(run.output.contains("2 files") && run.output.contains("nothing found"))
        #expect(try scan("tree", lang: "ja").output.contains("検出なし"))
    }

    @Test("Encrypted and broken files, notes and a new suffix are found and nothing changes")
    func attacked() throws {
        try shell(
            """
            cd tree; for i in 1 2 3 4 5 6 7 8 9 10 11; do
              mkdir dir$i; head -c 6000 /dev/urandom > dir$i/report.docx.abc
              echo 'All your files are encrypted. Pay in bitcoin, see http://x.onion' \
                > dir$i/HOW_TO_DECRYPT.txt
            done
            printf '\\211PNG\\r\\n\\032\\n\\0\\0\\0\\rIHDR and then nothing of a picture' > broken.png
            find . -exec stat -c '%n %X %Y %Z %s' {} + | sort > ../before
            """)
        let run = try scan("--json", "tree")
        #expect(run.code == 1)
        let all = try objects(run.output)
        func count(_ name: String) -> Int { all.count { $0["finding"] as? String == name } }
        #expect(count("encrypted") == 11 && count("broken") == 1)
        #expect(count("ransomNote") == 1 && count("suffixSurge") == 1)
        let sum = try #require(all.last)
        #expect(sum["end"] as? Bool == true && sum["files"] as? Int == 25)
        try shell(
            "cd tree; find . -exec stat -c '%n %X %Y %Z %s' {} + | sort | cmp - ../before")
        let shown = try scan("tree", lang: "ja").output
        #expect(shown.contains("暗号化の疑い") && shown.contains("脅迫文の疑い"))
    }

    @Test("An earlier scan tells what was lost, and keeps quiet about what was bad before")
    func baseline() throws {
        try shell("head -c 5000 /dev/urandom > tree/odd; cp /bin/true tree/program")
        #expect(try scan("-o", "record", "tree").code == 1)
        #expect(kanaria.names.contains("record") && !kanaria.names.contains("record.partial"))
        #expect(try scan("--baseline", "record", "tree").code == 0)
        try shell("head -c 5000 /dev/urandom > tree/program; cp /bin/true tree/letters/one.txt")
        let run = try scan("--baseline", "record", "--json", "tree")
        #expect(run.code == 1)
        let found = try objects(run.output).compactMap { $0["finding"] as? String }
        #expect(found.sorted() == ["changedType", "lostStructure"])
    }

    @Test("A scan that was ended early is gone on with")
    func resume() throws {
        #expect(try scan("-o", "record", "tree").code == 0)
        let whole = try #require(kanaria.read("record"))
        let lines = whole.split(separator: "\n")
        #expect(lines.count == 4)
        let torn = lines[0...1].joined(separator: "\n") + "\n" + lines[2].dropLast(9)
        try kanaria.write("again.partial", torn)
        let refused = try scan("-o", "again", "tree")
        #expect(refused.code == 73 && refused.error.contains("--resume"))
        #expect(try scan("--resume", "again", "other").code == 64)
        let run = try scan("--resume", "again")
        #expect(run.code == 0 && run.output.contains("2 files"), "\(run.error)")
        let resumed = try #require(kanaria.read("again"))
        // What was judged already is not judged again: its line is the same.
        #expect(resumed.contains(lines[1]))
        #expect(resumed.split(separator: "\n").count == 4)
        #expect(!kanaria.names.contains("again.partial"))
    }

    @Test("What can't be judged is told and is not called clean")
    func doubt() throws {
        try shell("mkdir tree/deep; cd tree/deep; for i in $(seq 260); do mkdir d; cd d; done")
        let run = try scan("tree")
        #expect(run.code == 75 && run.output.contains("too deep"), "\(run.output)")
        let json = try objects(try scan("--json", "tree").output)
        #expect(json.contains { $0["omitted"] as? String == "tooDeep" })
    }

    @Test("Names that are not UTF-8 come through")
    func names() throws {
        try shell("head -c 5000 /dev/urandom > \"tree/$(printf 'a\\377b')\"")
        let found = try objects(try scan("--json", "tree").output)
        #expect(found.first?["path"] as? String == "tree/a\\xffb")
        #expect((found.first?["pathBytes"] as? String)?.hasSuffix("61ff62") == true)
        #expect(try scan("-o", "record", "tree").code == 1)
        #expect(try scan("--baseline", "record", "tree").code == 0)
    }

    struct Refusal: CustomTestStringConvertible, Sendable {
        var testDescription: String { arguments.joined(separator: " ") }
        var setup = "true"
        var arguments: [String]
        var code: Int32
        var english: String
        var japanese: String
    }

    @Test(
        "Wrong arguments and records are refused with what to do",
        arguments: [
            Refusal(
                arguments: [], code: 64, english: "no place is named", japanese: "指定されていません"),
            Refusal(
                arguments: ["gone"], code: 66, english: "gone can't be read",
                japanese: "gone を読めません"),
            Refusal(
                arguments: ["-o", "record", "gone"], code: 66, english: "gone can't be read",
                japanese: "gone を読めません"),
            Refusal(
                setup: "mkfifo pipe", arguments: ["pipe"], code: 66,
                english: "neither a file nor a folder", japanese: "ファイルでもフォルダーでもありません"),
            Refusal(
                arguments: ["-o", "tree/record", "tree"], code: 64,
                english: "nothing is written", japanese: "走査対象の中です"),
            Refusal(
                setup: "touch there", arguments: ["-o", "there", "tree"], code: 73,
                english: "there exists already", japanese: "there は既に存在します"),
            Refusal(
                arguments: ["-o", "no/record", "tree"], code: 74, english: "can't be written",
                japanese: "書き込めません"),
            Refusal(
                setup: "echo no > record", arguments: ["--baseline", "record", "tree"], code: 65,
                english: "record, line 1", japanese: "record の 1 行目"),
            Refusal(
                arguments: ["--baseline", "gone", "tree"], code: 66, english: "gone can't be read",
                japanese: "gone を読めません"),
            Refusal(
                arguments: ["--resume", "gone"], code: 66, english: "gone.partial can't be read",
                japanese: "gone.partial を読めません"),
            Refusal(
                arguments: ["--resume", "a", "-o", "b", "tree"], code: 64,
                english: "exclude each other", japanese: "併用できません"),
        ])
    func refused(refusal: Refusal) throws {
        try shell(refusal.setup)
        for (lang, words) in [("en", refusal.english), ("ja", refusal.japanese)] {
            let none = ["--state-directory", "nobody", "--lang", lang]
            let run = try kanaria.run(["scan"] + refusal.arguments + none)
            #expect(run.code == refusal.code, "\(run.error)")
            #expect(run.error.contains(words), "\(run.error)")
            #expect(!kanaria.names.contains { $0.hasSuffix(".partial") })
        }
    }
}
