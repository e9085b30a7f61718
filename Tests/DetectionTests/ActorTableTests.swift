import Contents
import Testing

@testable import Detection

private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}

@Test("the table agrees with a dictionary", arguments: [1, 2, 3] as [UInt64])
func tableAgrees(seed: UInt64) {
    var random = Generator(state: seed &* 0x9E37_79B9_7F4A_7C15)
    var table = ActorTable(capacity: 64)
    var oracle: [ProcessKey: Double] = [:]
    for step in 0..<20_000 {
        let key = ProcessKey(pid: Int32(random.next() % 90), startTicks: random.next() % 2)
        if random.next() % 3 == 0 {
            table.remove(key)
            oracle[key] = nil
        } else if oracle[key] != nil || oracle.count < 64 {
            let index = table.findOrInsert(key)
            table.actors[index].score = Double(step)
            oracle[key] = Double(step)
        }
        #expect(table.actors.count == oracle.count)
        let probe = ProcessKey(pid: Int32(random.next() % 90), startTicks: random.next() % 2)
        let found = table.index(of: probe).map { table.actors[$0].score }
        #expect(found == oracle[probe], "seed \(seed), step \(step)")
    }
    #expect(table.evictionCount == 0)
}

@Test("a flood of processes does not push out a suspect")
func floodKeepsSuspect() {
    var thresholds = Thresholds()
    thresholds.actorCapacity = 64
    var detector = Detector(thresholds)
    let suspect = ProcessKey(pid: 1, startTicks: 1)
    let overwrite = Act.wrote(.uniform, existedBefore: true)
    _ = detector.observe(Observation(lineage: Lineage(writer: suspect), act: overwrite))
    for pid in 2..<2000 as Range<Int32> {
        let lineage = Lineage(writer: ProcessKey(pid: pid, startTicks: 1))
        _ = detector.observe(
            Observation(lineage: lineage, act: .wrote(.uniform, existedBefore: false)))
    }
    #expect(detector.actorCount == 64)
    #expect(detector.evictionCount == 1999 - 64)
    #expect(detector.score(of: suspect) == 4.39)
}

@Test("the whole table stays within six megabytes")
func tableIsSmall() {
    let actors = MemoryLayout<Actor>.stride * Thresholds().actorCapacity
    let slots = MemoryLayout<Int32>.stride * Thresholds().actorCapacity * 2
    #expect(actors + slots <= 6_000_000)
}

@Test("known honest acts of strangers are not remembered")
func strangersAreNotRemembered() {
    var detector = Detector(Thresholds())
    for pid in 1...100 as ClosedRange<Int32> {
        let lineage = Lineage(writer: ProcessKey(pid: pid, startTicks: 1))
        _ = detector.observe(
            Observation(lineage: lineage, act: .wrote(.recognised, existedBefore: true)))
    }
    #expect(detector.actorCount == 0)
}
