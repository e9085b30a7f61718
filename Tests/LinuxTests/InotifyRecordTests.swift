import Linux
import Testing

/// One half of a rename, then the end of the watch.
private let two = """
    01 00 00 00              # watch 1
    40 00 00 00              # IN_MOVED_FROM
    2a 00 00 00              # cookie 42
    10 00 00 00              # name of 16 bytes with its padding
    e3 82 ab 2e 74 78 74 00 00 00 00 00 00 00 00 00  # カ.txt
    01 00 00 00
    00 80 00 00              # IN_IGNORED
    00 00 00 00 00 00 00 00
    """

/// One call of the reader; spans and `inout` do not go through `#expect`.
private func next(
    _ bytes: [UInt8], _ count: Int, _ offset: inout Int
) throws(RecordError) -> InotifyRecord? {
    try InotifyRecord.next(bytes.span.extracting(0..<count), &offset)
}

@Suite struct InotifyRecordTests {
    @Test func readsBothRecords() throws {
        let bytes = try hex(two)
        var offset = 0
        let one = try next(bytes, bytes.count, &offset)
        let first = try #require(one)
        #expect(first.watch == 1 && first.mask == 0x40 && first.cookie == 42)
        #expect(first.name == 16..<23)
        #expect(String(decoding: bytes[first.name], as: UTF8.self) == "カ.txt")
        let other = try next(bytes, bytes.count, &offset)
        let second = try #require(other)
        #expect(second.isIgnored && second.name.isEmpty && !second.isOverflow)
        let end = try next(bytes, bytes.count, &offset)
        #expect(end == nil)
    }

    @Test func everyCutIsAnError() throws {
        let bytes = try hex(two)
        for count in 1..<32 {
            var offset = 0
            #expect(throws: RecordError.truncated(at: 0), "\(count) bytes") {
                _ = try next(bytes, count, &offset)
            }
        }
        for count in 33..<bytes.count {
            var offset = 32
            #expect(throws: RecordError.truncated(at: 32), "\(count) bytes") {
                _ = try next(bytes, count, &offset)
            }
        }
    }

    @Test(
        "flags",
        arguments: [
            (0x4000, [true, false, false, false]), (0x8000, [false, true, false, false]),
            (0x4000_0100, [false, false, true, false]), (0x2000, [false, false, false, true]),
        ] as [(UInt32, [Bool])])
    func flags(mask: UInt32, expected: [Bool]) throws {
        var bytes = [UInt8](repeating: 0, count: 16)
        for index in 0..<4 { bytes[4 + index] = UInt8(truncatingIfNeeded: mask >> (8 * index)) }
        var offset = 0
        let read = try next(bytes, 16, &offset)
        let record = try #require(read)
        let found = [
            record.isOverflow, record.isIgnored, record.isDirectory, record.isUnmounted,
        ]
        #expect(found == expected)
    }

    @Test(.timeLimit(.minutes(1))) func reportsWhatHappensInAFolder() throws {
        let scratch = try Scratch()
        let inotify = try Inotify()
        let watch = try inotify.watch(scratch.path, [.closeWrite, .create])
        try scratch.write("note.txt", "hello")
        var buffer = [UInt8](repeating: 0, count: 4096)
        var span = buffer.mutableSpan
        let count = try inotify.descriptor.read(into: &span)
        var (offset, masks) = (0, [UInt32]())
        while let record = try InotifyRecord.next(
            buffer.span.extracting(0..<count), &offset)
        {
            #expect(record.watch == watch)
            #expect(String(decoding: buffer[record.name], as: UTF8.self) == "note.txt")
            masks.append(record.mask)
        }
        #expect(masks == [0x100, 0x8])
    }
}
