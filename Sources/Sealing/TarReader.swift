internal import Linux
internal import Sodium

/// Takes a tar stream apart; knows nothing of where the entries go.
struct TarReader {
    /// What some bytes of the stream were.
    enum Event {
        /// They ended the header of an entry.
        case entry(TarHeader)
        /// They are content of the last entry.
        case content(isLast: Bool)
    }

    /// Whether the end of the archive was seen; what follows means nothing.
    private(set) var isAtEnd = false
    private var block = [UInt8]()
    private var wanted = TarHeader.blockSize
    private var isReadingRecords = false
    private var recordCount = 0
    private var records = [UInt8]()
    private var remaining: UInt64 = 0
    private var padding = 0
    private var place: UInt64 = 0

    /// Takes some bytes; returns how many, and what they were if that matters.
    mutating func take(_ bytes: Span<UInt8>) throws(FolderError) -> (count: Int, event: Event?) {
        let count: Int
        var event: Event?
        if remaining > 0 {
            count = Int(min(UInt64(bytes.count), remaining))
            remaining -= UInt64(count)
            event = .content(isLast: remaining == 0)
        } else if padding > 0 {
            count = min(bytes.count, padding)
            padding -= count
        } else {
            count = min(bytes.count, wanted - block.count)
            block.append(copying: bytes.extracting(0..<count))
            if block.count == wanted { event = try takeBlock() }
        }
        place += UInt64(count)
        return (count, event)
    }

    private mutating func takeBlock() throws(FolderError) -> Event? {
        let full = block
        block = []
        if isReadingRecords {
            records = Array(full.prefix(recordCount))
            isReadingRecords = false
            wanted = TarHeader.blockSize
            return nil
        }
        switch TarHeader.parse(full) {
        case .end: isAtEnd = true
        case .malformed: throw .malformedArchive(at: place)
        case .records(let count):
            guard count > 0 else { throw .malformedArchive(at: place) }
            recordCount = count
            wanted = count + TarHeader.padding(UInt64(count))
            isReadingRecords = true
        case .entry(var header):
            guard header.apply(records) else { throw .malformedArchive(at: place) }
            records = []
            if header.kind == .file {
                remaining = header.byteCount
                padding = TarHeader.padding(header.byteCount)
            }
            return .entry(header)
        }
        return nil
    }
}
