internal import CLinux

/// One name in a directory.
public struct DirectoryEntry: Sendable, Equatable {
    /// The name, without any slash.
    public var name: BytePath
    /// Inode number.
    public var inode: UInt64
    /// Kind; `.unknown` where the file system does not tell.
    public var kind: FileStatus.Kind
}

extension FileDescriptor {
    /// The names in this directory in the order of the file system, without `.` and `..`.
    public func entries() throws(Errno) -> [DirectoryEntry] {
        var found = [DirectoryEntry]()
        var buffer = [UInt8](repeating: 0, count: 65536)
        try seek(to: 0)
        while try appendEntries(to: &found, through: &buffer) {}
        return found
    }

    /// Appends the next names from where the last call ended; false when there are none left.
    ///
    /// The size of the buffer bounds how many they are, so that a huge folder can be read in parts.
    public func appendEntries(
        to found: inout [DirectoryEntry], through buffer: inout [UInt8]
    ) throws(Errno) -> Bool {
        let number = rawValue
        let count = try retrying {
            unsafe buffer.withUnsafeMutableBytes {
                unsafe k_getdents64(number, $0.baseAddress, UInt($0.count))
            }
        }
        Self.parse(buffer.span.extracting(0..<Int(count)), into: &found)
        return count > 0
    }

    /// Layout of `struct linux_dirent64`: inode, offset, length, type, name.
    private static func parse(_ bytes: Span<UInt8>, into found: inout [DirectoryEntry]) {
        var at = 0
        while at + 19 <= bytes.count {
            let length = Int(bytes.littleEndian16(at: at + 16))
            if length < 19 || at + length > bytes.count { return }
            var name = [UInt8]()
            var place = at + 19
            while place < at + length, bytes[place] != 0 {
                name.append(bytes[place])
                place += 1
            }
            if name != [46], name != [46, 46] {
                found.append(
                    DirectoryEntry(
                        name: BytePath(name), inode: bytes.littleEndian64(at: at),
                        kind: kind(bytes[at + 18])))
            }
            at += length
        }
    }

    private static func kind(_ type: UInt8) -> FileStatus.Kind {
        switch Int32(type) {
        case 8: .regular
        case 4: .directory
        case 10: .symbolicLink
        case 1: .fifo
        case 12: .socket
        case 2: .characterDevice
        case 6: .blockDevice
        default: .unknown
        }
    }

    /// Makes a directory here.
    public func makeDirectory(_ name: BytePath, permissions: UInt32 = 0o700) throws(Errno) {
        let number = rawValue
        try retrying { unsafe name.withCString { unsafe mkdirat(number, $0, permissions) } }
    }

    /// Removes a name here; an empty directory with `directory`.
    public func remove(_ name: BytePath, directory: Bool = false) throws(Errno) {
        let number = rawValue
        let flags = directory ? AT_REMOVEDIR : 0
        try retrying { unsafe name.withCString { unsafe unlinkat(number, $0, flags) } }
    }

    /// Gives a file here one more name here; fails if `new` exists.
    public func link(_ name: BytePath, as new: BytePath) throws(Errno) {
        let number = rawValue
        try retrying {
            unsafe name.withCString { from in
                unsafe new.withCString { to in unsafe linkat(number, from, number, to, 0) }
            }
        }
    }

    /// Renames within this directory; fails if `new` exists unless `replacing`.
    public func rename(
        _ old: BytePath, to new: BytePath, replacing: Bool = false
    ) throws(Errno) {
        try rename(old, in: self, to: new, replacing: replacing)
    }

    /// Renames a name here to one in another directory of the same file system.
    public func rename(
        _ old: BytePath, in target: borrowing FileDescriptor, to new: BytePath,
        replacing: Bool = false
    ) throws(Errno) {
        let (from, to) = (rawValue, target.rawValue)
        try retrying {
            unsafe old.withCString { first in
                unsafe new.withCString { second in
                    unsafe k_renameat2(from, first, to, second, replacing ? 0 : 1)
                }
            }
        }
    }

    /// Where a symbolic link here points.
    public func linkTarget(_ name: BytePath) throws(Errno) -> BytePath {
        try Self.linkTarget(directory: rawValue, name)
    }

    /// Where a symbolic link points.
    public static func linkTarget(_ path: BytePath) throws(Errno) -> BytePath {
        try linkTarget(directory: AT_FDCWD, path)
    }

    private static func linkTarget(
        directory: Int32, _ name: BytePath
    ) throws(Errno) -> BytePath {
        var buffer = [UInt8](repeating: 0, count: 4097)
        let count = try retrying {
            unsafe name.withCString { path in
                unsafe buffer.withUnsafeMutableBytes { bytes in
                    guard let start = bytes.baseAddress else { return -1 }
                    let text = unsafe start.assumingMemoryBound(to: CChar.self)
                    return unsafe readlinkat(directory, path, text, bytes.count)
                }
            }
        }
        return BytePath(buffer[..<Int(count)])
    }

    /// Makes a symbolic link here.
    public func makeSymbolicLink(_ name: BytePath, to target: BytePath) throws(Errno) {
        let number = rawValue
        try retrying {
            unsafe target.withCString { to in
                unsafe name.withCString { unsafe symlinkat(to, number, $0) }
            }
        }
    }

    /// The path that the kernel knows for this open file; ` (deleted)` behind a removed one.
    public func path() throws(Errno) -> BytePath {
        try Self.linkTarget(BytePath("/proc/self/fd/\(rawValue)"))
    }

    /// Sets permission bits.
    public func setPermissions(_ bits: UInt32) throws(Errno) {
        let number = rawValue
        try retrying { fchmod(number, bits) }
    }

    /// Sets the owner.
    public func setOwner(user: UInt32, group: UInt32) throws(Errno) {
        let number = rawValue
        try retrying { fchown(number, user, group) }
    }

    /// Sets access and modification times.
    public func setTimes(
        accessed: WallNanoseconds, modified: WallNanoseconds
    ) throws(Errno) {
        let number = rawValue
        let times: InlineArray<2, timespec> = [timespec(accessed), timespec(modified)]
        try retrying {
            unsafe times.span.withUnsafeBufferPointer { unsafe futimens(number, $0.baseAddress) }
        }
    }
}

extension timespec {
    init(_ nanoseconds: Int64) {
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        self.init(
            tv_sec: rest < 0 ? Int(seconds) - 1 : Int(seconds),
            tv_nsec: Int(rest < 0 ? rest + 1_000_000_000 : rest))
    }
}

extension FileDescriptor {
    /// The kernel's path of this open file, written into `buffer` without allocating.
    ///
    /// - Returns: how many bytes it has; a full buffer may have cut it.
    public func path(into buffer: inout MutableSpan<UInt8>) throws(Errno) -> Int {
        var name = InlineArray<32, CChar>(repeating: 0)
        var length = 0
        for byte in "/proc/self/fd/".utf8 {
            name[length] = CChar(bitPattern: byte)
            length += 1
        }
        var (divisor, rest) = (Int32(1_000_000_000), rawValue)
        while divisor > max(rest, 1) { divisor /= 10 }
        while divisor > 0 {
            name[length] = CChar(48 + rest / divisor)
            (rest, divisor, length) = (rest % divisor, divisor / 10, length + 1)
        }
        return try unsafe buffer.withUnsafeMutableBufferPointer { bytes throws(Errno) -> Int in
            guard let start = bytes.baseAddress else { return 0 }
            let room = UInt(bytes.count)
            return try retrying {
                unsafe name.span.withUnsafeBufferPointer { (text) -> Int in
                    guard let path = text.baseAddress else { return -1 }
                    return unsafe k_readlink(path, start, room)
                }
            }
        }
    }
}
