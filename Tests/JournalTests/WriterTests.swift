import Foundation
import Linux
import Testing

@testable import Journal

@Suite("Writing a journal") struct WriterTests {
    @Test("every line is JSON with names of ECS, whatever is in it")
    func json() throws {
        let scratch = try Scratch()
        let odd = "\"\\\u{1}\u{7f}\n日本語 \u{1F600}"
        var writer = try JournalWriter.open(scratch.journal, .small, StandingClock().clock)
        let event = JournalEvent(
            .canaryTouched, odd,
            [
                ("file.path", .text(odd)), ("process.pid", .number(-1)), ("a", .flag(true)),
                ("b", .decimal(.nan)), ("c", .texts([odd, ""])), ("d", .decimal(0.5)),
            ])
        try writer.append([(writer.clock.now(), event)])
        try writer.close()
        for line in try scratch.text(scratch.names[0]) {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            let names = [
                "event.kind", "event.category", "event.type", "event.action", "@timestamp",
            ]
            for name in names {
                #expect(object?[name] != nil, "\(name): \(line)")
            }
            guard object?["event.action"] as? String == "canary-touched" else { continue }
            #expect(object?["file.path"] as? String == odd)
            #expect((object?["c"] as? [String])?.first == odd && object?["b"] is NSNull)
        }
        #expect(try scratch.verify().faults.isEmpty)
    }

    @Test("what a crash leaves of the last lines costs only them, at every byte")
    func cuts() throws {
        let scratch = try Scratch()
        var writer = try JournalWriter.open(scratch.journal, JournalLimits(), StandingClock().clock)
        let head = try scratch.head()
        try writer.add(5)
        try writer.close()
        let name = try scratch.names[0]
        let whole = try Data(contentsOf: URL(fileURLWithPath: scratch.home + "/journal/" + name))
        let ends = whole.indices.filter { whole[$0] == 10 }
        // The last three lines: two events, and the checkpoint of the close.
        for count in (ends[ends.count - 4] + 1)..<whole.count {
            try scratch.put(whole[..<count], name)
            try scratch.put(head, "head")
            // With limits that let nothing begin another file.
            var again = try JournalWriter.open(
                scratch.journal, JournalLimits(), StandingClock().clock)
            try again.add(1)
            try again.close()
            let kept = whole[..<count].count { $0 == 10 }
            let lines = try scratch.text(scratch.names[0])
            let before = String(decoding: whole[..<ends[kept - 1]], as: UTF8.self)
            #expect(Array(lines[..<kept]) == before.split(separator: "\n").map(String.init))
            let isTorn = whole[count - 1] != 10
            #expect(lines.contains { $0.contains("journal-recovered") } == isTorn)
            #expect(lines.contains { $0.contains("\"kanaria.journal.clean\":false") })
            let found = try scratch.verify()
            #expect(found.faults.isEmpty, "cut at \(count): \(found.faults)")
            if isTorn {
                let start = ends[kept - 1] + 1
                let torn = try Data(
                    contentsOf: URL(fileURLWithPath: scratch.home + "/journal/torn-1-\(start)"))
                #expect(torn == whole[start..<count])
            }
        }
    }

    @Test("a cut file begins again", arguments: [0, 1, 40])
    func cutFirst(count: Int) throws {
        let scratch = try Scratch()
        var writer = try JournalWriter.open(scratch.journal, .small, StandingClock().clock)
        while writer.number < 2 {
            try writer.add(1)
        }
        let head = try scratch.head()
        try writer.add(1)
        try writer.close()
        let name = try scratch.names[1]
        let whole = try Data(contentsOf: URL(fileURLWithPath: scratch.home + "/journal/" + name))
        try scratch.put(whole[..<count], name)
        try scratch.put(head, "head")
        let again = try JournalWriter.open(scratch.journal, .small, StandingClock().clock)
        #expect(again.number == 2)
        try again.close()
        let next = try JournalWriter.open(scratch.journal, .small, StandingClock().clock)
        try next.close()
        #expect(try scratch.verify().faults.isEmpty)
    }

    @Test("what is gone from under a closed journal stays a gap", arguments: [0, 1])
    func gapStays(place: Int) throws {
        let scratch = try Scratch()
        var writer = try JournalWriter.open(scratch.journal, .small, StandingClock().clock)
        while writer.number < 2 { try writer.add(1) }
        try writer.add(1)
        try writer.close()
        let names = try scratch.names
        for name in names[place...] {
            try FileManager.default.removeItem(atPath: scratch.home + "/journal/" + name)
        }
        try JournalWriter.open(scratch.journal, .small, StandingClock().clock).close()
        let found = try scratch.verify()
        #expect(found.faultCount == 1 && found.faults[0].sequences?.count ?? 0 >= 2, "\(found)")
        let last = try scratch.text(try scratch.names.last ?? "")
        #expect(last.contains { $0.contains("journal-damaged") && $0.contains("are missing") })
    }

    @Test("a damaged file is left as it is and told of, and the chain goes on")
    func damaged() throws {
        let scratch = try Scratch()
        var writer = try JournalWriter.open(scratch.journal, .small, StandingClock().clock)
        try writer.add(5)
        try writer.close()
        var lines = try scratch.text(scratch.names[0])
        lines[3] = lines[3].replacingOccurrences(of: "message\":\"", with: "message\":\"!")
        try scratch.write(try scratch.names[0], lines)
        var again = try JournalWriter.open(scratch.journal, .small, StandingClock().clock)
        try again.add(1)
        try again.close()
        #expect(try scratch.text(scratch.names[0]) == lines && scratch.names.count == 2)
        #expect(try scratch.text(scratch.names[1])[0].contains("journal-damaged"))
        let found = try scratch.verify()
        #expect(found.faults.map(\.kind) == [.altered] && found.faults[0].line == 4)
    }

    @Test("a damaged key is set aside, and another one made")
    func damagedKey() throws {
        let scratch = try Scratch()
        try JournalWriter.open(scratch.journal).close()
        try "short".write(
            toFile: scratch.home + "/journal/key", atomically: false, encoding: .utf8)
        try JournalWriter.open(scratch.journal).close()
        let lines = try scratch.text(scratch.names[0])
        #expect(lines.count { $0.contains("journal-key-made") } == 2)
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.home + "/journal")
        #expect(names.contains { $0.hasPrefix("key.damaged-") })
        #expect(try scratch.verify().faults.allSatisfy { $0.kind == .wrongSignature })
    }

    @Test("the key is for its user alone")
    func keyMode() throws {
        let scratch = try Scratch()
        try JournalWriter.open(scratch.journal).close()
        #expect(try FileStatus.of(scratch.journal.key).permissions == 0o600)
        #expect(try FileStatus.of(scratch.journal.publicKey).permissions == 0o644)
        #expect(try FileStatus.of(scratch.journal.path).permissions & 0o077 == 0)
    }

    @Test("a second writer is refused")
    func locked() throws {
        let scratch = try Scratch()
        let writer = try JournalWriter.open(scratch.journal)
        #expect(throws: JournalError.locked(scratch.journal.path)) {
            _ = try JournalWriter.open(scratch.journal)
        }
        try writer.close()
        try JournalWriter.open(scratch.journal).close()
    }

    @Test("a clock that is set back is told and nothing more")
    func clockSetBack() throws {
        let (scratch, clock) = (try Scratch(), StandingClock())
        var writer = try JournalWriter.open(scratch.journal, .small, clock.clock)
        clock.set(bySeconds: -86_400 * 3)
        try writer.add(1)
        #expect(writer.number == 1)
        try writer.close()
        let found = try scratch.verify()
        #expect(found.faults.isEmpty)
        let lines = try scratch.text(scratch.names[0])
        let line = (lines.firstIndex { $0.contains("\"event.action\":\"degraded\"") } ?? 0) + 1
        #expect(
            found.notes == [
                .clockSetBack(
                    file: "journal-00000001.jsonl", line: line, sequence: UInt64(line),
                    milliseconds: 259_200_000)
            ])
    }
}
