internal import CLinux

/// Whether the memory of this process may get into a file or before a debugger.
public enum CoreDumps {
    /// Forbids core dumps, and other users' processes to look into this one.
    ///
    /// Afterwards the kernel hides `/proc/self/environ` from anybody but root, so the environment
    /// is read first. Failing changes nothing but that: secrets lie in memory that no dump holds.
    public static func forbid() {
        _ = Environment.current
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        _ = k_prctl(PR_SET_DUMPABLE, 0, 0)
    }
}
