import Control
import Foundation
import Linux
import Testing

@testable import Guarding

@Suite("Times that outlast the guard")
struct HoldTimeTests {
    private static let week: UInt64 = 604_800_000

    /// How much the clocks may move on while a test runs, far more than they do.
    private static let slack: UInt64 = 60_000

    @Test(
        "are what is left, and never longer than a policy can say",
        arguments: [
            (600_000, 300_000, 300_000), (600_000, .max, 600_000), (.max, .max, week),
            (.max, 600_000, 600_000), (week * 2, week * 2, week),
        ] as [(UInt64, UInt64, UInt64)])
    func left(ahead: UInt64, atMost: UInt64, expected: UInt64) throws {
        let now = Clock.wallNanoseconds / 1_000_000
        let (sum, overflows) = now.addingReportingOverflow(Int64(clamping: ahead))
        let until = UnixTime(milliseconds: overflows ? .max : sum)
        let end = try #require(HoldTime.bootEnd(until: until, atMost: atMost))
        let rest = HoldTime.left(until: end)
        #expect(rest <= expected && rest + Self.slack > expected)
        let wall = HoldTime.wall(ofBoot: end).milliseconds
        #expect(wall <= now + Int64(expected) + Int64(Self.slack))
    }

    @Test("are over when they lie behind, or nothing is left", arguments: [Int64.min, 0, 1])
    func over(until: Int64) {
        #expect(HoldTime.bootEnd(until: UnixTime(milliseconds: until)) == nil)
        #expect(HoldTime.bootEnd(until: UnixTime(milliseconds: .max), atMost: 0) == nil)
        #expect(HoldTime.left(until: 1) == 0)
    }

    @Test("of isolations and blocks are bounded when their files say absurd ones")
    func files() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/kanaria-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let end = "\"until\":\(Int64.max),\"milliseconds\":\(UInt64.max)"
        let over = "\"until\":\(Int64.min),\"milliseconds\":9"
        try "[{\"incident\":\"a\",\(end)},{\"incident\":\"b\",\(over)}]"
            .write(toFile: folder + "/isolation.json", atomically: true, encoding: .utf8)
        try "[{\"address\":[127,0,0,2],\"port\":445,\"incident\":\"a\",\(end)}]"
            .write(toFile: folder + "/blocks.json", atomically: true, encoding: .utf8)
        let kept = Isolations(stateFolder: BytePath(folder)).kept()
        #expect(kept.keys.sorted() == ["a"])
        let isolated = HoldTime.left(until: try #require(kept["a"]))
        #expect(isolated <= Self.week && isolated + Self.slack > Self.week)
        let blocks = BlockFile(BytePath(folder).appending("blocks.json")).read()
        #expect(blocks.count == 1)
        let blocked = HoldTime.left(until: try #require(blocks.first?.bootEnd))
        #expect(blocked <= Self.week && blocked + Self.slack > Self.week)
    }
}
