import Contents
import Testing

/// A head, zeros up to the size, and a count of what was read.
private struct SparseSource: ByteSource {
    var head: [UInt8]
    var byteCount: UInt64

    mutating func read(
        at offset: UInt64, byteCount count: Int, into target: inout MutableSpan<UInt8>
    ) -> Int? {
        for i in 0..<count {
            let place = offset + UInt64(i)
            target[i] = place < UInt64(head.count) ? head[Int(place)] : 0
        }
        return count
    }
}

/// A file that cannot be read, or that becomes shorter while it is.
private struct FailingSource: ByteSource {
    var byteCount: UInt64 = 100_000
    var readable: Int?

    mutating func read(
        at offset: UInt64, byteCount count: Int, into target: inout MutableSpan<UInt8>
    ) -> Int? {
        readable.map { min($0, count) }
    }
}

@Suite(.timeLimit(.minutes(5))) struct BoundednessTests {
    @Test("bombs cost no more than the budget")
    func bombs() {
        for name in FormatCorpus.names(startingWith: "bomb-") {
            let judgement = FullJudge.judge(FormatCorpus.files[name] ?? [])
            #expect(
                judgement.decodedByteCount <= ReadingBudget.standard.decodedByteCount, "\(name)")
            #expect(!judgement.judgementClass.isStrong, "\(name): \(judgement)")
            #expect(judgement.structure != .none, "\(name): \(judgement)")
        }
    }

    @Test("a huge file is read within the budget", arguments: Format.all + Format.texts)
    func hugeFiles(format: Format) {
        guard let bytes = format.bytes else { return }
        let budget = ReadingBudget(
            readByteCount: 1 << 18, decodedByteCount: 1 << 16, stepCount: 5000)
        for byteCount: UInt64 in [1 << 40, 1 << 63, .max] {
            let source = SparseSource(head: bytes, byteCount: byteCount)
            let judgement = FullJudge.judge(source, budget: budget)
            #expect(judgement.readByteCount <= budget.readByteCount)
            #expect(judgement.decodedByteCount <= budget.decodedByteCount)
            #expect(!judgement.judgementClass.isStrong, "\(judgement)")
        }
    }

    @Test("a sparse file of 1 TiB costs what the standard budget says")
    func sparse() {
        let source = SparseSource(head: Array("%PDF-1.7\n1 0 obj\n".utf8), byteCount: 1 << 40)
        let judgement = FullJudge.judge(source)
        #expect(judgement.readByteCount <= ReadingBudget.standard.readByteCount)
        #expect(judgement.reasons.contains(.sample))
        #expect(!judgement.judgementClass.isStrong, "\(judgement)")
    }

    @Test("a small budget ends the walk without a contradiction", arguments: Format.all)
    func smallBudget(format: Format) {
        guard let bytes = format.bytes else { return }
        let whole = ReadingBudget.standard
        for budget in [
            ReadingBudget(
                readByteCount: bytes.count + 5000, decodedByteCount: whole.decodedByteCount,
                stepCount: whole.stepCount),
            ReadingBudget(
                readByteCount: whole.readByteCount, decodedByteCount: 1000,
                stepCount: whole.stepCount),
            ReadingBudget(
                readByteCount: whole.readByteCount, decodedByteCount: whole.decodedByteCount,
                stepCount: 3),
        ] {
            let judgement = FullJudge.judge(MemorySource(bytes), budget: budget)
            #expect(judgement.judgementClass == .recognised, "\(budget): \(judgement)")
        }
    }

    @Test("a file that cannot be read is not called benign", arguments: [nil, 0, 100])
    func unreadable(readable: Int?) {
        let judgement = FullJudge.judge(FailingSource(readable: readable))
        #expect(judgement.judgementClass == .unreadable)
    }

    @Test("empty and small content is not judged")
    func small() {
        #expect(FullJudge.judge([]).judgementClass == .empty)
        #expect(FullJudge.judge(SeededBytes.bytes(200, seed: 3)).judgementClass == .tooSmall)
        #expect(FullJudge.judge(Array("hello\n".utf8)).judgementClass == .recognised)
        #expect(FullJudge.judge([UInt8](repeating: 0, count: 5000)).judgementClass == .unknown)
    }

    @Test("every length of every format can be judged")
    func everyLength() {
        let budget = ReadingBudget(readByteCount: 1 << 16, decodedByteCount: 4096, stepCount: 300)
        for format in Format.all + Format.small {
            guard let bytes = format.bytes else { continue }
            for count in stride(from: 0, to: min(700, bytes.count), by: 5) {
                _ = FullJudge.judge(MemorySource(Array(bytes.prefix(count))), budget: budget)
            }
        }
    }
}
