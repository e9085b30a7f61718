import Foundation
import Testing

@testable import Contents

@Test(
    "chi-square and entropy agree with slow obvious ones", arguments: 1...20 as ClosedRange<UInt64>)
func statisticsAgree(seed: UInt64) {
    var generator = SeededBytes(seed: seed)
    let count = Int.random(in: 256...5000, using: &generator)
    let mask = [0xFF, 0x7F, 0x0F, 0x01].randomElement(using: &generator) ?? 0xFF
    let bytes = SeededBytes.bytes(count, seed: seed).map { $0 & UInt8(mask) }
    var counts = [Double](repeating: 0, count: 256)
    for byte in bytes { counts[Int(byte)] += 1 }
    let expected = Double(count) / 256
    let slowChiSquare = counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
    let slowEntropy = counts.filter { $0 > 0 }
        .reduce(0) { $0 - $1 / Double(count) * log2($1 / Double(count)) }
    var histogram = Histogram()
    histogram.add(bytes: bytes.span)
    #expect(abs(histogram.chiSquare - slowChiSquare) < 1e-6 * max(1, slowChiSquare), "seed \(seed)")
    #expect(abs(histogram.entropyBitsPerByte - slowEntropy) < 1e-9, "seed \(seed)")
}

@Test(
    "the nibble lag counts the bytes lying across neighbours",
    arguments: 1...10 as ClosedRange<UInt64>)
func nibbleLagAgrees(seed: UInt64) {
    let bytes = SeededBytes.bytes(1000 + Int(seed), seed: seed)
    let shifted = zip(bytes, bytes.dropFirst()).map { ($0 & 15) * 16 + $1 / 16 }
    var slow = Histogram()
    slow.add(bytes: shifted.span)
    var fast = Histogram()
    fast.addNibbleLag(of: bytes.span)
    #expect(fast.total == slow.total)
    for value in 0..<256 { #expect(fast.counts[value] == slow.counts[value]) }
}

@Test("the logarithm is exact to 1e-12", arguments: [1e-9, 0.3, 1, 1.5, 2, 3, 1e4, 1e10, 6e23])
func logarithm(value: Double) {
    #expect(abs(naturalLogarithm(value) - log(value)) < 1e-12 * max(1, abs(log(value))))
}

@Test("random bytes of every size from 1 KiB are uniform, whatever the seed")
func randomIsUniform() {
    var misses = 0
    for seed in 1...200 as ClosedRange<UInt64> {
        let count = 1024 + Int(seed) * 311
        if judged(SeededBytes.bytes(count, seed: seed)).contentClass != .uniform { misses += 1 }
    }
    #expect(misses <= 1)
}

@Test("random bytes are hardly ever taken for a format")
func randomIsNoFormat() {
    var recognised = 0
    for seed in 1...20_000 as ClosedRange<UInt64> {
        let bytes = SeededBytes.bytes(520, seed: seed)
        if recognise(head: bytes.span, fileByteCount: 520).kind != .none { recognised += 1 }
    }
    #expect(recognised <= 2)
}

@Test("the plan covers small files wholly and big ones in every eighth")
func plan() {
    let small = SamplePlan(fileByteCount: 10_000, salt: 1)
    #expect(small.count == 2)
    #expect(small[0] == 4096)
    #expect(small[1] == 8192)
    #expect(SamplePlan(fileByteCount: 4096, salt: 1).count == 0)
    for salt in 0..<100 as Range<UInt64> {
        let size: UInt64 = 36_865 + salt * 99_999
        let plan = SamplePlan(fileByteCount: size, salt: salt)
        #expect(plan.count == 8)
        var before: UInt64 = 0
        for i in 0..<8 {
            #expect(plan[i] >= before + 4096)
            #expect(plan[i] + 4096 <= size)
            before = plan[i]
        }
        #expect(before == size - 4096)
    }
}

/// What an attacker leaves of a file.
struct Variant: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var expected: ContentClass
    var encrypt: @Sendable ([UInt8]) -> [UInt8]
}

private func cover(_ plain: [UInt8], where isCovered: (Int) -> Bool) -> [UInt8] {
    let random = SeededBytes.bytes(plain.count, seed: 7)
    return plain.indices.map { isCovered($0) ? random[$0] : plain[$0] }
}

private let variants = [
    Variant(testDescription: "whole", expected: .uniform) { plain in cover(plain) { _ in true } },
    Variant(testDescription: "header 4 KiB", expected: .partlyUniform) { plain in
        cover(plain) { $0 < 4096 }
    },
    Variant(testDescription: "every second 64 KiB", expected: .partlyUniform) { plain in
        cover(plain) { $0 >> 16 & 1 == 0 }
    },
    Variant(testDescription: "16 of 32 bytes", expected: .partlyUniform) { plain in
        cover(plain) { $0 & 16 == 0 }
    },
    Variant(testDescription: "footer of 512 bytes", expected: .partlyUniform) { plain in
        cover(plain) { _ in true } + [UInt8](repeating: 0x41, count: 512)
    },
    Variant(testDescription: "base64", expected: .encodedUniform) { plain in
        Array(Data(cover(plain) { _ in true }).base64EncodedString().utf8)
    },
    Variant(testDescription: "base64 in lines", expected: .encodedUniform) { plain in
        Array(Data(cover(plain) { _ in true }).base64EncodedData(options: .lineLength76Characters))
    },
    Variant(testDescription: "hexadecimal", expected: .encodedUniform) { plain in
        let digits = Array("0123456789abcdef".utf8)
        return cover(plain) { _ in true }.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    },
]

@Test("every way of encrypting a text is seen", arguments: variants)
func variantIsSeen(variant: Variant) {
    let line = Array("The quick brown fox jumps over the lazy dog, number 12345.\n".utf8)
    let plain = (0..<200_000).map { line[$0 % line.count] }
    #expect(judged(plain).contentClass == .recognised)
    #expect(judged(variant.encrypt(plain)).contentClass == variant.expected)
}

@Test("small and empty content is not judged")
func smallContent() {
    #expect(judged([]).contentClass == .empty)
    #expect(judged(SeededBytes.bytes(255, seed: 3)).contentClass == .tooSmall)
    #expect(judged(Array("hello\n".utf8)).contentClass == .recognised)
    #expect(judged([UInt8](repeating: 0, count: 5000)).contentClass == .unknown)
}
