/// Bytes from a socket, given out as whole lines.
///
/// Never holds more than one longest line and one read beyond it. After an error the connection
/// is to be closed: where the next message begins is not known.
public struct LineBuffer: Sendable {
    private var bytes: [UInt8] = []
    // Where the first line not given out begins, and up to where no line feed is.
    private var start = 0
    private var searched = 0
    // The bytes behind the last line feed.
    private var openCount = 0

    /// An empty buffer.
    public init() {}

    /// Whether nothing is left; at the end of the stream, anything left is a cut line.
    public var isEmpty: Bool { start == bytes.count }

    /// Takes what was read.
    ///
    /// - Parameter new: the bytes of one read, any number.
    /// - Throws: `ControlError.lineTooLong` when a line cannot end within the limit.
    public mutating func append(_ new: Span<UInt8>) throws(ControlError) {
        bytes.removeFirst(start)
        searched -= start
        start = 0
        for index in new.indices {
            openCount = new[index] == UInt8(ascii: "\n") ? 0 : openCount + 1
            guard openCount < ControlCodec.maximumLineByteCount else {
                throw .lineTooLong(limit: ControlCodec.maximumLineByteCount)
            }
            bytes.append(new[index])
        }
    }

    /// The next whole line without its line feed; nil when there is none yet.
    public mutating func next() -> [UInt8]? {
        guard let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) else {
            searched = bytes.count
            return nil
        }
        let line = Array(bytes[start..<end])
        start = end + 1
        searched = start
        return line
    }
}
