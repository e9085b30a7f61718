import Foundation
import Testing

/// Something that stands in the way of sealing or opening.
struct Situation: CustomTestStringConvertible, Sendable {
    let testDescription: String
    /// A shell command that brings it about; `$F` is the folder.
    var setup = "true"
    let call: String
    let code: Int32
    let english: String
    let japanese: String
    /// What must not be there afterwards.
    var absent = "out"

    static let protect: [Situation] = [
        Situation(
            testDescription: "a missing source", call: "protect -R key.pub -o out gone",
            code: 66, english: "gone can't be read", japanese: "gone を読めません"),
        Situation(
            testDescription: "a link as source", setup: "ln -s plain link",
            call: "protect -R key.pub -o out link", code: 66,
            english: "link is a symbolic link", japanese: "link はシンボリックリンクです"),
        Situation(
            testDescription: "a pipe as source", setup: "mkfifo pipe",
            call: "protect -R key.pub -o out pipe", code: 66,
            english: "neither a file nor a folder", japanese: "ファイルでもフォルダーでもありません"),
        Situation(
            testDescription: "an output that exists", setup: "touch there",
            call: "protect -R key.pub -o there plain", code: 73, english: "there exists already",
            japanese: "there は既に存在します"),
        Situation(
            testDescription: "a folder where the output goes", setup: "mkdir there",
            call: "protect -R key.pub -o there plain", code: 73, english: "there exists already",
            japanese: "there は既に存在します"),
        Situation(
            testDescription: "a link that leads nowhere as output", setup: "ln -s out there",
            call: "protect -R key.pub -o there plain", code: 73, english: "there exists already",
            japanese: "there は既に存在します"),
        Situation(
            testDescription: "a missing output folder", call: "protect -R key.pub -o no/out plain",
            code: 74, english: "no/out can't be written", japanese: "no/out に書き込めません"),
        Situation(
            testDescription: "a file where the output's folder is expected",
            call: "protect -R key.pub -o plain/out plain", code: 74,
            english: "plain/out can't be written", japanese: "plain/out に書き込めません"),
        Situation(
            testDescription: "a loop of links on the way", setup: "ln -s loop loop",
            call: "protect -R key.pub -o loop/out plain", code: 74,
            english: "loop/out can't be written", japanese: "loop/out に書き込めません"),
        Situation(
            testDescription: "no recipient", call: "protect -o out plain", code: 64,
            english: "no recipient is given", japanese: "受信者が指定されていません"),
        Situation(
            testDescription: "a malformed recipient", call: "protect -r age1x -o out plain",
            code: 78, english: "is not a recipient", japanese: "受信者ではありません"),
        Situation(
            testDescription: "a malformed recipients file",
            setup: "printf '# ok\\n\\nage1x\\n' > team", call: "protect -R team -o out plain",
            code: 78, english: "team, line 3 is not a key", japanese: "team の 3 行目は鍵ではありません"),
        Situation(
            testDescription: "more recipients than a header may have",
            setup: "for i in {1..1025}; do cat key.pub; done > team",
            call: "protect -R team -o out plain", code: 78, english: "more than 1024 stanzas",
            japanese: "スタンザが 1024 個を超えています"),
        Situation(
            testDescription: "a folder named by its place alone", setup: "mkdir in",
            call: "protect -R key.pub in/..", code: 64,
            english: "name does not follow from the source's", japanese: "出力の名前を決められません"),
        Situation(
            testDescription: "a folder with a pipe in it", setup: "mkdir in; mkfifo in/pipe",
            call: "protect -R key.pub -o out in", code: 66,
            english: "pipe is neither file, folder nor inner link", japanese: "pipe は扱えない種類です"),
        Situation(
            testDescription: "an identity as recipient", call: "protect -R key -o out plain",
            code: 78, english: "it is secret; seal to its public half",
            japanese: "これは秘密の鍵です"),
        Situation(
            testDescription: "a name that is too long",
            call: "protect -R key.pub -o $(printf %0300d 1) plain", code: 74,
            english: "File name too long", japanese: "名前が長すぎます"),
        Situation(
            testDescription: "a name that is neither UTF-8 nor there",
            call: "protect -R key.pub -o out $'カ\\xff'", code: 66,
            english: "\\xe3\\x82\\xab\\xff can't be read",
            japanese: "\\xe3\\x82\\xab\\xff を読めません"),
        Situation(
            testDescription: "a link that leads nowhere as recipients file", setup: "ln -s no team",
            call: "protect -R team -o out plain", code: 66, english: "team can't be read",
            japanese: "team を読めません"),
        Situation(
            testDescription: "a folder as recipients file", setup: "mkdir team",
            call: "protect -R team -o out plain", code: 66, english: "team can't be read",
            japanese: "team を読めません"),
    ]

    static let unlock: [Situation] = [
        Situation(
            testDescription: "another's key", call: "unlock -i other -o out plain.age", code: 77,
            english: "none of the keys opens", japanese: "開ける鍵がありません"),
        Situation(
            testDescription: "a missing key file", call: "unlock -i gone -o out plain.age",
            code: 66, english: "gone can't be read", japanese: "gone を読めません"),
        Situation(
            testDescription: "a file that is no key", call: "unlock -i plain -o out plain.age",
            code: 78, english: "plain, line 1 is not a key", japanese: "plain の 1 行目は鍵ではありません"),
        Situation(
            testDescription: "a public key as key file", call: "unlock -i key.pub -o out plain.age",
            code: 78, english: "it is public and opens nothing", japanese: "これは公開鍵で"),
        Situation(
            testDescription: "a loop of links as key file", setup: "ln -s loop loop",
            call: "unlock -i loop -o out plain.age", code: 66, english: "loop is a symbolic link",
            japanese: "loop はシンボリックリンクです"),
        Situation(
            testDescription: "a missing file to standard output",
            call: "unlock -i key --to-stdout gone", code: 66, english: "check the name",
            japanese: "名前と権限を確認してください"),
        Situation(
            testDescription: "a standard output that is full",
            call: "unlock -i key -o - plain.age > /dev/full", code: 74,
            english: "authentic, but it is not all", japanese: "全体ではありません"),
        Situation(
            testDescription: "a folder as key file", setup: "mkdir keys",
            call: "unlock -i keys -o out plain.age", code: 66, english: "keys can't be read",
            japanese: "keys を読めません"),
        Situation(
            testDescription: "no key at all", setup: "cp plain.age x.age",
            call: "unlock -o out x.age", code: 77, english: "none of the keys opens",
            japanese: "開ける鍵がありません"),
        Situation(
            testDescription: "a folder as sealed file", setup: "mkdir sealed",
            call: "unlock -i key -o out sealed", code: 66, english: "sealed is not a file",
            japanese: "sealed はファイルではありません"),
        Situation(
            testDescription: "a link as sealed file", setup: "ln -s plain.age link.age",
            call: "unlock -i key -o out link.age", code: 66,
            english: "link.age is a symbolic link", japanese: "link.age はシンボリックリンクです"),
        Situation(
            testDescription: "a file that is not sealed", call: "unlock -i key -o out plain",
            code: 65, english: "damaged or not sealed", japanese: "封印ファイルではありません"),
        Situation(
            testDescription: "an empty file", setup: ": > empty",
            call: "unlock -i key -o out empty", code: 65, english: "damaged or not sealed",
            japanese: "封印ファイルではありません"),
        Situation(
            testDescription: "a cut file", setup: "head -c -1 plain.age > cut",
            call: "unlock -i key -o out cut", code: 65, english: "was changed or is cut",
            japanese: "改ざんまたは切断されています"),
        Situation(
            testDescription: "a cut file whose beginning is out already",
            setup: "head -c 200000 /dev/zero > big; $K protect -R key.pub big; "
                + "head -c 150000 big.age > cut",
            call: "unlock -i key --to-stdout cut > /dev/null", code: 65,
            english: "authentic, but it is not all", japanese: "全体ではありません"),
        Situation(
            testDescription: "an output that exists", setup: "touch there",
            call: "unlock -i key -o there plain.age", code: 73, english: "there exists already",
            japanese: "there は既に存在します"),
        Situation(
            testDescription: "a link as output", setup: "ln -s out there",
            call: "unlock -i key -o there plain.age", code: 73, english: "there exists already",
            japanese: "there は既に存在します"),
        Situation(
            testDescription: "a file unpacked as a folder",
            call: "unlock -i key --folder -o out plain.age", code: 65, english: "archive",
            japanese: "アーカイブ"),
        Situation(
            testDescription: "a file where the output's folder is expected",
            call: "unlock -i key -o plain/out plain.age", code: 74,
            english: "plain/out can't be written", japanese: "plain/out に書き込めません"),
    ]

    /// Those that need a file system of their own at `$F/disk`.
    static let mounted: [Situation] = [
        Situation(
            testDescription: "protect on a full disk", setup: "head -c 3000000 /dev/zero > big",
            call: "protect -R key.pub -o disk/out big", code: 74, english: "the disk is full",
            japanese: "ディスクが一杯です", absent: "disk/out"),
        Situation(
            testDescription: "protect of a folder on a full disk",
            setup: "mkdir in; head -c 3000000 /dev/zero > in/big",
            call: "protect -R key.pub -o disk/out in", code: 74, english: "the disk is full",
            japanese: "ディスクが一杯です", absent: "disk/out"),
        Situation(
            testDescription: "unlock on a full disk",
            setup: "head -c 3000000 /dev/zero > big; $K protect -R key.pub big",
            call: "unlock -i key -o disk/out big.age", code: 74, english: "the disk is full",
            japanese: "ディスクが一杯です", absent: "disk/out"),
        Situation(
            testDescription: "unpacking on a full disk",
            setup: "mkdir in; head -c 3000000 /dev/zero > in/big; $K protect -R key.pub in",
            call: "unlock -i key --folder -o disk/out in.age", code: 74,
            english: "the disk is full", japanese: "ディスクが一杯です", absent: "disk/out"),
        Situation(
            testDescription: "protect on a read-only disk", setup: "mount -o remount,ro disk",
            call: "protect -R key.pub -o disk/out plain", code: 74,
            english: "disk/out can't be written", japanese: "disk/out に書き込めません",
            absent: "disk/out"),
        Situation(
            testDescription: "unlock on a read-only disk", setup: "mount -o remount,ro disk",
            call: "unlock -i key -o disk/out plain.age", code: 74,
            english: "disk/out can't be written", japanese: "disk/out に書き込めません",
            absent: "disk/out"),
        Situation(
            testDescription: "rekey on a read-only disk",
            setup: "cp plain.age disk/; mount -o remount,ro disk",
            call: "rekey -i key --add $(cat other.pub) disk/plain.age", code: 74,
            english: "disk/plain.age can't be written", japanese: "disk/plain.age に書き込めません",
            absent: "disk/out"),
        Situation(
            testDescription: "rekey on a full disk",
            setup: "head -c 700000 /dev/zero > big; $K protect -R key.pub -o disk/big big",
            call: "rekey -i key --add $(cat other.pub) disk/big", code: 74,
            english: "the disk is full", japanese: "ディスクが一杯です", absent: "disk/out"),
    ]
}

@Suite("Situations", .timeLimit(.minutes(5)))
struct SituationTests {
    let kanaria: Kanaria

    init() throws {
        kanaria = try Kanaria()
        for name in ["key", "other"] {
            try kanaria.run(["keygen", "-o", name])
            try kanaria.write(name + ".pub", try kanaria.run(["keygen", "-y", name]).output)
        }
        try kanaria.write("plain", "patients")
        try kanaria.run(["protect", "-R", "key.pub", "plain"])
    }

    private func shell(_ command: String) throws -> Kanaria.Result {
        // Without `setsid` the terminal of whoever runs the tests would be asked.
        try kanaria.call(
            "/usr/bin/setsid", ["--wait", "/bin/bash", "-c", command], "",
            ["K": Kanaria.program, "F": kanaria.folder])
    }

    private func expect(_ situation: Situation) throws {
        let made = try shell(situation.setup)
        try #require(made.code == 0, "\(made.error)")
        for (language, words) in [("en", situation.english), ("ja", situation.japanese)] {
            let run = try shell("exec \"$K\" \(situation.call) --lang \(language)")
            #expect(run.code == situation.code, "\(run.error)")
            #expect(run.error.contains(words), "\(run.error)")
            #expect(run.output == "")
        }
        #expect(try shell("test ! -e \(situation.absent)").code == 0)
        #expect(kanaria.read("plain") == "patients")
        let back = try kanaria.run(["unlock", "-i", "key", "-o", "-", "plain.age"])
        #expect(back.output == "patients")
    }

    @Test("Is told by protect, in both languages", arguments: Situation.protect)
    func protect(_ situation: Situation) throws { try expect(situation) }

    @Test("Is told by unlock, in both languages", arguments: Situation.unlock)
    func unlock(_ situation: Situation) throws { try expect(situation) }

    @Test(
        "Of the disk is told and leaves nothing", .enabled(if: getuid() == 0, "needs root"),
        arguments: Situation.mounted)
    func mounted(_ situation: Situation) throws {
        let made = try shell("mkdir disk && mount -t tmpfs -o size=1m none disk")
        try #require(made.code == 0, "\(made.error)")
        defer { _ = try? shell("umount disk") }
        try expect(situation)
    }

    @Test("A source that changes while it is read is told, in both languages")
    func changed() throws {
        for (language, words) in [("en", "changed while it was read"), ("ja", "変更されました")] {
            // The pipe holds less than the file, so the file is not read to its end yet.
            let run = try shell(
                """
                head -c 8000000 /dev/zero > big
                "$K" protect -R key.pub -o - big --lang \(language) |
                    { head -c 1; echo more >> big; cat; } > out
                exit ${PIPESTATUS[0]}
                """)
            #expect(run.code == 75, "\(run.error)")
            #expect(run.error.contains(words), "\(run.error)")
        }
    }

    @Test("A call that fails before a file is opened leaves a record")
    func record() throws {
        for verb in ["unlock", "verify"] {
            #expect(try kanaria.run([verb, "-i", "gone", "plain.age"]).code == 66)
        }
        let log = try #require(kanaria.read("state/kanaria/records.jsonl"))
        let lines = log.split(separator: "\n").filter { $0.contains("exit code 66") }
        #expect(lines.count == 2, "\(log)")
        #expect(lines.allSatisfy { $0.contains("plain.age") })
    }
}
