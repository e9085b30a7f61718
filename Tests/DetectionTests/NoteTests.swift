import Detection
import Testing

@Suite struct NoteTests {
    private func noted(
        _ number: UInt64, in folders: ClosedRange<UInt64>, _ detector: inout Detector
    ) -> [Verdict] {
        folders.map { folder in
            let place = FilePlace(folder: folder, stem: 9, suffix: 9)
            let lineage = Lineage(writer: key(1))
            return detector.observe(
                Observation(lineage: lineage, act: .noted(number), place: place))
        }
    }

    @Test(
        "one note is evidence from the third folder on, up to a limit",
        arguments: [(1, 0), (2, 0), (3, 1), (7, 5), (500, 5)] as [(UInt64, Double)])
    func fanOut(folders: UInt64, weights: Double) {
        var detector = Detector(Thresholds())
        let verdicts = noted(5, in: 1...folders, &detector)
        let score = detector.score(of: key(1))
        #expect(abs(score - weights * detector.thresholds.noteFanOut) < 1e-9)
        // A note alone stops nobody.
        #expect(verdicts.allSatisfy { attacked($0) == nil })
    }

    @Test func differentTextsAreNoNotes() {
        var detector = Detector(Thresholds())
        for number in 1...50 as ClosedRange<UInt64> {
            _ = noted(number, in: number...number, &detector)
        }
        #expect(detector.score(of: key(1)) == 0)
    }

    @Test func copiesInOneFolderAreOne() {
        var detector = Detector(Thresholds())
        for _ in 0..<50 { _ = noted(5, in: 1...1, &detector) }
        #expect(detector.score(of: key(1)) == 0)
    }

    @Test func notesLeaveFewerFilesToBeLost() {
        var detector = Detector(Thresholds())
        _ = noted(5, in: 1...7, &detector)
        var lost = 0
        while true {
            lost += 1
            let observation = Observation(lineage: Lineage(writer: key(1)), act: overwrite)
            if attacked(detector.observe(observation)) != nil { break }
        }
        // Without notes it is six.
        #expect(lost == 4)
    }
}
