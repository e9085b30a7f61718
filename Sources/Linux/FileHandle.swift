internal import CLinux

/// A file handle of the kernel (`struct file_handle`): names a file of a file system for good.
public struct FileHandle: Sendable {
    /// Largest size that the kernel gives (`MAX_HANDLE_SZ`).
    public static let capacity = 128
    /// `handle_bytes`, `handle_type` and the handle, as the kernel wants them.
    var bytes: InlineArray<136, UInt8>
    /// Bytes in use, header included.
    public private(set) var byteCount: Int

    /// Copies a `struct file_handle` out of a record; nil if it is not whole.
    public init?(parsing record: Span<UInt8>) {
        guard record.count >= 8 else { return nil }
        let length = Int(record.littleEndian32(at: 0))
        guard length <= Self.capacity, record.count >= 8 + length else { return nil }
        bytes = InlineArray(repeating: 0)
        for index in 0..<(8 + length) { bytes[index] = record[index] }
        byteCount = 8 + length
    }

    /// The handle of a path; links are not followed.
    public init(of path: BytePath) throws(Errno) {
        try self.init(directory: AT_FDCWD, path, flags: 0)
    }

    /// The handle of an open file.
    public init(of file: borrowing FileDescriptor) throws(Errno) {
        try self.init(directory: file.rawValue, BytePath(""), flags: 0x1000)  // AT_EMPTY_PATH
    }

    private init(directory: Int32, _ path: BytePath, flags: Int32) throws(Errno) {
        bytes = InlineArray(repeating: 0)
        bytes[0] = UInt8(Self.capacity)
        var mount: Int32 = 0
        var span = bytes.mutableSpan
        _ = try unsafe span.withUnsafeMutableBufferPointer { buffer throws(Errno) in
            try retrying {
                unsafe path.withCString { (name) -> Int32 in
                    guard let start = buffer.baseAddress else { return -1 }
                    return unsafe k_name_to_handle_at(directory, name, start, &mount, flags)
                }
            }
        }
        byteCount = 8 + Int(bytes.span.littleEndian32(at: 0))
    }

    /// `FILEID_INVALID`: no file system makes handles of this type.
    private static let inodeType: UInt8 = 0xff

    /// The handle of a path or, where the file system gives none, one made of device and inode.
    ///
    /// The latter can't be opened and may come back when the inode is used again.
    public init(identifying path: BytePath) throws(Errno) {
        if let handle = try? FileHandle(of: path) {
            self = handle
            return
        }
        let status = try FileStatus.of(path)
        bytes = InlineArray(repeating: 0)
        (bytes[0], bytes[4]) = (16, Self.inodeType)
        for index in 0..<8 {
            bytes[8 + index] = UInt8(truncatingIfNeeded: status.device >> (8 * UInt64(index)))
            bytes[16 + index] = UInt8(truncatingIfNeeded: status.inode >> (8 * UInt64(index)))
        }
        byteCount = 24
    }

    /// A number that is the same for the same file; for tables.
    public var hash: UInt64 { bytes.span.extracting(0..<byteCount).fingerprint }

    /// Opens the file; needs CAP_DAC_READ_SEARCH.
    ///
    /// `mount` is any open directory of the file system.
    public mutating func open(
        on mount: borrowing FileDescriptor, _ options: OpenOptions
    ) throws(Errno) -> FileDescriptor {
        let (number, flags) = (mount.rawValue, options.rawValue | O_CLOEXEC)
        var span = bytes.mutableSpan
        return FileDescriptor(
            owning: try unsafe span.withUnsafeMutableBufferPointer { buffer throws(Errno) in
                try retrying {
                    guard let start = buffer.baseAddress else { return -1 }
                    return unsafe k_open_by_handle_at(number, start, flags)
                }
            })
    }
}
