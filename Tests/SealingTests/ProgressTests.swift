import Age
import Foundation
import Messages
import Testing

@testable import Commands

@Suite("Progress")
struct ProgressTests {
    static let lines: [(ProgressReport, String, String)] = [
        (
            ProgressReport(
                done: 512 << 20, total: 1 << 30, nanoseconds: 2_000_000_000, isEnd: false),
            "50 %, 512.0 MiB of 1.0 GiB, 256.0 MiB/s, 0:02 left",
            "50 %、1.0 GiB 中 512.0 MiB、256.0 MiB/秒、残り 0:02"
        ),
        (
            ProgressReport(done: 1023, total: nil, nanoseconds: 1_000_000_000, isEnd: false),
            "1023 B, 1023 B/s", "1023 B、1023 B/秒"
        ),
        (
            ProgressReport(done: 0, total: 1 << 40, nanoseconds: 0, isEnd: false),
            "0 %, 0 B of 1.0 TiB, 0 B/s", "0 %、1.0 TiB 中 0 B、0 B/秒"
        ),
        (
            ProgressReport(done: 2048, total: 1024, nanoseconds: 1_000_000_000, isEnd: false),
            "100 %, 2.0 KiB of 1.0 KiB, 2.0 KiB/s, 0:00 left",
            "100 %、1.0 KiB 中 2.0 KiB、2.0 KiB/秒、残り 0:00"
        ),
        (
            ProgressReport(
                done: 1 << 30, total: 1 << 30, nanoseconds: 3_723_000_000_000, isEnd: true),
            "1.0 GiB in 1:02:03, 281.6 KiB/s", "1.0 GiB を 1:02:03 で処理、281.6 KiB/秒"
        ),
    ]

    @Test("A report in words", arguments: lines)
    func line(_ report: ProgressReport, _ english: String, _ japanese: String) {
        #expect(report.line.en == english)
        #expect(report.line.ja == japanese)
    }

    private struct Line: Decodable {
        var bytes: UInt64
        var total: UInt64?
        var secondsLeft: UInt64?
        var end: Bool
    }

    @Test(
        "Sealing and opening say their end on standard error",
        arguments: [("file", 100_000), ("folder", 101_376)] as [(String, UInt64)])
    func end(_ source: String, _ expected: UInt64) throws {
        let place = try Workplace()
        let identity = try X25519Identity.generate()
        try place.write("id", Array((identity.secretText() + "\n").utf8))
        try place.write("file", pattern(100_000))
        let sealed = try place.shell(
            "mkdir folder && mkdir folder/inner && cp file folder/inner && "
                + "$kanaria protect --progress json -r \(identity.recipient.text) \(source)")
        let line = try JSONDecoder().decode(
            Line.self, from: Data((sealed.error.split(separator: "\n").last ?? "").utf8))
        #expect(line.end && line.secondsLeft == 0)
        #expect(line.total == expected)
        #expect(line.bytes >= 100_000)
        let unlock = "$kanaria unlock -i id -o - \(source).age --progress"
        #expect(try place.shell("\(unlock) always").error.contains(" in 0:"))
        #expect(try place.shell("\(unlock) always --lang ja").error.contains("で処理"))
        for silent in ["never", "auto", "always -q"] {
            #expect(try place.shell("\(unlock) \(silent)").error.isEmpty)
        }
    }
}

@Suite("Packed operands")
struct PackedOperandsTests {
    @Test(
        "Operands behind the first are packed, and nothing else",
        arguments: [
            (["protect", "-r", "k", "a", "b"], ["protect", "-r", "k", "a\0b"]),
            (["protect", "a", "b", "c"], ["protect", "a", "b\0c"]),
            (["protect", "a", "b", "-r", "k"], ["protect", "a", "b", "-r", "k"]),
            (["unlock", "--", "-a", "-", "b", "c"], ["unlock", "--", "-a", "-", "b\0c"]),
            (["unlock"], ["unlock"]), (["inspect", "a", "b", "c"], ["inspect", "a", "b", "c"]),
        ])
    func packed(_ arguments: [String], _ expected: [String]) {
        #expect(RawArguments.packed(arguments, for: ["protect", "unlock"]) == expected)
        #expect(expected.flatMap(RawArguments.unpacked) == arguments)
    }

    @Test("Names of any bytes and empty ones survive")
    func bytes() {
        let names = [Array("日本".utf8), [0xff, 0xfe], [], [0xcc, 0x81]].map(RawArguments.carried)
        let packed = RawArguments.packed(["protect", "x"] + names, for: ["protect"])
        #expect(packed.count == 3)
        #expect(
            packed.flatMap(RawArguments.unpacked).dropFirst(2).map(RawArguments.bytes)
                == names.map(RawArguments.bytes))
    }
}
