internal import CLinux

/// Readings of the kernel's clocks.
public enum Clock {
    /// Nanoseconds since boot, not moved by setting the time; includes sleep.
    public static var bootNanoseconds: UInt64 { read(CLOCK_BOOTTIME) }

    /// Nanoseconds on the monotonic clock.
    public static var monotonicNanoseconds: UInt64 { read(CLOCK_MONOTONIC) }

    /// Processor time of this process in nanoseconds.
    public static var processorNanoseconds: UInt64 { read(CLOCK_PROCESS_CPUTIME_ID) }

    /// Processor time of this thread in nanoseconds.
    public static var threadNanoseconds: UInt64 { read(CLOCK_THREAD_CPUTIME_ID) }

    /// Wall clock.
    public static var wallNanoseconds: WallNanoseconds {
        WallNanoseconds(bitPattern: read(CLOCK_REALTIME))
    }

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        _ = unsafe clock_gettime(clock, &time)
        return UInt64(bitPattern: Int64(time.tv_sec)) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }

    /// Sleeps; for pacing, never for ordering.
    public static func sleep(nanoseconds: UInt64) {
        var time = timespec(Int64(clamping: nanoseconds))
        var rest = timespec()
        while unsafe nanosleep(&time, &rest) == -1, Errno.current == .interrupted { time = rest }
    }

    /// RFC 3339 in UTC with milliseconds, for example `2026-11-23T09:54:01.250Z`.
    public static func timestamp(_ time: WallNanoseconds = Clock.wallNanoseconds) -> String {
        let milliseconds = floor(time, 1_000_000)
        let seconds = floor(milliseconds, 1000)
        let fraction = String(1000 + milliseconds - seconds * 1000).dropFirst()
        return UTCTime(secondsSince1970: seconds).text.dropLast() + ".\(fraction)Z"
    }

    /// Quotient rounded down, also for times before 1970.
    private static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
        value / divisor - (value % divisor < 0 ? 1 : 0)
    }
}
