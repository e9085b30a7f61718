import Contents
import Detection
import Testing

private func place(_ folder: Int, _ stem: Int, suffix: UInt64 = 1) -> FilePlace {
    FilePlace(folder: UInt64(1000 + folder), stem: UInt64(2_000_000 + stem), suffix: suffix)
}

private struct Step {
    var act: Act
    var place: FilePlace
}

private let lost = Act.deleted(existedBefore: true)
private let renamed = Act.renamed(overExisting: false, changedSuffix: true, .uniform)

/// An order that has nothing to do with that of the numbers.
private func scattered(_ count: Int) -> [Int] { (0..<count).map { ($0 * 7919 + 13) % count } }

/// Acts, and after how many of them the process must be named at the latest; nil for never.
private struct Course: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var steps: [Step]
    var limit: Int?
    var levels: [Int32] = [10, 1000]
}

private let courses = [
    Course(
        testDescription: "one file after the other, same folder, other names",
        steps: (0..<20).flatMap {
            [
                Step(act: newUniform, place: place(1, $0)),
                Step(act: lost, place: place(1, 500 + $0)),
            ]
        }, limit: 12),
    Course(
        testDescription: "everything removed at the end, in another order",
        steps: (0..<300).map { Step(act: newUniform, place: place($0 % 40, $0)) }
            + scattered(300).map { Step(act: lost, place: place($0 % 40, $0)) }, limit: 306),
    Course(
        testDescription: "everything removed at the end, other names, 200 folders",
        steps: (0..<4000).map { Step(act: newUniform, place: place($0 % 200, $0)) }
            + scattered(4000).map { Step(act: lost, place: place($0 % 200, 9000 + $0)) },
        limit: 4006),
    Course(
        testDescription: "new files in one folder under the old names",
        steps: (0..<100).flatMap {
            [Step(act: newUniform, place: place(0, $0)), Step(act: lost, place: place(1 + $0, $0))]
        }, limit: 12),
    Course(
        testDescription: "removed first, everything written at the end",
        steps: (0..<20).map { Step(act: lost, place: place(1, $0)) }
            + (0..<20).map { Step(act: newUniform, place: place(1, 500 + $0)) }, limit: 26),
    Course(
        testDescription: "nothing in common, but hundreds of files",
        steps: (0..<300).map { Step(act: newUniform, place: place($0, $0)) }
            + (0..<300).map { Step(act: lost, place: place(500 + $0, 500 + $0)) }, limit: 600),
    Course(
        testDescription: "other losses in between",
        steps: (0..<20).flatMap {
            [
                Step(act: newUniform, place: place(1, $0)),
                Step(act: lost, place: place(100 + $0, 900 + $0)),
                Step(act: lost, place: place(1, $0)),
            ]
        }, limit: 18),
    Course(
        testDescription: "a long session: some random files, other files removed",
        steps: (0..<60).map { Step(act: newUniform, place: place($0, $0)) }
            + (0..<60).map { Step(act: lost, place: place(500 + $0, 500 + $0)) }, limit: nil),
    Course(
        testDescription: "different children of one login",
        steps: (0..<1000).flatMap {
            [
                Step(act: newUniform, place: place($0, $0)),
                Step(act: lost, place: place(5000 + $0, 5000 + $0)),
            ]
        }, limit: nil, levels: [0, 1000]),
]

@Test("a new file and a loss count together only where they belong together", arguments: courses)
private func pairing(course: Course) {
    var detector = Detector(Thresholds())
    var named: Int?
    for (index, step) in course.steps.enumerated() where named == nil {
        var lineage = Lineage()
        for level in course.levels { lineage.append(key(level == 0 ? Int32(5000 + index) : level)) }
        let verdict = detector.observe(
            Observation(lineage: lineage, act: step.act, place: step.place))
        if attacked(verdict) != nil { named = index + 1 }
    }
    guard let limit = course.limit else {
        #expect(named == nil)
        return
    }
    #expect((named ?? .max) <= limit, "after \(named ?? -1) acts")
}

@Test("renames count when they go to one suffix", arguments: [true, false])
func suffixes(same: Bool) {
    var detector = Detector(Thresholds())
    let lineage = Lineage(writer: key(10))
    _ = detector.observe(Observation(lineage: lineage, act: overwrite, place: place(1, 1)))
    let before = detector.score(of: key(10))
    for file in 0..<8 {
        let suffix: UInt64 = same ? 77 : UInt64(100 + file)
        _ = detector.observe(
            Observation(lineage: lineage, act: renamed, place: place(1, file, suffix: suffix)))
    }
    let added = detector.score(of: key(10)) - before
    #expect(same ? added == 6 * Thresholds().suffixRename : added == 0)
}
