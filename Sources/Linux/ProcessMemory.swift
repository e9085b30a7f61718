internal import CLinux

/// The memory of other processes.
public enum ProcessMemory {
    /// Bytes of a page.
    public static let pageByteCount = UInt64(clamping: sysconf(Int32(_SC_PAGESIZE)))

    /// Copies memory of a process to the beginning of `buffer`.
    ///
    /// It waits for pages that somebody else serves (userfaultfd, FUSE), so that whoever asks must
    /// not be waited for. The number may have been given to another process: look at its start
    /// afterwards. Cost: 1 ms for a MiB.
    ///
    /// - Returns: bytes copied, fewer than fit where the next page can't be read.
    public static func read(
        of pid: Int32, at address: UInt64, into buffer: inout MutableSpan<UInt8>
    ) throws(Errno) -> Int {
        try unsafe buffer.withUnsafeMutableBufferPointer { bytes throws(Errno) in
            try retrying {
                unsafe k_read_memory(pid, bytes.baseAddress, address, UInt(bytes.count))
            }
        }
    }
}

extension FileDescriptor {
    /// Bytes that users other than root may still write to the file system on which it lies.
    public func freeByteCount() throws(Errno) -> UInt64 {
        var raw = statfs()
        let number = rawValue
        try retrying { unsafe fstatfs(number, &raw) }
        return UInt64(raw.f_bavail) * UInt64(clamping: raw.f_bsize)
    }
}
