import Control
import Testing

private func lines(_ text: String, readByteCount: Int) throws -> ([String], isEmpty: Bool) {
    var buffer = LineBuffer()
    var lines: [String] = []
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: readByteCount) {
        let read = Array(bytes[start..<min(start + readByteCount, bytes.count)])
        try buffer.append(read.span)
        while let line = buffer.next() { lines.append(String(decoding: line, as: UTF8.self)) }
    }
    return (lines, buffer.isEmpty)
}

@Test("lines come out whole however they were read", arguments: 1...12)
func split(readByteCount: Int) throws {
    let (found, isEmpty) = try lines("a\n\nlonger line\nb\n", readByteCount: readByteCount)
    #expect(found == ["a", "", "longer line", "b"] && isEmpty)
    let (whole, isCut) = try lines("a\nrest", readByteCount: readByteCount)
    #expect(whole == ["a"] && !isCut)
}

@Test(
    "a line as long as allowed passes, and one byte more does not", arguments: [1, 4_096, 65_536])
func limit(readByteCount: Int) throws {
    let text = String(repeating: "x", count: ControlCodec.maximumLineByteCount - 1)
    #expect(
        try lines("a\n" + text + "\n", readByteCount: readByteCount).0.map(\.utf8.count)
            == [1, ControlCodec.maximumLineByteCount - 1])
    #expect(throws: ControlError.lineTooLong(limit: ControlCodec.maximumLineByteCount)) {
        try lines("a\n" + text + "x", readByteCount: readByteCount)
    }
}
