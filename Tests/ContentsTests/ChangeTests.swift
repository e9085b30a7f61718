import Contents
import Testing

/// An attack on a file and the classes it may come to.
private struct Attack: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var expected: Set<ChangeClass>
    var apply: @Sendable ([UInt8]) -> [UInt8]
}

private let random: Set<ChangeClass> = [.lostUniform, .lostToRandom]
private let attacks: [Attack] = [
    Attack(testDescription: "whole", expected: random) { encrypt($0) { _ in true } },
    Attack(testDescription: "header 4K", expected: random) { encrypt($0) { $0 < 4096 } },
    Attack(testDescription: "4K of 8K", expected: random) { encrypt($0) { $0 / 4096 % 2 == 0 } },
    Attack(testDescription: "16 of 32 bytes", expected: random) {
        encrypt($0) { $0 / 16 % 2 == 0 }
    },
    Attack(testDescription: "64 of 192 bytes", expected: random) {
        encrypt($0) { $0 % 192 < 64 }
    },
    Attack(
        testDescription: "header kept 512", expected: random.union([.insideUniform])
    ) { encrypt($0) { $0 >= 512 } },
    Attack(
        testDescription: "header kept 4K", expected: random.union([.insideUniform])
    ) { encrypt($0) { $0 >= 4096 } },
    Attack(testDescription: "xor with 8 bytes", expected: random.union([.repeatedKey])) { bytes in
        let key = SeededBytes.bytes(8, seed: 4)
        return bytes.indices.map { bytes[$0] ^ key[$0 % 8] }
    },
    Attack(testDescription: "substitution", expected: random.union([.substitution])) { bytes in
        bytes.map { $0 &* 7 &+ 13 }
    },
]

private let victims = [
    "txt", "docx", "pdf", "png", "sqlite", "dcm", "wav", "doc", "gz", "mp4", "heic",
]

@Test("attacks are seen by the changed bytes", arguments: attacks.indices, victims)
func attacked(index: Int, victim: String) {
    guard let old = FormatCorpus.files[victim], old.count > 8192 || index < 5 else { return }
    let attack = attacks[index]
    let judgement = ChangeJudge.judge(old: old, new: attack.apply(old))
    #expect(
        attack.expected.contains(judgement.changeClass),
        "\(attack.testDescription) \(victim): \(judgement)")
}

/// A benign rewrite: files of the corpus, before and after.
private let rewrites = [
    ("txt", "gz"), ("txt", "docx"), ("zip", "zip-stored"), ("gz", "xz"), ("png", "jpg"),
    ("csv", "json"), ("tar", "tar-pax"), ("wav", "flac"), ("doc", "docx"), ("txt-euc", "txt-utf8"),
]

@Test("conversions are ordinary", arguments: rewrites)
func converted(old: String, new: String) {
    guard let before = FormatCorpus.files[old], let after = FormatCorpus.files[new] else { return }
    let judgement = ChangeJudge.judge(old: before, new: after)
    #expect(judgement.changeClass == .ordinary, "\(judgement)")
}

@Test("edits are ordinary, and nothing changed is the same")
func edited() {
    for name in ["txt", "csv", "html", "txt-sjis"] {
        guard let old = FormatCorpus.files[name] else { continue }
        #expect(ChangeJudge.judge(old: old, new: old).changeClass == .same)
        let inserted = Array(old[..<500]) + Array("an edit, ".utf8) + Array(old[500...])
        #expect(ChangeJudge.judge(old: old, new: inserted).changeClass == .ordinary, "\(name)")
        #expect(ChangeJudge.judge(old: old, new: old + old).changeClass == .ordinary, "\(name)")
    }
}

@Test(
    "a recognised file that became a container is told apart", arguments: ["gpg", "age", "salted"])
func contained(name: String) {
    guard let old = FormatCorpus.files["txt"], let new = FormatCorpus.files[name] else { return }
    #expect(ChangeJudge.judge(old: old, new: new).changeClass == .lostToContainer)
}

@Test("an edit behind a third that stays is no repeated key", arguments: ["txt", "csv", "json"])
func laterEdit(name: String) {
    guard let old = FormatCorpus.files[name], old.count > 20_000 else { return }
    // Everything behind the edit has moved, so that most bytes differ, but none before it.
    let place = old.count / 3
    let new = Array(old[..<place]) + Array("an edit, ".utf8) + Array(old[place...])
    #expect(ChangeJudge.judge(old: old, new: new).changeClass == .ordinary)
}

@Test("a repeated key is found behind pages of zeros")
func keyBehindZeros() {
    guard let text = FormatCorpus.files["txt"] else { return }
    let zeros = [UInt8](repeating: 0, count: 100_000)
    let old = zeros + text[..<20_000] + zeros
    let key = SeededBytes.bytes(32, seed: 9)
    let new = old.indices.map { old[$0] ^ key[$0 % 32] }
    #expect(ChangeJudge.judge(old: old, new: new).changeClass == .repeatedKey)
}

@Test("a key over another one is ordinary")
func newKey() {
    func key(_ seed: UInt64) -> [UInt8] {
        [0x30, 0x82, 0x08, 0x04, 0x02, 0x82, 0x08, 0x00] + SeededBytes.bytes(2048, seed: seed)
    }
    #expect(ChangeJudge.judge(old: key(1), new: key(2)).changeClass == .ordinary)
}

@Test("a broken file that becomes random is seen, one that goes on growing is ordinary")
func brokenBefore() {
    guard var old = FormatCorpus.files["png"], let archive = FormatCorpus.files["xz"] else {
        return
    }
    old[old.count / 2] ^= 0x55
    let new = encrypt(old) { $0 >= 16 }
    #expect(ChangeJudge.judge(old: old, new: new).changeClass == .unknownUniform)
    let (first, second) = (archive[..<(archive.count / 2)], archive[..<(archive.count * 3 / 4)])
    #expect(!ChangeJudge.judge(old: Array(first), new: Array(second)).changeClass.isStrong)
}

/// A WebP of one lossless chunk, which is nothing but random bytes behind its head.
private func webP(_ count: Int, seed: UInt64) -> [UInt8] {
    func little(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(number >> (8 * $0) & 0xFF) } }
    let head = Array("RIFF".utf8) + little(count + 12) + Array("WEBPVP8L".utf8) + little(count)
    return head + [0x2F] + SeededBytes.bytes(count - 1, seed: seed)
}

@Test("a picture saved again that grew is ordinary, one that is encrypted in parts is not")
func savedAgain() {
    let old = webP(9000, seed: 1)
    #expect(ChangeJudge.judge(old: old, new: webP(11_000, seed: 2)).changeClass == .ordinary)
    let parts = encrypt(old) { $0 > 64 && $0 % 32 < 16 }
    #expect(ChangeJudge.judge(old: old, new: parts).changeClass == .insideUniform)
    let footer = parts + SeededBytes.bytes(512, seed: 3)
    #expect(ChangeJudge.judge(old: old, new: footer).changeClass.isStrong)
}
