/// One record from the queue of a fanotify group.
///
/// Ranges point into the buffer that was parsed.
public struct FanotifyRecord: Sendable {
    /// What happened; several things may be merged into one record.
    public var mask: EventMask
    /// Descriptor of the file in a permission group, owned by the reader; `FAN_NOFD` otherwise.
    public var event: Int32
    /// Process (notification) or thread (permission) that did it; 0 when unknown.
    public var pid: Int32
    /// Descriptor of the process; nil when it had ended (`FAN_NOPIDFD`) or none was asked for.
    public var pidfd: Int32?
    /// Handle of the file or, in records of names, of the target.
    public var file: Range<Int>?
    /// Handle of the folder.
    public var folder: Range<Int>?
    /// The name in the folder.
    public var name: Range<Int>?
    /// Folder and name before a rename.
    public var oldFolder: Range<Int>?
    /// See `oldFolder`.
    public var oldName: Range<Int>?
    /// Error number and count of a file system error record.
    public var fault: (error: Int32, count: UInt32)?
    /// The file system's id in the first handle record.
    public var fileSystem: UInt64
}

/// Why a buffer of records can't be read on.
public enum RecordError: Error, Equatable, Sendable {
    /// The record that starts here is cut short.
    case truncated(at: Int)
    /// The record's length field is impossible.
    case badLength(at: Int)
    /// Metadata of another version than 3.
    case unknownVersion(UInt8, at: Int)
}

extension FanotifyRecord {
    /// Reads the record at `offset` and moves the offset behind it; nil at the end.
    ///
    /// Layout of `struct fanotify_event_metadata`: length u32, version u8, reserved u8,
    /// metadata length u16, mask u64, fd i32, pid i32; then information records of type u8,
    /// padding u8, length u16. Source: fanotify(7).
    public static func next(
        _ bytes: Span<UInt8>, _ offset: inout Int
    ) throws(RecordError) -> FanotifyRecord? {
        if offset == bytes.count { return nil }
        let start = offset
        guard bytes.count - start >= 24 else { throw .truncated(at: start) }
        let length = Int(bytes.littleEndian32(at: start))
        guard length >= 24 else { throw .badLength(at: start) }
        guard bytes.count - start >= length else { throw .truncated(at: start) }
        guard bytes[start + 4] == 3 else { throw .unknownVersion(bytes[start + 4], at: start) }
        var record = FanotifyRecord(
            mask: EventMask(rawValue: bytes.littleEndian64(at: start + 8)),
            event: Int32(bitPattern: bytes.littleEndian32(at: start + 16)),
            pid: Int32(bitPattern: bytes.littleEndian32(at: start + 20)), fileSystem: 0)
        var place = start + Int(bytes.littleEndian16(at: start + 6))
        guard place >= start + 24, place <= start + length else { throw .badLength(at: start) }
        while place < start + length {
            place = try record.readInformation(bytes, at: place, end: start + length)
        }
        offset = start + length
        return record
    }

    private mutating func readInformation(
        _ bytes: Span<UInt8>, at place: Int, end: Int
    ) throws(RecordError) -> Int {
        guard end - place >= 4 else { throw .truncated(at: place) }
        let length = Int(bytes.littleEndian16(at: place + 2))
        guard length >= 4, end - place >= length else { throw .badLength(at: place) }
        let limit = place + length
        switch bytes[place] {
        case 1, 2, 3, 10, 12:
            try readHandle(bytes, type: bytes[place], at: place + 4, end: limit)
        case 4 where length >= 8:
            let number = Int32(bitPattern: bytes.littleEndian32(at: place + 4))
            pidfd = number >= 0 ? number : nil
        case 5 where length >= 12:
            fault = (
                Int32(bitPattern: bytes.littleEndian32(at: place + 4)),
                bytes.littleEndian32(at: place + 8)
            )
        default: break  // a kernel newer than this reader may add types
        }
        return limit
    }

    /// Types: 1 FID, 2 DFID_NAME, 3 DFID, 10 OLD_DFID_NAME, 12 NEW_DFID_NAME; each is the file
    /// system's id u64, then a `struct file_handle` and, in the NAME types, the NUL-ended name.
    private mutating func readHandle(
        _ bytes: Span<UInt8>, type: UInt8, at place: Int, end: Int
    ) throws(RecordError) {
        guard end - place >= 16 else { throw .truncated(at: place) }
        if fileSystem == 0 { fileSystem = bytes.littleEndian64(at: place) }
        let handle = place + 8
        let size = Int(bytes.littleEndian32(at: handle))
        guard size <= FileHandle.capacity, end - handle >= 8 + size else {
            throw .badLength(at: place)
        }
        let range = handle..<(handle + 8 + size)
        var close = range.upperBound
        while close < end, bytes[close] != 0 { close += 1 }
        let text = range.upperBound..<close
        switch type {
        case 1: file = range
        case 3: folder = range
        case 10: (oldFolder, oldName) = (range, text)
        default: (folder, name) = (range, text)
        }
    }
}
