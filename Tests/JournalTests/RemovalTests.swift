import Foundation
import Linux
import Testing

@testable import Journal

@Suite("Rotation and removal") struct RemovalTests {
    private let day: Int64 = 86_400

    @Test("a new day begins a new file, an empty day does not")
    func days() throws {
        let (scratch, clock) = (try Scratch(), StandingClock())
        var writer = try JournalWriter.open(scratch.journal, JournalLimits(), clock.clock)
        for expected in 2...4 {
            clock.pass(seconds: day)
            try writer.tend()
            #expect(writer.number == UInt64(expected))
            try writer.tend()
            #expect(writer.number == UInt64(expected))
            try writer.add(1)
        }
        clock.pass(seconds: day)
        try writer.tend()
        clock.pass(seconds: day)
        try writer.tend()
        #expect(writer.number == 5)
        try writer.close()
        #expect(try scratch.verify().faults.isEmpty)
    }

    @Test("a checkpoint comes when its time has passed")
    func checkpoints() throws {
        let (scratch, clock) = (try Scratch(), StandingClock())
        var writer = try JournalWriter.open(scratch.journal, JournalLimits(), clock.clock)
        try writer.add(1)
        #expect(try scratch.verify().notes.contains(.unsigned(count: 1)))
        clock.pass(seconds: 60)
        try writer.tend()
        #expect(try scratch.verify().notes == [.open])
        // Nothing new, nothing to sign.
        let count = try scratch.verify().lineCount
        clock.pass(seconds: 60)
        try writer.tend()
        #expect(try scratch.verify().lineCount == count)
        try writer.close()
    }

    @Test("files go when they are older than 400 days, and not a day before")
    func age() throws {
        let (scratch, clock) = (try Scratch(), StandingClock())
        var writer = try JournalWriter.open(scratch.journal, JournalLimits(), clock.clock)
        for _ in 0..<402 {
            try writer.add(1, incident: "i")
            clock.pass(seconds: day)
            try writer.tend()
        }
        // The last line of the first file is of the second day, 401 days ago.
        let numbers = try scratch.journal.numbers()
        #expect(numbers.first == 2 && numbers.last == 403, "\(numbers.prefix(3))")
        let found = try scratch.verify()
        #expect(found.faults.isEmpty, "\(found.faults)")
        #expect(found.first > 1)
        let anchor = try #require(JournalAnchor("1"))
        #expect(try scratch.verify([anchor]).notes.contains(.removedAnchor(sequence: 1)))
        // The same removal by somebody else is none.
        let third = scratch.home + "/journal/" + JournalFolder.name(3)
        try FileManager.default.removeItem(atPath: third)
        #expect(try scratch.verify().faults.map(\.kind) == [.missingFile])
        try writer.close()
    }

    @Test("a clock that jumps ahead removes nothing")
    func jump() throws {
        let (scratch, clock) = (try Scratch(), StandingClock())
        var writer = try JournalWriter.open(scratch.journal, .small, clock.clock)
        while writer.number < 3 {
            try writer.add(1)
        }
        clock.set(bySeconds: 3650 * day)
        try writer.tend()
        clock.pass(seconds: 1800)
        clock.set(bySeconds: -3650 * day)
        try writer.tend()
        clock.pass(seconds: 1800)
        try writer.tend()
        #expect(try scratch.journal.numbers().first == 1)
        try writer.close()
    }

    @Test("for the budget the oldest files go first, and those with incidents never")
    func budget() throws {
        let (scratch, clock) = (try Scratch(), StandingClock())
        var limits = JournalLimits.small
        var writer = try JournalWriter.open(scratch.journal, limits, clock.clock)
        while writer.number < 12 {
            let isIncident = [2, 5].contains(writer.number)
            try writer.add(1, incident: isIncident ? "i-\(writer.number)" : nil)
        }
        limits.budgetByteCount = 20_000
        writer.limits = limits
        while writer.number < 15 {
            try writer.add(1)
        }
        let numbers = try scratch.journal.numbers()
        #expect(numbers.prefix(2) == [2, 5] && numbers.last == 15, "\(numbers)")
        let sizes = try numbers.map { try FileStatus.of(scratch.journal.file($0)).byteCount }
        #expect(sizes.reduce(0, +) <= 20_000 + 5_000, "\(sizes)")
        let found = try scratch.verify()
        #expect(found.faults.isEmpty, "\(found.faults)")
        try writer.close()
    }

    @Test("gaps that were told long ago are told again when their line goes")
    func oldGaps() throws {
        let (scratch, clock) = (try Scratch(), StandingClock())
        var limits = JournalLimits.small
        limits.budgetByteCount = 15_000
        var writer = try JournalWriter.open(scratch.journal, limits, clock.clock)
        while writer.number < 30 {
            let isIncident = [3, 6].contains(writer.number)
            try writer.add(1, incident: isIncident ? "i" : nil)
            let found = try scratch.verify()
            #expect(found.faults.isEmpty, "\(writer.number): \(found.faults)")
        }
        #expect(try scratch.journal.numbers().prefix(2) == [3, 6])
        try writer.close()
    }

    @Test("incidents that take more than the budget are told once")
    func overBudget() throws {
        let (scratch, clock) = (try Scratch(), StandingClock())
        var limits = JournalLimits.small
        limits.budgetByteCount = 8_000
        var writer = try JournalWriter.open(scratch.journal, limits, clock.clock)
        while writer.number < 6 {
            try writer.add(1, incident: "i")
        }
        try writer.close()
        #expect(try scratch.journal.numbers() == [1, 2, 3, 4, 5, 6])
        let told = try scratch.names.flatMap { try scratch.text($0) }
            .count { $0.contains("journal-over-budget") }
        #expect(told == 1)
        #expect(try scratch.verify().faults.isEmpty)
    }
}
