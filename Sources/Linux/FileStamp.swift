/// What tells whether a file is still the one that was read, with the same content.
public struct FileStamp: Sendable, Hashable {
    /// Device number.
    public let device: UInt64
    /// Inode number.
    public let inode: UInt64
    /// Size in bytes.
    public let byteCount: UInt64
    /// Last change of the content.
    public let modified: WallNanoseconds
    /// Last change of the inode; nobody can set it back.
    public let changed: WallNanoseconds

    /// Whether the other stamp is of the same inode.
    public func isSameFile(as other: FileStamp) -> Bool {
        device == other.device && inode == other.inode
    }
}

extension FileStatus {
    /// The part that changes with the content.
    public var stamp: FileStamp {
        FileStamp(
            device: device, inode: inode, byteCount: byteCount, modified: modified,
            changed: changed)
    }
}
