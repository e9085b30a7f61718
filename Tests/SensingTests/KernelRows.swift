/// The ways to change a file that were measured, in the order of facts/kernel.md §1.
enum KernelRows {
    /// Key of each row and what it is about.
    static let all: KeyValuePairs = [
        "write": "write, pwrite, writev, O_DIRECT",
        "append": "O_APPEND write",
        "mmap": "mmap(SHARED), store, msync, munmap",
        "mmap-kept": "mmap, descriptor closed, stays mapped",
        "mapped-before": "store through a map made before the mark",
        "mprotect": "mmap read-only, then mprotect to writable",
        "madvise": "madvise(MADV_REMOVE)",
        "aio": "libaio io_submit, buffered and O_DIRECT",
        "uring": "io_uring write, IOSQE_ASYNC, O_DIRECT",
        "uring-polled": "io_uring SQPOLL",
        "uring-polled-child": "SQPOLL ring inherited, the child submits",
        "uring-child": "inherited ring, the child enters",
        "kernel-copy": "sendfile, copy_file_range, splice",
        "fallocate": "fallocate PUNCH, ZERO, COLLAPSE",
        "truncate": "truncate(path)",
        "ftruncate": "ftruncate",
        "open-truncate": "open(O_TRUNC)",
        "clone": "FICLONE",
        "encoded-write": "BTRFS_IOC_ENCODED_WRITE",
        "move-extents": "EXT4_IOC_MOVE_EXT",
        "swap-boot": "EXT4_IOC_SWAP_BOOT",
        "xfs-exchange": "XFS_IOC_EXCHANGE_RANGE",
        "rename-over": "rename over an existing file",
        "exchange": "RENAME_EXCHANGE",
        "names": "link, unlink, symlink",
        "other-link": "write through a hard link in another folder",
        "unnamed": "O_TMPFILE, linkat",
        "by-handle": "open_by_handle_at",
        "attributes": "chmod, chown, utimes, setxattr",
        "inherited": "descriptor opened by one process, written by its child",
        "namespaces": "bind mount, other mount namespace, other PID namespace",
        "overlay-upper": "overlayfs, mark on the upper file system",
        "overlay-copy-up": "overlayfs copy-up, watch on the lower folder",
        "overlay-below": "mark on the overlay, write into the upper folder directly",
        "loop": "file system in an image file, mark on the outer one",
        "block-device": "raw write to the block device below",
        "subvolume-delete": "btrfs subvolume delete",
        "samba": "Samba",
        "nfsd": "kernel nfsd",
        "merging": "several events of one process on one object",
        "dead-writer": "a writer that ends at once",
    ]

    /// Rows without a scenario, with the reason.
    static let unscripted = [
        "samba": "needs a running smbd; to the kernel it is a process like any other",
        "nfsd": "needs the kernel's NFS server",
    ]
}
