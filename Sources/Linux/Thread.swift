internal import CLinux

/// A kernel thread that runs one closure.
public struct Thread: ~Copyable, Sendable {
    private let handle: pthread_t

    private final class Start: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Starts `body` on a thread of its own.
    public static func run(_ body: @escaping @Sendable () -> Void) throws(Errno) -> Thread {
        var handle = pthread_t()
        let start = unsafe Unmanaged.passRetained(Start(body))
        let result = unsafe pthread_create(
            &handle, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, start.toOpaque())
        if result != 0 {
            unsafe start.release()
            throw Errno(rawValue: result)
        }
        return Thread(handle: handle)
    }

    /// Names the calling thread for `ps` and `top`; 15 bytes at most.
    public static func setName(_ name: StaticString) {
        _ = k_prctl(PR_SET_NAME, UInt(bitPattern: unsafe name.utf8Start), 0)
    }

    /// Waits for the end.
    public consuming func join() {
        _ = pthread_join(handle, nil)
    }

    /// Lets it run on its own.
    public consuming func detach() {
        _ = pthread_detach(handle)
    }
}

/// How the kernel schedules the calling thread or process.
public enum Scheduling {
    /// Puts the calling thread into SCHED_FIFO at `priority`, 1...99.
    ///
    /// Source: facts/kernel.md §5: the listener's scheduling latency dominates; FIFO 1 removes it.
    public static func setRealTime(priority: Int32) throws(Errno) {
        var parameter = sched_param(sched_priority: priority)
        let flags = SCHED_FIFO | 0x4000_0000  // SCHED_RESET_ON_FORK: children start ordinary
        try retrying { unsafe sched_setscheduler(0, flags, &parameter) }
    }

    /// Puts the calling thread back among the ordinary ones.
    public static func setOrdinary() throws(Errno) {
        var parameter = sched_param(sched_priority: 0)
        try retrying { unsafe sched_setscheduler(0, SCHED_OTHER, &parameter) }
    }

    /// Lets the calling thread run behind the ordinary ones, with about a tenth of their share.
    ///
    /// Not `SCHED_IDLE`: on a busy machine others would wait for seconds for a lock it holds.
    public static func setBackground() {
        // On Linux the number 0 names the calling thread, not its process.
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
    }

    /// Lets the calling thread use disks only while nobody else does, where their scheduler heeds it.
    ///
    /// Source: ioprio_set(2).
    public static func setIdleDisk() { _ = k_ioprio_idle() }

    /// Processors that this process may use.
    public static var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
