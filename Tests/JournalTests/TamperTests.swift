import Foundation
import Linux
import Testing

@testable import Journal

/// What somebody does to a journal of three files, and where it must be found.
struct Tampering: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// File by place, 0 for the first, and what becomes of its lines.
    var file: Int
    var change: @Sendable (inout [String]) -> Void
    var kind: JournalFault.Kind
    /// Line in that file, from 1; nil for the one behind the last.
    var line: Int?

    init(
        _ description: String, _ file: Int, _ kind: JournalFault.Kind, line: Int?,
        _ change: @escaping @Sendable (inout [String]) -> Void
    ) {
        (testDescription, self.file, self.kind) = (description, file, kind)
        (self.line, self.change) = (line, change)
    }
}

private let tamperings = [
    Tampering("another message", 1, .altered, line: 4) {
        $0[3] = $0[3].replacingOccurrences(of: "line", with: "lime")
    },
    Tampering("one bit of a message", 0, .altered, line: 6) {
        $0[5] = $0[5].replacingOccurrences(of: "message\":\"l", with: "message\":\"m")
    },
    Tampering("another time", 1, .altered, line: 2) {
        $0[1] = $0[1].replacingOccurrences(of: "stamp\":\"2027", with: "stamp\":\"2026")
    },
    Tampering("another number", 1, .altered, line: 5) {
        $0[4] = $0[4].replacingOccurrences(of: "\"event.sequence\":", with: "\"event.sequence\":9")
    },
    Tampering("another link", 1, .altered, line: 5) {
        $0[4] = $0[4].replacingOccurrences(of: "{\"previous\":\"", with: "{\"previous\":\"0")
    },
    Tampering("no JSON any more", 2, .altered, line: 3) { $0[2] = "nothing to see here" },
    Tampering("an empty line in its place", 2, .altered, line: 3) { $0[2] = "" + " " },
    Tampering("one line less", 1, .deleted, line: 4) { $0.remove(at: 3) },
    Tampering("three lines less", 0, .deleted, line: 4) { $0.removeSubrange(3...5) },
    Tampering("the first line of a file less", 2, .deleted, line: 1) { $0.remove(at: 0) },
    Tampering("a copy of another line", 1, .inserted, line: 6) { $0.insert($0[1], at: 5) },
    Tampering("the same line twice", 1, .inserted, line: 4) { $0.insert($0[2], at: 3) },
    Tampering("a line that follows well", 1, .inserted, line: 4) {
        $0.insert($0[3].replacingOccurrences(of: "line", with: "lime"), at: 3)
    },
    Tampering("a line that is none", 0, .inserted, line: 3) { $0.insert("garbage", at: 2) },
    Tampering("two lines that changed places", 1, .reordered, line: 4) { $0.swapAt(3, 4) },
    Tampering("a line moved to the end", 0, .reordered, line: nil) {
        $0.append($0.remove(at: 3))
    },
    Tampering("a line moved to the front", 1, .reordered, line: 2) {
        $0.insert($0.remove(at: 6), at: 1)
    },
    Tampering("cut in the middle of the journal", 1, .truncated, line: nil) { $0.removeLast(2) },
    Tampering("cut at the end", 2, .truncated, line: nil) { $0.removeLast(1) },
    Tampering("cut to an older checkpoint", 2, .truncated, line: nil) { lines in
        let end = lines.dropLast().lastIndex { $0.contains("journal-checkpoint") } ?? 0
        lines.removeSubrange((end + 1)...)
    },
    Tampering("another signature", 1, .wrongSignature, line: nil) { lines in
        // Another first digit.
        let last = lines.count - 1
        let parts = lines[last].components(separatedBy: "kanaria.signature\":\"")
        let digit = parts[1].hasPrefix("0") ? "1" : "0"
        lines[last] = parts[0] + "kanaria.signature\":\"" + digit + parts[1].dropFirst()
    },
]

@Suite("A journal that was tampered with") struct TamperTests {
    /// Three files of about ten lines, closed.
    private func made() throws -> Scratch {
        let scratch = try Scratch()
        var writer = try JournalWriter.open(scratch.journal, .small, StandingClock().clock)
        while writer.number < 3 {
            try writer.add(1)
        }
        try writer.add(6)
        try writer.close()
        return scratch
    }

    @Test("is whole as long as nobody touches it")
    func untouched() throws {
        let found = try made().verify()
        #expect(found.faults.isEmpty && found.notes.isEmpty)
        #expect(found.fileCount == 3 && found.first == 1)
        #expect(found.last == found.lineCount && found.signedThrough == found.last)
    }

    @Test("is found out, with the place", arguments: tamperings)
    func located(tampering: Tampering) throws {
        let scratch = try made()
        let name = try scratch.names[tampering.file]
        let before = try scratch.text(name)
        var lines = before
        tampering.change(&lines)
        #expect(lines != before)
        try scratch.write(name, lines)
        let found = try scratch.verify()
        var line = tampering.line
        if line == nil {
            switch tampering.kind {
            case .truncated: line = lines.count + 1
            default: line = lines.count
            }
        }
        let fault = try #require(found.faults.first { $0.kind == tampering.kind }, "\(found)")
        #expect(fault.file == name && fault.line == line, "\(found.faults)")
        // A changed signature changes its line as well; nothing else counts twice.
        let others = found.faults.filter { $0.kind != tampering.kind }
        #expect(others.allSatisfy { $0.kind == .altered && $0.line == line }, "\(found.faults)")
        #expect(found.faults.count { $0.kind == tampering.kind } == 1, "\(found.faults)")
    }

    @Test("misses a file", arguments: [0, 1, 2])
    func missingFile(place: Int) throws {
        let scratch = try made()
        let name = try scratch.names[place]
        try FileManager.default.removeItem(atPath: scratch.home + "/journal/" + name)
        let found = try scratch.verify()
        #expect(found.faults.map(\.kind) == [.missingFile], "\(found.faults)")
        #expect(found.faults.first?.file == name && found.faults.first?.line == 0)
    }

    @Test("misses its head")
    func missingHead() throws {
        let scratch = try made()
        try FileManager.default.removeItem(atPath: scratch.home + "/journal/head")
        let found = try scratch.verify()
        #expect(found.faults.map(\.kind) == [.missingFile] && found.faults[0].file == "head")
    }

    @Test("was written anew by somebody without the key")
    func otherKey() throws {
        let scratch = try made()
        let own = scratch.home + "/own.pub"
        try FileManager.default.moveItem(atPath: scratch.home + "/journal/key.pub", toPath: own)
        try FileManager.default.removeItem(atPath: scratch.home + "/journal")
        var writer = try JournalWriter.open(scratch.journal, .small, StandingClock().clock)
        try writer.add(3)
        try writer.close()
        #expect(try scratch.verify().faults.isEmpty)
        let found = try Verifier(scratch.journal, publicKey: BytePath(own)).run()
        #expect(Set(found.faults.map(\.kind)) == [.wrongSignature])
        #expect(found.signedThrough == 0 && found.faults.allSatisfy { $0.line > 0 })
    }

    @Test("no change of a single byte goes unseen")
    func everyByte() throws {
        let scratch = try made()
        let name = try scratch.names[1]
        let path = scratch.home + "/journal/" + name
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        for offset in stride(from: 0, to: whole.count, by: 13) {
            var changed = whole
            changed[offset] ^= 0x01
            try changed.write(to: URL(fileURLWithPath: path))
            let found = try scratch.verify()
            let line = whole[..<offset].count { $0 == 10 } + 1
            #expect(
                found.faults.contains { $0.file == name && abs($0.line - line) <= 1 },
                "byte \(offset), line \(line): \(found.faults)")
        }
    }

    @Test("is compared with what was known elsewhere")
    func anchors() throws {
        let scratch = try made()
        let found = try scratch.verify()
        let known = try #require(JournalAnchor("\(found.last):\(found.lastDigest)"))
        #expect(try scratch.verify([known]).faults.isEmpty)
        let wrong = try #require(JournalAnchor("3:\(found.lastDigest)"))
        #expect(try scratch.verify([wrong]).faults.map(\.kind) == [.altered])
        let later = try #require(JournalAnchor("\(found.last + 5)"))
        #expect(try scratch.verify([later]).faults.map(\.kind) == [.truncated])
    }

    @Test("anchors are read strictly", arguments: ["", "0", "x", "1:", "1:ab", "-1", "1:2:3"])
    func badAnchors(text: String) { #expect(JournalAnchor(text) == nil) }
}
