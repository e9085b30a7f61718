import Control
import Detection
import Linux
import Testing

@testable import Guarding

@Suite("Refusals of writes")
struct WriteRefusalsTests {
    private static let own = ProcessKey(
        pid: ProcessHandle.own, startTicks: ProcessTable.status(ProcessHandle.own)?.startTicks ?? 0)

    private func refusal(
        _ incident: String, _ main: ProcessKey = own, end: UInt64 = .max
    ) -> WriteRefusals.Refusal {
        WriteRefusals.Refusal(
            incident: incident, main: main, executable: "/usr/sbin/nginx", bootEnd: end)
    }

    @Test("end by time, with the process, and all without a gate")
    func over() {
        let refusals = WriteRefusals()
        let before = refusals.current.version
        refusals.add(refusal("lasting"))
        refusals.add(refusal("late", end: 1))
        // The same number at another time is another process.
        let other = ProcessKey(pid: Self.own.pid, startTicks: Self.own.startTicks + 1)
        refusals.add(refusal("gone", other))
        #expect(refusals.current.keys == [Self.own, other])
        #expect(refusals.lookAfter(hasGate: true) == ["late", "gone"])
        #expect(refusals.current.keys == [Self.own])
        #expect(refusals.current.version > before)
        #expect(refusals.lookAfter(hasGate: true).isEmpty)
        #expect(refusals.lookAfter(hasGate: false) == ["lasting"])
        #expect(refusals.all.isEmpty)
    }

    @Test("are counted and released by their incident")
    func released() {
        let refusals = WriteRefusals()
        refusals.add(refusal("one"))
        refusals.count(Self.own)
        refusals.count(Self.own)
        #expect(refusals.reports.map(\.count) == [2])
        #expect(refusals.incident(of: Self.own) == "one")
        #expect(refusals.release("another") == nil)
        #expect(refusals.release("one")?.count == 2)
        #expect(refusals.incident(of: Self.own) == nil)
    }
}
