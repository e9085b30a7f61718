internal import CLinux

extension FileDescriptor {
    /// The top level (`subvolid=5`) of the btrfs that holds this open directory.
    ///
    /// A mount of the top level is used where the namespace has one; else it is mounted without a
    /// place in the tree, which lasts as long as the descriptor. Needs CAP_SYS_ADMIN.
    ///
    /// - Throws: `.noSuchFile` if the mount table doesn't show the file system.
    public func btrfsTopLevel() throws(Errno) -> FileDescriptor {
        guard let table = try? MountTable.current(), let own = table[try mountNumber()] else {
            throw .noSuchFile
        }
        for mount in table.mounts where mount.device == own.device && mount.root == "/" {
            // Another mount may hide it.
            guard let found = try? FileDescriptor.open(mount.point, [.directory]),
                (try? found.mountNumber()) == mount.number
            else { continue }
            return found
        }
        return try Self.mountBtrfsTopLevel(own)
    }

    private static func mountBtrfsTopLevel(_ mount: Mount) throws(Errno) -> FileDescriptor {
        let made = FileDescriptor(owning: try retrying { unsafe k_fsopen("btrfs") })
        let number = made.rawValue
        // FSCONFIG_SET_FLAG, FSCONFIG_SET_STRING and FSCONFIG_CMD_CREATE of linux/mount.h.
        let (flag, string, create): (UInt32, UInt32, UInt32) = (0, 1, 6)
        let isReadOnly = mount.options.bytes.starts(with: Array("ro,".utf8))
        if isReadOnly {
            // Otherwise btrfs would make the whole file system writable.
            try retrying { unsafe k_fsconfig(number, flag, "ro", nil) }
        }
        try retrying {
            unsafe mount.source.withCString { unsafe k_fsconfig(number, string, "source", $0) }
        }
        try retrying { unsafe k_fsconfig(number, string, "subvolid", "5") }
        try retrying { k_fsconfig(number, create, nil, nil) }
        let tree = FileDescriptor(owning: try retrying { k_fsmount(number) })
        return try tree.open(".", [.directory])
    }
}
