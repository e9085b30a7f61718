/// Disks by their numbers.
public enum BlockDevice {
    /// Opens a disk for reading, under the name that the kernel gives it.
    ///
    /// `device` is as in ``FileStatus/device``.
    public static func open(_ device: UInt64) throws(Errno) -> FileDescriptor {
        // Source: glibc, bits/sysmacros.h, gnu_dev_major and gnu_dev_minor.
        let major = (device >> 8 & 0xfff) | (device >> 32 & 0xffff_f000)
        let minor = (device & 0xff) | (device >> 12 & 0xffff_ff00)
        let facts = BytePath("/sys/dev/block/\(major):\(minor)/uevent")
        let text = ProcessTable.contents(facts, limit: 4096) ?? []
        let key = Array("DEVNAME=".utf8)
        guard let line = text.split(separator: 10).first(where: { $0.starts(with: key) }) else {
            throw .noSuchFile
        }
        let name = BytePath(line.dropFirst(key.count))
        let disk = try FileDescriptor.open(
            BytePath("/dev").appending(name), [.readOnly, .noFollow])
        guard try disk.status().kind == .blockDevice else { throw .noSuchFile }
        return disk
    }
}
