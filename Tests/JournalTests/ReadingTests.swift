import Foundation
import Linux
import Testing

@testable import Journal

@Suite("Reading a journal", .timeLimit(.minutes(1))) struct ReadingTests {
    @Test("an export can be checked without the signing key")
    func export() throws {
        let scratch = try Scratch()
        var writer = try JournalWriter.open(scratch.journal, .small, StandingClock().clock)
        while writer.number < 3 {
            try writer.add(1)
        }
        let target = BytePath(scratch.home + "/copy")
        try scratch.journal.export(to: target)
        // The journal goes on meanwhile.
        try writer.close()
        let names = try FileManager.default.contentsOfDirectory(atPath: target.description)
        #expect(Set(names) == Set(try scratch.names + ["head", "key.pub"]))
        let found = try Verifier(
            JournalFolder(target), publicKey: scratch.journal.publicKey
        ).run()
        #expect(found.faults.isEmpty && found.fileCount == 3)
        #expect(throws: JournalError.file(target, .fileExists)) {
            try scratch.journal.export(to: target)
        }
    }

    @Test("a journal that is not there is told")
    func missing() throws {
        let scratch = try Scratch()
        let nowhere = JournalError.none(scratch.journal.path)
        #expect(throws: nowhere) { _ = try scratch.journal.lines() }
        #expect(throws: nowhere) { _ = try scratch.verify() }
        #expect(throws: nowhere) {
            try scratch.journal.export(to: BytePath(scratch.home + "/copy"))
        }
        #expect(throws: nowhere) { _ = try JournalFollower(scratch.journal) }
    }

    @Test("the last lines are found across files")
    func last() throws {
        let scratch = try Scratch()
        var writer = try JournalWriter.open(scratch.journal, .small, StandingClock().clock)
        while writer.number < 3 {
            try writer.add(1)
        }
        try writer.close()
        let all = try scratch.names.flatMap { try scratch.text($0) }.map { Array($0.utf8) }
        #expect(try scratch.journal.lines() == all)
        #expect(try scratch.journal.lines(last: 12) == Array(all.suffix(12)))
        let degraded = try scratch.journal.lines(last: 3) { LineHead($0)?.action == "degraded" }
        let wanted = all.filter { LineHead($0)?.action == "degraded" }
        #expect(degraded.count == 3 && degraded == Array(wanted.suffix(3)))
    }

    @Test("whoever follows gets every line once, through rotations")
    func follow() throws {
        let scratch = try Scratch()
        var writer = try JournalWriter.open(scratch.journal, .small, StandingClock().clock)
        var follower = try JournalFollower(scratch.journal)
        let before = try scratch.journal.lines().count
        var got = [[UInt8]]()
        while writer.number < 4 {
            try writer.add(1)
            got += try follower.next(milliseconds: 1000)
        }
        try writer.close()
        while true {
            let more = try follower.next(milliseconds: 0)
            if more.isEmpty { break }
            got += more
        }
        #expect(try scratch.journal.lines().dropFirst(before) == got[...])
    }

    @Test("a line's beginning is read exactly as it is written")
    func heads() {
        let head = LineHead(
            previous: Chain().digest, sequence: 7, milliseconds: 1_800_000_000_250, boot: "b",
            bootNanoseconds: 12, action: "degraded")
        let line = Array((head.text + "}").utf8)
        #expect(LineHead(line) == head)
        for index in line.indices.dropLast() {
            #expect(LineHead(Array(line[...index])) == nil)
        }
    }

    @Test(
        "what is no line is none",
        arguments: ["", "{}", "{\"previous\":\"\"}", "\0\0\0\0", "{\"previous\":\""])
    func noHeads(text: String) { #expect(LineHead(Array(text.utf8)) == nil) }
}
