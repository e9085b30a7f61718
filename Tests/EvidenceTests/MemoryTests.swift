import Evidence
import Linux
import Testing

@Suite struct MemoryTests {
    struct Line: CustomTestStringConvertible, Sendable {
        var text: String
        var isKept: Bool
        var testDescription: String { text }
    }

    static let lines = [
        Line(text: "55d0c0000000-55d0c0021000 rw-p 00000000 00:00 0  [heap]", isKept: true),
        Line(text: "7ffd0000-7ffd2000 rw-p 00000000 00:00 0 [stack]", isKept: true),
        Line(text: "7f00000000-7f00001000 rw-p 00003000 08:01 9 /usr/lib/libc.so.6", isKept: true),
        Line(text: "7f00000000-7f00001000 rwxp 00000000 00:00 0 ", isKept: true),
        Line(text: "7f00000000-7f00001000 rw-s 00000000 00:01 7 /memfd:x (deleted)", isKept: true),
        Line(text: "7f00000000-7f00001000 rw-s 00000000 00:01 7 /dev/zero (deleted)", isKept: true),
        Line(text: "7f00000000-7f00001000 rw-s 00000000 08:01 9 /srv/ward/a.doc", isKept: false),
        Line(text: "7f00000000-7f00001000 r--p 00000000 08:01 9 /usr/bin/cat", isKept: false),
        Line(text: "7f00000000-7f00001000 ---p 00000000 00:00 0 ", isKept: false),
        Line(text: "7f00000000-7f00001000 rw-s 00000000 00:05 3 /dev/dri/card0", isKept: false),
    ]

    @Test("keeps what a program can write, and no file of somebody's", arguments: lines)
    func wanted(line: Line) throws {
        let regions = MemoryRegion.parse(Array(line.text.utf8))
        #expect(regions.count == 1)
        #expect(regions.wanted.count == (line.isKept ? 1 : 0))
    }

    @Test("takes a line apart, also a name with blanks, and leaves out what is none")
    func parses() {
        let text = "1000-3000 rw-p 00000000 08:01 9          /a b\n\nnonsense\n5-4 rw-p 0 0 0\n"
        let regions = MemoryRegion.parse(Array(text.utf8))
        #expect(regions.map(\.start) == [0x1000] && regions.map(\.end) == [0x3000])
        #expect(regions.map(\.name) == ["/a b"])
    }

    @Test("heap and stack come first, then what is small")
    func order() {
        let text = """
            1000-9000 rw-p 0 00:00 0
            a000-b000 rw-p 0 00:00 0
            c000-f0000 rw-p 0 00:00 0 [stack]
            f1000-ff000 rw-p 0 00:00 0 [heap]
            """
        let starts = MemoryRegion.parse(Array(text.utf8)).wanted.map(\.start)
        #expect(starts == [0xf1000, 0xc000, 0xa000, 0x1000])
    }

    @Test("pages that were never touched are left out")
    func pages() {
        func entry(_ top: UInt8) -> [UInt8] { [0, 0, 0, 0, 0, 0, 0, top] }
        let entries = [0x00, 0x80, 0x40, 0x00, 0x20, 0x81].flatMap { entry(UInt8($0)) }
        let found = MemoryPlan.pages(entries.span, from: 0x10000, pageByteCount: 4096)
        #expect(found == [0x11000..<0x13000, 0x15000..<0x16000])
    }

    @Test("a plan keeps no more than its limit, and nothing that is excluded")
    func plan() {
        var plan = MemoryPlan(limit: 0x2800)
        plan.add([0x1000..<0x3000, 0x5000..<0x6000], excluding: 0x1800..<0x1900)
        #expect(plan.parts == [0x1000..<0x1800, 0x1900..<0x3000, 0x5000..<0x5900])
        #expect(plan.byteCount == 0x2800 && plan.leftOutByteCount == 0x700)
        plan.add([0x9000..<0xa000], excluding: 0..<0)
        #expect(plan.byteCount == 0x2800 && plan.leftOutByteCount == 0x1700)
    }

    @Test("a plan never has more parts than a core file can count")
    func manyParts() {
        var plan = MemoryPlan(limit: .max)
        let pages = (0..<100_000).map { UInt64($0) * 8192..<UInt64($0) * 8192 + 4096 }
        plan.add(pages, excluding: 0..<0)
        #expect(plan.parts.count <= 16_384)
        #expect(plan.byteCount + plan.leftOutByteCount >= 100_000 * 4096)
        #expect(plan.leftOutByteCount == 0)
    }

    @Test("the header names each part with its address and its place")
    func header() {
        let parts: [Range<UInt64>] = [0x9000..<0xb000, 0x1000..<0x2000]
        let bytes = CoreFile.header(parts, copied: [0x2000, 0x800])
        #expect(bytes.count == 64 + 2 * 56)
        #expect(bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]))
        func number(_ place: Int) -> UInt64 {
            (0..<8).reduce(0) { $0 | UInt64(bytes[place + $1]) << (8 * UInt64($1)) }
        }
        // Offset, address, size in the file, size in memory; by address.
        let fields = [8, 16, 32, 40]
        #expect(fields.map { number(64 + $0) } == [4096 + 0x2000, 0x1000, 0x800, 0x1000])
        #expect(fields.map { number(64 + 56 + $0) } == [4096, 0x9000, 0x2000, 0x2000])
        #expect(CoreFile.offsets(parts) == [4096, 4096 + 0x2000])
    }
}
