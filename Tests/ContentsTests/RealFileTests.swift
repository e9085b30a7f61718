import Contents
import Foundation
import Testing

/// A real tool's work on the file `plain`, giving `out`.
struct Work: CustomTestStringConvertible, Sendable {
    var script: String
    var expected: ContentClass
    var testDescription: String { script }
}

private let gpg =
    "mkdir -m 700 g; gpg --homedir g --batch --quiet --pinentry-mode loopback --passphrase pw"

private let works = [
    Work(script: "openssl enc -aes-256-ctr -K 00 -iv 00 -in plain -out out", expected: .uniform),
    Work(script: "openssl enc -aes-256-cbc -K 01 -iv 02 -in plain -out out", expected: .uniform),
    Work(script: "openssl enc -chacha20 -K 01 -iv 02 -in plain -out out", expected: .uniform),
    Work(
        script: "openssl enc -aes-256-cbc -pbkdf2 -k pw -in plain -out out",
        expected: .encryptedContainer),
    Work(
        script: "openssl enc -aes-256-ctr -K 00 -iv 00 -base64 -in plain -out out",
        expected: .encodedUniform),
    Work(script: "\(gpg) -o out -c plain", expected: .encryptedContainer),
    Work(script: "\(gpg) -z0 -o out -c plain", expected: .encryptedContainer),
    Work(script: "\(gpg) --armor -o out -c plain", expected: .encryptedContainer),
    Work(
        script: "age-keygen -o k; age -r $(age-keygen -y k) -o out plain",
        expected: .encryptedContainer),
    Work(
        script: "age-keygen -o k; age -a -r $(age-keygen -y k) -o out plain",
        expected: .encryptedContainer),
    Work(
        script:
            "cp plain out; ccrypt -e -K pw -S '' out || { ccrypt -e -K pw out; mv out.cpt out; }",
        expected: .uniform),
    Work(script: "7z a -ppw -mhe=on out.7z plain; mv out.7z out", expected: .encryptedContainer),
    Work(script: "7z a -ppw -tzip out.zip plain; mv out.zip out", expected: .encryptedContainer),
    Work(
        script: "7z a -ppw -tzip -mem=AES256 out.zip plain; mv out.zip out",
        expected: .encryptedContainer),
    Work(script: "zip -P pw out.zip plain; mv out.zip out", expected: .encryptedContainer),
    Work(script: "gzip <plain >out", expected: .recognised),
    Work(script: "xz <plain >out", expected: .recognised),
    Work(
        script: "git init -q r; cd r; git hash-object -w ../plain; cp .git/objects/??/* ../out",
        expected: .recognised),
    Work(
        script:
            "python3 -c 'import zlib; open(\"out\",\"wb\").write(zlib.compress(open(\"plain\",\"rb\").read(), 9))'",
        expected: .recognised),
    Work(script: "zstd <plain >out", expected: .recognised),
    Work(script: "bzip2 <plain >out", expected: .recognised),
    Work(script: "lz4 <plain >out", expected: .recognised),
    Work(script: "zip out.zip plain; mv out.zip out", expected: .recognised),
    Work(script: "7z a out.7z plain; mv out.7z out", expected: .recognised),
    Work(script: "tar -cf out plain", expected: .recognised),
    Work(script: "tar --format=v7 -cf out plain", expected: .recognised),
    Work(script: "cp plain out", expected: .recognised),
    Work(script: "iconv -f UTF-8 -t UTF-16 plain >out", expected: .recognised),
    Work(script: "iconv -f UTF-8 -t EUC-JP plain >out", expected: .recognised),
    Work(script: "iconv -f UTF-8 -t SHIFT_JIS plain >out", expected: .recognised),
    Work(script: "base64 plain >out", expected: .recognised),
    Work(script: "dd if=/dev/urandom of=out bs=50000 count=1", expected: .uniform),
]

@Test("real tools' files get their class", .timeLimit(.minutes(2)), arguments: works)
func realTool(work: Work) throws {
    guard Tool.allExist(in: work.script) else {
        withKnownIssue("a tool is not installed") { Issue.record("skipped: \(work.script)") }
        return
    }
    var text = ""
    for i in 0..<3000 {
        text += "第\(i &* 7919 % 1009)行、カナリアは坑道で\(i &* i % 877)回鳴いた。Line \(i).\n"
    }
    let out = try Tool.output(of: work.script, plain: Array(text.utf8))
    let opinion = judged(out)
    #expect(opinion.contentClass == work.expected, "\(opinion)")
}

/// Files of this machine, as many as there are.
private func files(under folder: String, limit: Int) -> [String] {
    guard let all = FileManager.default.enumerator(atPath: folder) else { return [] }
    var found: [String] = []
    for case let name as String in all where found.count < limit {
        let path = folder + "/" + name
        guard let facts = try? FileManager.default.attributesOfItem(atPath: path),
            facts[.type] as? FileAttributeType == .typeRegular,
            let size = facts[.size] as? Int, size < 2_000_000
        else { continue }
        found.append(path)
    }
    return found
}

@Test(
    "installed files are never called random", .timeLimit(.minutes(5)),
    arguments: [
        ("/usr/bin", 300), ("/usr/share/doc", 600), ("/usr/share/man", 300),
        ("/usr/share/locale", 200),
        ("/usr/share/fonts", 100), ("/usr/share/icons", 200), ("/usr/lib/python3", 300),
        ("/etc", 300),
    ])
func installedFiles(folder: String, limit: Int) {
    var judgedCount = 0
    var alarms: [String] = []
    for path in files(under: folder, limit: limit) {
        guard let data = FileManager.default.contents(atPath: path) else { continue }
        let opinion = judged(Array(data))
        judgedCount += 1
        if opinion.contentClass.isStrong { alarms.append("\(path): \(opinion)") }
    }
    #expect(alarms.isEmpty, "\(alarms) of \(judgedCount)")
}
