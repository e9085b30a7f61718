import Contents
import Testing

@Suite(.timeLimit(.minutes(5))) struct FormatTests {
    @Test("formats are written") func corpusIsThere() {
        // Without Python nothing below would fail.
        #expect(FormatCorpus.files.count > 100)
    }

    @Test("an intact file is known to its end", arguments: Format.all + Format.texts + Format.small)
    func intact(format: Format) throws {
        guard let bytes = format.bytes else { return }
        let judgement = FullJudge.judge(bytes)
        #expect(judgement.kind == format.kind, "\(judgement)")
        #expect(judgement.structure == format.finding, "\(judgement)")
        #expect(judgement.judgementClass == .recognised, "\(judgement)")
    }

    @Test(
        "what a head decides is the class of the whole sample",
        arguments: Format.all + Format.texts + Format.small)
    func decidedByHead(format: Format) {
        guard let bytes = format.bytes else { return }
        let head = Array(bytes.prefix(4096))
        let padded = head + [UInt8](repeating: 0, count: 4096 - head.count)
        let bodies = [
            SeededBytes.bytes(40_000, seed: 5), [UInt8](repeating: 0, count: 40_000),
            Array(String(repeating: "text ", count: 8000).utf8),
        ]
        for content in [bytes] + bodies.map({ padded + $0 }) {
            var judge = SampleJudge(fileByteCount: UInt64(content.count))
            judge.add(block: content.span.extracting(0..<min(4096, content.count)), at: 0)
            guard judge.isDecided else { continue }
            #expect(judge.opinion().contentClass == judged(content).contentClass)
        }
    }

    @Test("a shortened file is not verified, nor called random", arguments: Format.all)
    func shortened(format: Format) {
        guard let bytes = format.bytes else { return }
        for share in [3, 5, 7, 9] {
            let judgement = FullJudge.judge(Array(bytes.prefix(bytes.count * share / 10)))
            #expect(judgement.structure != .verified, "\(share): \(judgement)")
            #expect(!judgement.judgementClass.isStrong, "\(share): \(judgement)")
        }
    }

    @Test("one flipped byte in the content is not verified", arguments: Format.all)
    func flipped(format: Format) {
        guard var bytes = format.bytes else { return }
        bytes[bytes.count / 2] ^= 0x55
        #expect(FullJudge.judge(bytes).structure != .verified)
    }

    @Test(
        "whole, header and intermittent encryption are seen", arguments: Format.all + Format.texts)
    func encrypted(format: Format) {
        guard let bytes = format.bytes, bytes.count >= 1024 else { return }
        let whole = FullJudge.judge(encrypt(bytes) { _ in true })
        #expect([.uniform, .uniformFromStart].contains(whole.judgementClass), "\(whole)")
        let head = FullJudge.judge(encrypt(bytes) { $0 < 4096 })
        #expect(head.judgementClass.isStrong, "\(head)")
        let blocks = FullJudge.judge(encrypt(bytes) { $0 / 4096 % 2 == 0 })
        #expect(blocks.judgementClass.isStrong, "\(blocks)")
    }

    @Test("a kept header does not hide ciphertext", arguments: Format.all + Format.texts)
    func keptHead(format: Format) {
        guard let bytes = format.bytes, bytes.count >= 8192 else { return }
        let judgement = FullJudge.judge(encrypt(bytes) { $0 >= 512 })
        let isSeen =
            judgement.judgementClass.isStrong || judgement.judgementClass == .brokenUniform
            || judgement.judgementClass == .broken
        #expect(isSeen == format.seesKeptHead, "\(judgement)")
    }

    @Test(
        "files locked on purpose are known",
        arguments: [
            "salted", "salted64", "zip-locked.zip", "aes-locked.zip", "locked.7z",
            "names-locked.7z", "gpg", "asc", "age", "age-armor", "luks", "doc-locked",
            "docx-locked", "odt-locked", "pdf-locked", "key-locked.pem",
        ])
    func locked(name: String) {
        guard let bytes = FormatCorpus.files[name] else { return }
        let judgement = FullJudge.judge(bytes)
        #expect(judgement.judgementClass == .encryptedContainer, "\(judgement)")
    }

    @Test("random bytes in a sound container are seen")
    func wraps() {
        for name in FormatCorpus.names(startingWith: "wrap-") {
            let judgement = FullJudge.judge(FormatCorpus.files[name] ?? [])
            #expect(judgement.judgementClass == .uniformPayload, "\(name): \(judgement)")
        }
    }

    @Test("random bytes behind an alphabet are seen, text and archives are not")
    func alphabets() {
        for name in FormatCorpus.names(startingWith: "code-") {
            let judgement = FullJudge.judge(FormatCorpus.files[name] ?? [])
            #expect(judgement.judgementClass == .encodedUniform, "\(name): \(judgement)")
        }
        for prefix in ["textcode-", "gzcode-"] {
            for name in FormatCorpus.names(startingWith: prefix) {
                // Base 85 is decoded by no alphabet, so what it holds cannot be recognised.
                if prefix == "gzcode-", name.hasSuffix("85") { continue }
                let judgement = FullJudge.judge(FormatCorpus.files[name] ?? [])
                #expect(judgement.judgementClass == .recognised, "\(name): \(judgement)")
            }
        }
    }
}

@Suite struct PartsTests {
    @Test("a forged head whose window no decoder takes does not hide ciphertext")
    func forgedWindow() {
        guard let bytes = FormatCorpus.files["forged-zst"] else { return }
        #expect(FullJudge.judge(bytes).judgementClass == .brokenUniform)
    }

    /// Bytes of no format.
    private let plain: [UInt8] = (0..<300_000).map { UInt8($0 / 7 % 251 & 0xF8) | 1 }

    @Test("less than a block at the beginning is seen")
    func beginning() {
        let parts = FullJudge.judge(encrypt(plain) { $0 % 16_384 < 1638 })
        #expect(parts.judgementClass == .partlyUniform, "\(parts)")
        let marked = SeededBytes.bytes(1100, seed: 5) + [UInt8](repeating: 0, count: 72)
        #expect(FullJudge.judge(marked).judgementClass.isStrong)
        #expect(FullJudge.judge(plain).judgementClass == .unknown)
    }

    @Test(
        "zeros between random bytes hide nothing, whatever the size", arguments: [9000, 2_000_000])
    func zerosBetween(size: Int) {
        let noise = SeededBytes.bytes(size, seed: 6)
        let judgement = FullJudge.judge((0..<size).map { $0 / 16 % 2 == 0 ? noise[$0] : 0 })
        #expect(judgement.judgementClass.isStrong, "\(judgement)")
    }
}
