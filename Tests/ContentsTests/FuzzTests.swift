import Contents
import Testing

/// Changes a file as an attacker or a bad disk might.
private func mutate(_ seed: [UInt8], _ generator: inout SeededBytes) -> [UInt8] {
    var bytes = seed
    let edges: [UInt8] = [0, 1, 0x20, 0x3F, 0x7F, 0x80, 0xFE, 0xFF]
    for _ in 0..<Int.random(in: 1...5, using: &generator) {
        guard !bytes.isEmpty else { break }
        // Most of a structure stands at both ends.
        let zone =
            switch Int.random(in: 0..<4, using: &generator) {
            case 0, 1: 0..<min(bytes.count, 512)
            case 2: max(0, bytes.count - 512)..<bytes.count
            default: 0..<bytes.count
            }
        let at = Int.random(in: zone, using: &generator)
        let edge = edges.randomElement(using: &generator) ?? 0
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: bytes[at] = edge
        case 2: for i in at..<min(bytes.count, at + 8) { bytes[i] = edge }
        case 3: bytes.removeSubrange(at..<min(bytes.count, at + 40))
        case 4: bytes.insert(contentsOf: SeededBytes.bytes(16, seed: UInt64(at)), at: at)
        default: bytes = Array(bytes.prefix(at))
        }
    }
    return bytes
}

@Test("mutated files of every format are judged without a trap", .timeLimit(.minutes(5)))
func fuzz() {
    let budget = ReadingBudget(readByteCount: 1 << 18, decodedByteCount: 1 << 14, stepCount: 1000)
    var generator = SeededBytes(seed: 2024)
    let seeds = FormatCorpus.files.sorted { $0.key < $1.key }.map { Array($0.value.prefix(3000)) }
    var classes: Set<JudgementClass> = []
    for round in 0..<75 {
        for seed in seeds where !seed.isEmpty {
            let bytes = round == 0 ? seed : mutate(seed, &generator)
            classes.insert(FullJudge.judge(MemorySource(bytes), budget: budget).judgementClass)
        }
    }
    #expect(classes.count > 6)
}
