import Contents
import Detection
import Testing

/// Feeds acts of the process `pid`, below the given ancestors.
struct Stage: ~Copyable {
    var detector = Detector(Thresholds())

    mutating func act(_ act: Act, by pids: Int32...) -> Verdict {
        var lineage = Lineage()
        for pid in pids { lineage.append(key(pid)) }
        return detector.observe(Observation(lineage: lineage, act: act))
    }
}

func key(_ pid: Int32) -> ProcessKey { ProcessKey(pid: pid, startTicks: UInt64(pid) * 7) }

func attacked(_ verdict: Verdict) -> ProcessKey? {
    if case .attack(let key, _, _) = verdict { return key }
    return nil
}

let overwrite = Act.wrote(.uniform, existedBefore: true)
let newUniform = Act.wrote(.uniform, existedBefore: false)
let cover = Act.wrote(.recognised, existedBefore: true)

/// One victim's acts, and how many victims may be lost before the alarm.
struct Attack: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var acts: [Act]
    var victims: ClosedRange<Int>
}

private let attacks = [
    Attack(testDescription: "overwritten in place", acts: [overwrite], victims: 6...6),
    Attack(
        testDescription: "partly encrypted in place",
        acts: [.wrote(.partlyUniform, existedBefore: true)],
        victims: 6...6),
    Attack(
        testDescription: "base64 in place", acts: [.wrote(.encodedUniform, existedBefore: true)],
        victims: 6...6),
    Attack(
        testDescription: "renamed after the overwrite",
        acts: [overwrite, .renamed(overExisting: false, changedSuffix: true, .uniform)],
        victims: 5...6),
    Attack(
        testDescription: "new file, then the old one deleted",
        acts: [newUniform, .deleted(existedBefore: true)], victims: 6...6),
    Attack(
        testDescription: "old one deleted, then a new file",
        acts: [.deleted(existedBefore: true), newUniform], victims: 6...6),
    Attack(
        testDescription: "new file renamed over the old one, judged",
        acts: [newUniform, .renamed(overExisting: true, changedSuffix: true, .uniform)],
        victims: 6...6),
    Attack(
        testDescription: "new file renamed over the old one, not judged",
        acts: [newUniform, .renamed(overExisting: true, changedSuffix: true, nil)], victims: 6...6),
    Attack(
        testDescription: "new file, the old one emptied",
        acts: [newUniform, .wrote(.empty, existedBefore: true)], victims: 6...6),
    Attack(
        testDescription: "nine cover writes per victim",
        acts: [overwrite] + Array(repeating: cover, count: 9), victims: 7...10),
    Attack(
        testDescription: "forged signature over random bytes",
        acts: [.wrote(.broken, existedBefore: true)], victims: 13...13),
    Attack(
        testDescription: "encrypted containers in place of originals",
        acts: [.wrote(.encryptedContainer, existedBefore: false), .deleted(existedBefore: true)],
        victims: 13...13),
]

@Test("an attack is named within the files it may cost", arguments: attacks)
func attackIsNamed(attack: Attack) {
    var stage = Stage()
    for victim in 1...20 {
        for act in attack.acts {
            let verdict = stage.act(act, by: 10, 1000)
            guard let named = attacked(verdict) else { continue }
            #expect(named == key(10))
            #expect(attack.victims.contains(victim), "after \(victim) files")
            return
        }
    }
    Issue.record("never named")
}

/// Acts of one round of something honest.
struct Honest: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var acts: [Act]
    var rounds = 10_000
}

private let honest = [
    Honest(testDescription: "unpacking", acts: [.wrote(.recognised, existedBefore: false)]),
    Honest(
        testDescription: "compressing and deleting originals",
        acts: [.wrote(.recognised, existedBefore: false), .deleted(existedBefore: true)]),
    Honest(testDescription: "deleting a tree", acts: [.deleted(existedBefore: true)]),
    Honest(
        testDescription: "saving through a temporary file",
        acts: [
            .wrote(.recognised, existedBefore: false),
            .renamed(overExisting: true, changedSuffix: true, .recognised),
        ]),
    Honest(testDescription: "rewriting", acts: [cover]),
    Honest(
        testDescription: "rewriting, one random file in a thousand",
        acts: Array(repeating: cover, count: 999) + [overwrite], rounds: 20),
    Honest(testDescription: "downloading random files", acts: [newUniform]),
    Honest(
        testDescription: "downloading under a temporary suffix",
        acts: [newUniform, .renamed(overExisting: false, changedSuffix: true, .uniform)]),
    Honest(
        testDescription: "temporary random files",
        acts: [newUniform, .deleted(existedBefore: false)]),
    Honest(
        testDescription: "encrypting copies",
        acts: [.wrote(.encryptedContainer, existedBefore: false)]),
    Honest(
        testDescription: "rewriting files of an unknown format",
        acts: [.wrote(.unknown, existedBefore: true)]),
    Honest(testDescription: "reading all canaries", acts: [.canary(.read)]),
    Honest(
        testDescription: "a backup that reads canaries",
        acts: [.canary(.read), .wrote(.recognised, existedBefore: false), cover]),
]

@Test("honest work is never called an attack", arguments: honest)
func honestWorkIsCalm(work: Honest) {
    var stage = Stage()
    for _ in 0..<work.rounds {
        for act in work.acts where attacked(stage.act(act, by: 10, 1000)) != nil {
            Issue.record("named")
            return
        }
    }
    #expect(stage.detector.score(of: key(10)) < 5)
}

@Test("honest acts that destroy nothing raise no suspicion")
func readingIsCalm() {
    var stage = Stage()
    for _ in 0..<1000 {
        #expect(stage.act(.canary(.read), by: 10) == .calm)
        #expect(stage.act(newUniform, by: 11) == .calm)
    }
    #expect(stage.detector.score(of: key(10)) <= 1.0001)
}

@Test("destroying one canary is an attack", arguments: CanaryContact.allCases)
func canary(contact: CanaryContact) {
    var stage = Stage()
    let verdict = stage.act(.canary(contact), by: 10, 1000)
    guard contact.isDestructive else {
        #expect(attacked(verdict) == nil)
        return
    }
    #expect(verdict == .attack(key(10), reason: .canary(contact), score: Thresholds().alarmScore))
}

@Test("touching a canary's attributes is suspicious, twice is an attack")
func attributes() {
    var stage = Stage()
    #expect(stage.act(.canary(.attributes), by: 10) == .suspicious(key(10), score: 3 * 4.39))
    #expect(attacked(stage.act(.canary(.linked), by: 10)) == key(10))
}

@Test("one process per file is traced to the parent")
func oneProcessPerFile() {
    var stage = Stage()
    for file in 1...6 {
        let verdict = stage.act(overwrite, by: Int32(100 + file), 50, 40)
        #expect(attacked(verdict) == (file == 6 ? key(50) : nil))
    }
}

@Test("encrypting and deleting in different children adds up in the parent")
func splitWork() {
    var stage = Stage()
    var named: ProcessKey?
    for file in 1...6 {
        #expect(attacked(stage.act(newUniform, by: Int32(100 + 2 * file), 50)) == nil)
        named = attacked(stage.act(.deleted(existedBefore: true), by: Int32(101 + 2 * file), 50))
    }
    #expect(named == key(50))
}

@Test("a parent is not named for what one child did")
func parentIsRelieved() {
    var stage = Stage()
    for _ in 1...20 { _ = stage.act(overwrite, by: 10, 50) }
    #expect(attacked(stage.act(overwrite, by: 10, 50)) == key(10))
    #expect(stage.detector.score(of: key(50)) < 4)
    #expect(attacked(stage.act(overwrite, by: 11, 50)) == nil)
}

@Test("the second attacking child names the parent")
func secondChild() {
    var stage = Stage()
    #expect(attacked(stage.act(.canary(.write), by: 10, 50)) == key(10))
    #expect(attacked(stage.act(.canary(.write), by: 11, 50)) == key(50))
}

@Test("a reused process number starts afresh")
func reusedNumber() {
    var detector = Detector(Thresholds())
    let old = ProcessKey(pid: 10, startTicks: 1)
    let new = ProcessKey(pid: 10, startTicks: 2)
    for _ in 1...5 {
        _ = detector.observe(Observation(lineage: Lineage(writer: old), act: overwrite))
    }
    #expect(detector.score(of: old) > 20)
    let verdict = detector.observe(Observation(lineage: Lineage(writer: new), act: overwrite))
    #expect(verdict == .suspicious(new, score: 4.39))
    detector.forget(old)
    #expect(detector.score(of: old) == 0)
    #expect(detector.score(of: new) == 4.39)
}

@Test("the last thirty-two pieces of evidence are kept in order")
func evidence() {
    var stage = Stage()
    for _ in 1...40 { _ = stage.act(overwrite, by: 10) }
    let explanation = stage.detector.explanation(of: key(10))
    #expect(explanation.map(\.sequence) == Array(9...40))
    #expect(explanation.allSatisfy { $0.kind == .uniformOverwrite && $0.weight == 4.39 })
    #expect(stage.detector.explanation(of: key(11)).isEmpty)
}

@Test("a slow attack adds up as a quick one does")
func slowAttack() {
    var stage = Stage()
    var named: ProcessKey?
    for file in 1...6 {
        for other in 0..<500 { _ = stage.act(newUniform, by: Int32(1000 * file + other)) }
        named = attacked(stage.act(overwrite, by: 10))
    }
    #expect(named == key(10))
}

@Test("the alarm score grows with the logarithm of the rewrites a day")
func alarmScore() {
    var thresholds = Thresholds()
    #expect(abs(thresholds.alarmScore - 23.0259) < 1e-3)
    thresholds.rewritesPerDay = 1e6
    #expect(abs(thresholds.alarmScore - 27.6310) < 1e-3)
}
