internal import CLinux

/// A point on the wall clock in nanoseconds since 1970.
public typealias WallNanoseconds = Int64

/// What `statx(2)` knows of a file.
public struct FileStatus: Sendable, Equatable {
    /// The kind of file.
    public enum Kind: Sendable, Equatable {
        case regular, directory, symbolicLink, fifo, socket, characterDevice, blockDevice, unknown
    }

    /// Device number.
    public var device: UInt64
    /// Inode number.
    public var inode: UInt64
    /// Kind of file.
    public var kind: Kind
    /// Permission bits, 0...0o7777.
    public var permissions: UInt16
    /// Owner.
    public var user: UInt32
    /// Group.
    public var group: UInt32
    /// Names that point to it.
    public var linkCount: UInt32
    /// Size in bytes.
    public var byteCount: UInt64
    /// Bytes really taken on the disk.
    public var allocatedByteCount: UInt64
    /// Last change of the content.
    public var modified: WallNanoseconds
    /// Last change of the inode.
    public var changed: WallNanoseconds
    /// Last read.
    public var accessed: WallNanoseconds
    /// Creation; 0 where the file system does not know.
    public var born: WallNanoseconds

    init(_ raw: statx) {
        device = Self.device(major: raw.stx_dev_major, minor: raw.stx_dev_minor)
        inode = raw.stx_ino
        kind = Self.kind(UInt32(raw.stx_mode))
        permissions = raw.stx_mode & 0o7777
        (user, group, linkCount) = (raw.stx_uid, raw.stx_gid, raw.stx_nlink)
        (byteCount, allocatedByteCount) = (raw.stx_size, raw.stx_blocks * 512)
        modified = Self.nanoseconds(raw.stx_mtime)
        changed = Self.nanoseconds(raw.stx_ctime)
        accessed = Self.nanoseconds(raw.stx_atime)
        born = raw.stx_mask & UInt32(STATX_BTIME) != 0 ? Self.nanoseconds(raw.stx_btime) : 0
    }

    static func device(major: UInt32, minor: UInt32) -> UInt64 { k_makedev(major, minor) }

    private static func nanoseconds(_ time: statx_timestamp) -> WallNanoseconds {
        time.tv_sec &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    private static func kind(_ mode: UInt32) -> Kind {
        switch mode & UInt32(S_IFMT) {
        case UInt32(S_IFREG): .regular
        case UInt32(S_IFDIR): .directory
        case UInt32(S_IFLNK): .symbolicLink
        case UInt32(S_IFIFO): .fifo
        case UInt32(S_IFSOCK): .socket
        case UInt32(S_IFCHR): .characterDevice
        case UInt32(S_IFBLK): .blockDevice
        default: .unknown
        }
    }
}

extension FileStatus {
    /// The status of the file at a path; a symbolic link itself, never its target.
    public static func of(_ path: BytePath) throws(Errno) -> FileStatus {
        try of(directory: AT_FDCWD, name: path, flags: AT_SYMLINK_NOFOLLOW)
    }

    /// The status of what a path leads to, links followed.
    public static func following(_ path: BytePath) throws(Errno) -> FileStatus {
        try of(directory: AT_FDCWD, name: path, flags: 0)
    }

    static func of(directory: Int32, name: BytePath, flags: Int32) throws(Errno) -> FileStatus {
        var raw = statx()
        let mask = UInt32(STATX_BASIC_STATS | STATX_BTIME)
        try retrying {
            unsafe name.withCString { unsafe k_statx(directory, $0, flags, mask, &raw) }
        }
        return FileStatus(raw)
    }
}

extension FileDescriptor {
    /// The status of the open file.
    public func status() throws(Errno) -> FileStatus {
        var raw = statx()
        let number = rawValue
        let mask = UInt32(STATX_BASIC_STATS | STATX_BTIME)
        try retrying { unsafe k_statx(number, "", 0x1000, mask, &raw) }
        return FileStatus(raw)
    }

    /// Number of the mount through which the file was opened; see `MountTable`.
    public func mountNumber() throws(Errno) -> UInt64 {
        var raw = statx()
        let number = rawValue
        try retrying { unsafe k_statx(number, "", 0x1000, UInt32(STATX_MNT_ID), &raw) }
        return raw.stx_mnt_id
    }

    /// Whether it lies on ext2, ext3 or ext4.
    public func isExtended() throws(Errno) -> Bool {
        var raw = statfs()
        let number = rawValue
        try retrying { unsafe fstatfs(number, &raw) }
        // EXT4_SUPER_MAGIC of linux/magic.h, the same for all three.
        return raw.f_type == 0xef53
    }

    /// Bytes of its file system that are used, and those that are free for everybody.
    public func space() throws(Errno) -> (used: UInt64, free: UInt64) {
        var raw = statfs()
        let number = rawValue
        try retrying { unsafe fstatfs(number, &raw) }
        let size = UInt64(raw.f_bsize)
        let used = UInt64(raw.f_blocks - min(raw.f_bfree, raw.f_blocks))
        return (used * size, UInt64(raw.f_bavail) * size)
    }

    /// The status of a name in this directory, links not followed.
    public func status(of name: BytePath) throws(Errno) -> FileStatus {
        try FileStatus.of(directory: rawValue, name: name, flags: AT_SYMLINK_NOFOLLOW)
    }
}
