internal import CLinux

/// Ways to give up what a process may do, for good.
public enum Confinement {
    /// What a process may use.
    public struct Limits: Sendable {
        /// Bytes of address space.
        public var addressByteCount: UInt64
        /// Descriptors.
        public var descriptorCount: UInt64

        /// Sets both; files, core dumps and further processes are forbidden in any case.
        public init(addressByteCount: UInt64, descriptorCount: UInt64) {
            (self.addressByteCount, self.descriptorCount) = (addressByteCount, descriptorCount)
        }
    }

    /// Takes another user and group, and no further groups.
    ///
    /// - Throws: `.notPermitted` without CAP_SETUID and CAP_SETGID, or where root comes back.
    public static func become(user: UInt32, group: UInt32) throws(Errno) {
        try retrying { k_setgroups(0, nil) }
        try retrying { k_setresgid(group, group, group) }
        try retrying { k_setresuid(user, user, user) }
        if user != 0, setuid(0) == 0 { throw .notPermitted }
    }

    /// Leaves the network and the tree of mounts for empty or private ones, where that is allowed.
    ///
    /// - Returns: whether it was.
    public static func unshare() -> Bool { k_unshare_all() == 0 }

    /// Starting a program gives no more rights from now on.
    public static func forbidNewRights() throws(Errno) {
        try retrying { k_prctl(PR_SET_NO_NEW_PRIVS, 1, 0) }
    }

    /// Nobody of the same user may look into this process; set again after a change of user.
    public static func hide() throws(Errno) {
        try retrying { k_prctl(PR_SET_DUMPABLE, 0, 0) }
    }

    /// Ends with whoever started this process, also if that is killed.
    public static func endWithParent() throws(Errno) {
        try retrying { k_prctl(PR_SET_PDEATHSIG, UInt(SIGKILL), 0) }
    }

    /// Sets limits that cannot be raised again.
    public static func limit(_ limits: Limits) throws(Errno) {
        let all = [
            (RLIMIT_AS, limits.addressByteCount), (RLIMIT_NOFILE, limits.descriptorCount),
            (RLIMIT_FSIZE, 0), (RLIMIT_CORE, 0), (__RLIMIT_NPROC, 0), (__RLIMIT_MEMLOCK, 0),
        ]
        for (resource, most) in all {
            var value = rlimit(rlim_cur: rlim_t(most), rlim_max: rlim_t(most))
            let number = __rlimit_resource_t(resource.rawValue)
            try retrying { unsafe setrlimit(number, &value) }
        }
    }

    /// Whether memory can be had that may be run, to see that a filter forbids it.
    public static func mapsRunnableMemory() -> Bool {
        let all = PROT_READ | PROT_WRITE | PROT_EXEC
        let page = unsafe mmap(nil, 4096, all, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        return Int(bitPattern: page) != -1
    }

    /// Closes every descriptor from this number on.
    public static func closeDescriptors(from number: UInt32) {
        _ = k_close_range(number, .max)
    }
}
