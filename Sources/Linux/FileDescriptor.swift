internal import CLinux

/// An open file that is closed when its owner goes.
public struct FileDescriptor: ~Copyable, Sendable {
    /// The number; valid only while the owner lives.
    public let rawValue: Int32

    /// Takes over an open descriptor.
    public init(owning rawValue: Int32) {
        self.rawValue = rawValue
    }

    deinit {
        if rawValue >= 0 { _ = CLinux.close(rawValue) }
    }

    /// Closes and reports what the kernel says (needed after writes).
    public consuming func close() throws(Errno) {
        let number = rawValue
        discard self
        if CLinux.close(number) == -1 {
            let error = Errno.current
            if error != .interrupted { throw error }
        }
    }

    /// Gives the number away without closing it.
    public consuming func release() -> Int32 {
        let number = rawValue
        discard self
        return number
    }

    /// Another descriptor for the same open file, close-on-exec, with this number or a higher one.
    public borrowing func duplicate(from lowest: Int32 = 3) throws(Errno) -> FileDescriptor {
        let number = rawValue
        let copy = try retrying { k_fcntl(number, F_DUPFD_CLOEXEC, Int(lowest)) }
        return FileDescriptor(owning: copy)
    }

    /// Reads at most what fits; 0 at the end.
    public borrowing func read(into buffer: inout MutableSpan<UInt8>) throws(Errno) -> Int {
        let number = rawValue
        return try unsafe buffer.withUnsafeMutableBufferPointer { bytes throws(Errno) in
            try retrying { unsafe CLinux.read(number, bytes.baseAddress, bytes.count) }
        }
    }

    /// Reads at an offset without moving the position.
    public borrowing func read(
        into buffer: inout MutableSpan<UInt8>, at offset: UInt64
    ) throws(Errno) -> Int {
        let number = rawValue
        return try unsafe buffer.withUnsafeMutableBufferPointer { bytes throws(Errno) in
            try retrying {
                unsafe pread(number, bytes.baseAddress, bytes.count, off_t(clamping: offset))
            }
        }
    }

    /// Reads at an offset until so many bytes are there or the file ends.
    ///
    /// - Returns: how many they are; the buffer holds them at its beginning.
    public borrowing func readFully(
        into buffer: inout MutableSpan<UInt8>, count: Int, at offset: UInt64
    ) throws(Errno) -> Int {
        var done = 0
        while done < count {
            var rest = buffer._mutatingExtracting(done..<count)
            let more = try read(into: &rest, at: offset + UInt64(done))
            if more == 0 { break }
            done += more
        }
        return done
    }

    /// Reads at an offset what the kernel holds in memory.
    ///
    /// - Returns: how many bytes they are; nil where the disk would have to be waited for.
    public borrowing func readCached(
        into buffer: inout MutableSpan<UInt8>, at offset: UInt64
    ) -> Int? {
        let number = rawValue
        let count = unsafe buffer.withUnsafeMutableBufferPointer { bytes in
            unsafe k_pread_cached(
                number, bytes.baseAddress, UInt(bytes.count), Int64(clamping: offset))
        }
        return count < 0 ? nil : count
    }

    /// Writes once; returns how many bytes were taken.
    public borrowing func write(_ bytes: Span<UInt8>) throws(Errno) -> Int {
        let number = rawValue
        return try unsafe bytes.withUnsafeBufferPointer { buffer throws(Errno) in
            try retrying { unsafe CLinux.write(number, buffer.baseAddress, buffer.count) }
        }
    }

    /// Writes everything.
    public borrowing func writeAll(_ bytes: Span<UInt8>) throws(Errno) {
        var done = 0
        while done < bytes.count {
            done += try write(bytes.extracting(done..<bytes.count))
        }
    }

    /// Writes everything at an offset without moving the position.
    public borrowing func writeAll(_ bytes: Span<UInt8>, at offset: UInt64) throws(Errno) {
        let number = rawValue
        var done = 0
        while done < bytes.count {
            let rest = bytes.extracting(done..<bytes.count)
            let place = off_t(clamping: offset + UInt64(done))
            done += try unsafe rest.withUnsafeBufferPointer { buffer throws(Errno) in
                try retrying { unsafe pwrite(number, buffer.baseAddress, buffer.count, place) }
            }
        }
    }

    /// Moves the position from the start.
    public borrowing func seek(to offset: UInt64) throws(Errno) {
        let number = rawValue
        try retrying { lseek(number, off_t(clamping: offset), SEEK_SET) }
    }

    /// Where bytes that are no hole stand next, at an offset or behind it; nil where there are none.
    ///
    /// Moves the position.
    public borrowing func nextData(from offset: UInt64) -> UInt64? {
        let place = lseek(rawValue, off_t(clamping: offset), 3)  // SEEK_DATA
        if place >= 0 { return UInt64(place) }
        // Where holes are not known, everything is data.
        return Errno.current == Errno(rawValue: ENXIO) ? nil : offset
    }

    /// Whether the position can be moved.
    public var isSeekable: Bool { lseek(rawValue, 0, SEEK_CUR) != -1 }

    /// Whether it is a terminal.
    public var isTerminal: Bool { isatty(rawValue) == 1 }

    /// Sets the length.
    public borrowing func truncate(to byteCount: UInt64) throws(Errno) {
        let number = rawValue
        try retrying { ftruncate(number, off_t(clamping: byteCount)) }
    }

    /// Waits until data and metadata are on the disk.
    public borrowing func sync() throws(Errno) {
        let number = rawValue
        try retrying { fsync(number) }
    }

    /// Waits until everything on this file system is on the disk: one wait for many files.
    public borrowing func syncFileSystem() throws(Errno) {
        let number = rawValue
        try retrying { k_syncfs(number) }
    }

    /// Appends bytes of another file; the kernel copies or shares them where it can.
    ///
    /// - Returns: bytes appended, fewer only where the other file ends.
    public borrowing func append(
        from source: borrowing FileDescriptor, at offset: UInt64, count: UInt64
    ) throws(Errno) -> UInt64 {
        let (from, to) = (source.rawValue, rawValue)
        var place = Int64(clamping: offset)
        var rest = count
        do throws(Errno) {
            while rest > 0 {
                let wanted = UInt(min(rest, 1 << 30))
                let done = try retrying { unsafe k_copy_file_range(from, &place, to, wanted) }
                if done == 0 { break }
                rest -= UInt64(done)
            }
        } catch {
            // Not between these file systems, or not by this one.
            let isRefused = [.crossDevice, .notSupported, .notImplemented, .invalidArgument]
                .contains(error)
            guard isRefused, rest == count else { throw error }
        }
        return try count - rest + copy(source, at: UInt64(place), count: rest)
    }

    private borrowing func copy(
        _ source: borrowing FileDescriptor, at offset: UInt64, count: UInt64
    ) throws(Errno) -> UInt64 {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var done: UInt64 = 0
        while done < count {
            let wanted = Int(min(UInt64(buffer.count), count - done))
            var span = buffer.mutableSpan
            var room = span._mutatingExtracting(0..<wanted)
            let taken = try source.read(into: &room, at: offset + done)
            if taken == 0 { break }
            try writeAll(buffer.span.extracting(0..<taken))
            done += UInt64(taken)
        }
        return done
    }

    /// Asks the kernel to forget what it holds of a synced file, so that reads ask the disk.
    public borrowing func dropCache() {
        _ = posix_fadvise(rawValue, 0, 0, POSIX_FADV_DONTNEED)
    }

    /// Gives a pipe the largest buffer that every user may have, for fewer wake-ups at both ends;
    /// nothing happens to what is not a pipe.
    public borrowing func enlargePipe() {
        // Source: pipe(7), /proc/sys/fs/pipe-max-size; 1031 is F_SETPIPE_SZ.
        _ = k_fcntl(rawValue, 1031, 1 << 20)
    }

    /// Reads the rest, at most `limit` bytes.
    public borrowing func readToEnd(limit: Int) throws(Errno) -> [UInt8] {
        var all = [UInt8]()
        // Most of what is read so is a page of /proc, while somebody waits.
        var chunk = [UInt8](repeating: 0, count: min(4096, max(limit, 1)))
        while all.count < limit {
            if all.count == chunk.count, chunk.count < 65536 {
                chunk = [UInt8](repeating: 0, count: 65536)
            }
            var span = chunk.mutableSpan
            let count = try read(into: &span)
            if count == 0 { break }
            all.append(contentsOf: chunk[..<min(count, limit - all.count)])
        }
        return all
    }
}
