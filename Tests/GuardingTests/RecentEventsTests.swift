import Contents
import Detection
import Testing

@testable import Guarding

@Suite struct RecentEventsTests {
    private func lineage(_ pids: Int32...) -> Lineage {
        var lineage = Lineage()
        for pid in pids { lineage.append(ProcessKey(pid: pid, startTicks: 7)) }
        return lineage
    }

    @Test("keeps the last of a family, oldest first, whoever of it acted")
    func last() {
        var recent = RecentEvents()
        for pid in 1...40 {
            recent.note(lineage(Int32(pid), 5000), .deleted(existedBefore: true), nil)
        }
        let events = recent.events(of: lineage(3, 5000))
        #expect(events.map(\.pid) == (9...40).map { Int32($0) })
        #expect(events.allSatisfy { "\($0.kind)" == "deleted" && $0.file == nil })
        #expect(recent.events(of: lineage(3)).isEmpty)
    }

    @Test("one family's flood leaves another's in place")
    func flood() {
        var recent = RecentEvents()
        recent.note(lineage(100), .wrote(.uniform, existedBefore: true), nil)
        for _ in 0..<1000 { recent.note(lineage(101), .canary(.write), nil) }
        let events = recent.events(of: lineage(100))
        #expect(events.map(\.content) == [.uniform])
        #expect(recent.events(of: lineage(101)).count == RecentEvents.eventCount)
    }

    @Test("a process that got another's number has none of its events")
    func reused() {
        var recent = RecentEvents()
        recent.note(lineage(100), .canary(.read), nil)
        var other = Lineage()
        other.append(ProcessKey(pid: 100, startTicks: 8))
        #expect(recent.events(of: other).isEmpty)
        recent.note(other, .canary(.removed), nil)
        #expect(recent.events(of: other).map { "\($0.kind)" } == ["canary-removed"])
        #expect(recent.events(of: lineage(100)).isEmpty)
        #expect(recent.events(of: Lineage()).isEmpty)
    }
}
