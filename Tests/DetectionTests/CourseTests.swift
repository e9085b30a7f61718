import Detection
import Testing

@Suite("Courses of attacks and of honest work")
struct CourseTests {
    @Test("every file is understood")
    func files() {
        #expect(CourseFile.all.count == CourseFile.fileCount)
        #expect(!CourseFile.all.isEmpty)
    }

    @Test("an attack is named in time, honest work never", arguments: CourseFile.all)
    func course(_ course: CourseFile) throws {
        var detector = Detector(Thresholds())
        var stranger: Int32 = 1_000_000
        for victim in 1...course.victims {
            for _ in 0..<(course.beside?.count ?? 0) * course.seconds {
                stranger += 1
                let act = try #require(CourseFile.act(course.beside?.act ?? ""))
                let lineage = Lineage(writer: key(stranger))
                #expect(attacked(detector.observe(Observation(lineage: lineage, act: act))) == nil)
            }
            for step in course.steps {
                let observation = try #require(step.observation(victim))
                guard let named = attacked(detector.observe(observation)) else { continue }
                #expect(named == course.named.map(key))
                #expect(victim <= course.limit, "after \(victim) victims")
                return
            }
        }
        #expect(course.named == nil, "never named")
    }
}
