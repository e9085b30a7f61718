import Linux
import Testing

/// A rename as Linux 6.18 reports it: old and new folder and name, the file, and a pidfd.
private let rename = """
    9c 00 00 00              # length 156
    03 00 18 00              # version 3, reserved, metadata length 24
    00 00 00 10 00 00 00 00  # FAN_RENAME
    ff ff ff ff              # no descriptor
    d2 04 00 00              # pid 1234
    0a 00 24 00              # OLD_DFID_NAME, length 36
    11 22 33 44 55 66 77 88  # file system
    08 00 00 00 01 00 00 00  # handle of 8 bytes, type 1
    02 00 00 00 00 00 00 00
    61 2e 74 78 74 00 00 00  # a.txt
    0c 00 28 00              # NEW_DFID_NAME, length 40
    11 22 33 44 55 66 77 88
    08 00 00 00 01 00 00 00
    03 00 00 00 00 00 00 00
    61 2e 6c 6f 63 6b 65 64 00 00 00 00  # a.locked
    01 00 1c 00              # FID, length 28
    11 22 33 44 55 66 77 88
    08 00 00 00 01 00 00 00
    0c 00 00 00 63 00 00 00
    04 00 08 00              # PIDFD, length 8
    09 00 00 00
    63 00 14 00              # a type that this reader does not know, length 20
    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    """

/// An opening in a permission group.
private let opening = """
    18 00 00 00 03 00 18 00
    00 00 01 00 00 00 00 00  # FAN_OPEN_PERM
    07 00 00 00              # descriptor 7
    e8 03 00 00              # thread 1000
    """

/// A full queue: no process, no file.
private let overflow = """
    18 00 00 00 03 00 18 00
    00 40 00 00 00 00 00 00  # FAN_Q_OVERFLOW
    ff ff ff ff 00 00 00 00
    """

/// One call of the reader; spans and `inout` do not go through `#expect`.
private func next(
    _ bytes: [UInt8], _ count: Int, _ offset: inout Int
) throws(RecordError) -> FanotifyRecord? {
    try FanotifyRecord.next(bytes.span.extracting(0..<count), &offset)
}

@Suite struct FanotifyRecordTests {
    @Test func readsNamesHandlesAndPidfd() throws {
        let bytes = try hex(rename)
        var offset = 0
        let first = try next(bytes, bytes.count, &offset)
        let record = try #require(first)
        #expect(offset == bytes.count)
        #expect(record.mask == .rename)
        #expect(record.event == -1 && record.pid == 1234 && record.pidfd == 9)
        #expect(record.fileSystem == 0x8877_6655_4433_2211)
        #expect(Array(bytes[try #require(record.oldName)]) == Array("a.txt".utf8))
        #expect(Array(bytes[try #require(record.name)]) == Array("a.locked".utf8))
        let old = bytes[try #require(record.oldFolder)]
        let new = bytes[try #require(record.folder)]
        #expect(old.count == 16 && new.count == 16 && Array(old) != Array(new))
        #expect(bytes[try #require(record.file)].last == 0)
        let end = try next(bytes, bytes.count, &offset)
        #expect(end == nil)
    }

    @Test func readsOneRecordAfterTheOther() throws {
        let bytes = try hex(opening) + hex(overflow) + hex(rename)
        var offset = 0
        var masks = [EventMask]()
        while let record = try FanotifyRecord.next(bytes.span, &offset) {
            masks.append(record.mask)
            if record.mask == .openPermission {
                #expect(record.event == 7 && record.pid == 1000 && record.pidfd == nil)
            }
        }
        #expect(masks == [.openPermission, .overflow, .rename])
    }

    @Test("every cut is an error", arguments: [rename, opening, overflow])
    func truncation(text: String) throws {
        let bytes = try hex(text)
        for count in 1..<bytes.count {
            var offset = 0
            #expect(throws: RecordError.truncated(at: 0), "\(count) bytes") {
                _ = try next(bytes, count, &offset)
            }
            #expect(offset == 0)
        }
    }

    /// The record's own length says that it is whole, so only the inner lengths can be wrong.
    @Test func everyShortenedRecordIsReadOrRefused() throws {
        var bytes = try hex(rename)
        for count in 24..<bytes.count {
            bytes[0] = UInt8(count)
            var offset = 0
            do throws(RecordError) {
                _ = try next(bytes, count, &offset)
                #expect(offset == count)
            } catch {
                #expect(offset == 0)
            }
        }
    }

    @Test func everyChangedByteIsReadOrRefused() throws {
        let whole = try hex(rename)
        for index in whole.indices {
            for value in [0, 1, 0x7f, 0x80, 0xff] as [UInt8] {
                var bytes = whole
                bytes[index] = value
                var offset = 0
                let record = try? FanotifyRecord.next(bytes.span, &offset)
                for range in [record?.name, record?.file, record?.folder, record?.oldName] {
                    if let range { #expect(range.upperBound <= bytes.count) }
                }
            }
        }
    }

    @Test(
        "impossible fields",
        arguments: [
            ("17 00 00 00", 0, RecordError.badLength(at: 0)),
            ("02", 4, .unknownVersion(2, at: 0)),
            ("17 00", 6, .badLength(at: 0)),
            ("ff 00", 6, .badLength(at: 0)),
            ("03 00", 26, .badLength(at: 24)),
            ("ff 00", 26, .badLength(at: 24)),
            ("81 00 00 00", 36, .badLength(at: 28)),
            ("ff ff ff ff", 36, .badLength(at: 28)),
        ])
    func refusal(change: String, at index: Int, error: RecordError) throws {
        var bytes = try hex(rename)
        let patch = try hex(change)
        bytes.replaceSubrange(index..<(index + patch.count), with: patch)
        var offset = 0
        #expect(throws: error) { _ = try next(bytes, bytes.count, &offset) }
    }

    @Test func aDeadWriterHasNoPidfd() throws {
        var bytes = try hex(rename)
        let place = bytes.count - 24
        #expect(Array(bytes[place..<(place + 4)]) == [9, 0, 0, 0])
        bytes.replaceSubrange(place..<(place + 4), with: [255, 255, 255, 255])
        var offset = 0
        let record = try next(bytes, bytes.count, &offset)
        #expect(record != nil && record?.pidfd == nil)
    }
}
