import Testing

@testable import Contents

/// A file in memory, its sketch, and what a rewrite of it is judged to be.
private struct Sketched {
    static let key = SketchKey([UInt8]((1...32).map { UInt8($0) }).span)
    let side: SketchJudge.Side
    let key: FileSketchKey
    var words: [BlockSketch]

    init(_ bytes: [UInt8], number: UInt64 = 7) {
        let opinion = SampleJudge.opinion(ofWhole: bytes.span)
        let kind = opinion.structure == .recognised ? opinion.kind : .none
        side = SketchJudge.Side(kind: kind, byteCount: UInt64(bytes.count))
        let key = Self.key.file(number)
        self.key = key
        words = Self.blocks(bytes).enumerated().map { index, block in
            BlockSketch(of: block.span, number: UInt64(index), key: key)
        }
    }

    static func blocks(_ bytes: [UInt8]) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: 4096).map {
            Array(bytes[$0..<min(bytes.count, $0 + 4096)])
        }
    }

    func compare(_ new: [UInt8]) -> SketchComparison {
        var comparison = SketchComparison(oldByteCount: side.byteCount, key: key)
        for (index, block) in Self.blocks(new).enumerated() where index < words.count {
            comparison.add(block.span, number: UInt64(index), old: words[index])
        }
        return comparison
    }

    /// By the cheap tier; nil where it can't tell.
    func cheap(_ new: [UInt8]) -> ChangeClass? {
        SketchJudge.judge(
            compare(new), old: side, new: SampleJudge.opinion(ofWhole: new.span),
            byteCount: UInt64(new.count))
    }

    /// By the whole structure.
    func full(_ new: [UInt8]) -> ChangeClass {
        let kind = SampleJudge.opinion(ofWhole: new.span).kind
        return SketchJudge.judge(
            compare(new), old: side,
            new: SketchJudge.Side(kind: kind, byteCount: UInt64(new.count)),
            structure: FullJudge.judge(new).structure)
    }
}

/// Repeatable bytes.
private struct Source: RandomNumberGenerator {
    var state: UInt64 = 1
    mutating func next() -> UInt64 { mix(&state) }
    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 24) }
    }
}

/// A bitmap of 24 bits with a picture in it that is no plain surface.
private func bitmap(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = [0x42, 0x4D]
    let size = UInt32(54 + count)
    let rows = UInt32(count / 384)
    let words: [UInt32] = [size, 0, 54, 40, 128, rows, 24 << 16 | 1, 0, UInt32(count)]
    for word in words {
        for shift: UInt32 in [0, 8, 16, 24] {
            bytes.append(UInt8(truncatingIfNeeded: word >> shift))
        }
    }
    bytes.append(contentsOf: [UInt8](repeating: 0, count: 54 - bytes.count))
    for index in 0..<count {
        let brightness = index / 3 % 128 + index / 384
        bytes.append(UInt8(brightness / 4 + 40))
    }
    return bytes
}

/// A text of records.
private func records(_ count: Int) -> [UInt8] {
    var text = "number,ward,value\n"
    var index = 0
    while text.utf8.count < count {
        text += "\(index * 7919 % 10007),ward \(index % 13),\(index % 97).\(index % 7)\n"
        index += 1
    }
    return Array(text.utf8.prefix(count))
}

private let originals: [(String, [UInt8])] = [
    ("text", records(40_000)), ("bitmap", bitmap(60_000)),
    ("unknown", records(40_000).map { $0 &+ 0x70 }),
]

private enum Scheme: String, CaseIterable {
    case whole, kept512, kept4096, every16Of32, every64Of192, keptAnd16Of32, everySecondBlock
    case oneBlockIn16, lastBlocks

    func apply(_ old: [UInt8]) -> [UInt8] {
        var source = Source(state: UInt64(old.count))
        let (from, run, period): (Int, Int, Int) =
            switch self {
            case .whole: (0, old.count, old.count)
            case .kept512: (512, old.count, old.count)
            case .kept4096: (4096, old.count, old.count)
            case .every16Of32: (0, 16, 32)
            case .every64Of192: (0, 64, 192)
            case .keptAnd16Of32: (512, 16, 32)
            case .everySecondBlock: (4096, 4096, 8192)
            case .oneBlockIn16: (8192, 4096, 65536)
            case .lastBlocks: (old.count - 8192, 8192, old.count)
            }
        var new = old
        for start in stride(from: from, to: old.count, by: period) {
            let end = min(old.count, start + run)
            new.replaceSubrange(start..<end, with: source.bytes(end - start))
        }
        return new
    }
}

@Suite struct SketchTests {
    @Test("encryption in place is seen without the old content", arguments: Scheme.allCases)
    fileprivate func schemes(_ scheme: Scheme) {
        for (name, old) in originals {
            let change = Sketched(old).full(scheme.apply(old))
            #expect(change.isStrong, "\(name): \(change)")
        }
    }

    @Test("what still looks like its format is seen at once where it has no checksums")
    func cheapTier() {
        let old = bitmap(60_000)
        #expect(Sketched(old).cheap(Scheme.keptAnd16Of32.apply(old)) == .insideUniform)
        #expect(Sketched(old).cheap(Scheme.kept4096.apply(old)) != .ordinary)
        let text = records(40_000)
        #expect(Sketched(text).cheap(Scheme.every64Of192.apply(text)) == .lostUniform)
    }

    /// Rewrites that people and programs make all day.
    static let benign: [(String, [UInt8], [UInt8])] = {
        let text = records(40_000)
        var (edited, swapped) = (text, text)
        edited.insert(contentsOf: Array("one more line of text\n".utf8), at: 20_000)
        swapped.replaceSubrange(8192..<16384, with: text[16384..<24576])
        let picture = bitmap(60_000)
        var random = Source()
        // Compressed data: what is random of it was so before.
        let packed = random.bytes(40_000)
        var repacked = packed
        repacked.replaceSubrange(9000..<40_000, with: random.bytes(31_000))
        let zeros = [UInt8](repeating: 0, count: 40_000)
        return [
            ("edit", text, edited), ("append", text, text + records(9000)), ("move", text, swapped),
            ("cut", text, Array(text[..<5000])), ("rotation", text, Array(text[20_000...])),
            ("darker", picture, picture.prefix(54) + picture.dropFirst(54).map { $0 / 2 + 9 }),
            ("other type", text, picture), ("recompressed", packed, repacked),
            ("filled", zeros, packed), ("filled with text", zeros, text),
            (
                "few random bytes", text,
                text.prefix(9000) + random.bytes(200) + text.dropFirst(9200)
            ),
            ("same", text, text),
        ]
    }()

    @Test("everyday rewrites are nothing", arguments: benign)
    func ordinary(_ name: String, _ old: [UInt8], _ new: [UInt8]) {
        let sketched = Sketched(old)
        #expect(!sketched.full(new).isStrong)
        #expect(sketched.cheap(new)?.isStrong != true)
    }

    @Test("nobody can encrypt a file step by step between sketches")
    func steps() {
        let old = records(40_000)
        let target = Scheme.kept512.apply(old)
        var sketched = Sketched(old)
        var (now, found) = (old, false)
        // Too little at a time to be called random, and sketched anew after each step.
        for start in stride(from: 512, to: old.count, by: 256) {
            let end = min(old.count, start + 256)
            now.replaceSubrange(start..<end, with: target[start..<end])
            let comparison = sketched.compare(now)
            if SketchJudge.judge(
                comparison, old: sketched.side,
                new: SketchJudge.Side(kind: .none, byteCount: UInt64(now.count)), structure: .none
            ).isStrong {
                found = true
                break
            }
            for (index, block) in Sketched.blocks(now).enumerated() {
                var one = SketchComparison(
                    oldByteCount: sketched.side.byteCount, key: sketched.key)
                if one.add(block.span, number: UInt64(index), old: sketched.words[index]) {
                    sketched.words[index] = BlockSketch(
                        of: block.span, number: UInt64(index), key: sketched.key)
                }
            }
        }
        #expect(found)
    }

    @Test("an ordinary change is sketched anew")
    func refreshed() {
        let old = Sketched(records(4096))
        var comparison = SketchComparison(oldByteCount: 4096, key: old.key)
        let new = records(8000).suffix(4096)
        let isReplaced = comparison.add(Array(new).span, number: 0, old: old.words[0])
        #expect(isReplaced)
        #expect(comparison.changedByteCount > 200)
    }

    @Test(
        "blocks are told apart by how they look",
        arguments: [
            (records(4096), .structured), (bitmap(4096), .structured),
            ([UInt8](repeating: 0, count: 4096), .empty), (records(100), .empty),
        ] as [([UInt8], BlockSketch.Texture)])
    func texture(_ bytes: [UInt8], _ texture: BlockSketch.Texture) {
        let block = Array(bytes.prefix(4096))
        #expect(
            BlockSketch(of: block.span, number: 0, key: Sketched.key.file(1)).texture == texture)
        var random = Source()
        let noise = random.bytes(4096)
        #expect(
            BlockSketch(of: noise.span, number: 0, key: Sketched.key.file(1)).texture == .uniform)
    }

    @Test("the same bytes have another sketch in another file, and under another secret")
    func secret() {
        let block = records(4096).span
        let one = BlockSketch(of: block, number: 0, key: Sketched.key.file(1))
        #expect(one == BlockSketch(of: block, number: 0, key: Sketched.key.file(1)))
        #expect(one != BlockSketch(of: block, number: 1, key: Sketched.key.file(1)))
        #expect(one != BlockSketch(of: block, number: 0, key: Sketched.key.file(2)))
        let other = SketchKey([UInt8](repeating: 9, count: 32).span)
        #expect(one != BlockSketch(of: block, number: 0, key: other.file(1)))
    }
}
