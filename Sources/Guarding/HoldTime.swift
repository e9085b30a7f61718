internal import Control
internal import Linux

/// When something ends that holds for a time, and how a file tells the next daemon.
///
/// What runs is the clock since boot, which setting the time does not move. A file has the clock on
/// the wall, since the other begins anew with each boot, and how long was still left.
enum HoldTime {
    /// The longest that a policy can say, in milliseconds: a damaged file must not say more.
    private static let longest: UInt64 = 604_800_000

    /// The same moment on the wall clock, as that is set now.
    static func wall(ofBoot bootEnd: UInt64) -> UnixTime {
        let rest = Int64(clamping: bootEnd) - Int64(clamping: Clock.bootNanoseconds)
        return UnixTime(milliseconds: Clock.wallNanoseconds / 1_000_000 + rest / 1_000_000)
    }

    /// The milliseconds that are left; 0 where it is over.
    static func left(until bootEnd: UInt64) -> UInt64 {
        let now = Clock.bootNanoseconds
        return bootEnd > now ? (bootEnd - now) / 1_000_000 : 0
    }

    /// The end on the clock since boot of what a file tells; nil where it is over.
    ///
    /// `milliseconds` is how long was left when that was written: a clock that was set back since
    /// must not make it longer.
    static func bootEnd(until: UnixTime, atMost milliseconds: UInt64 = .max) -> UInt64? {
        let now = Clock.wallNanoseconds / 1_000_000
        let (left, overflows) = until.milliseconds.subtractingReportingOverflow(now)
        let rest = min(overflows ? 0 : UInt64(clamping: left), milliseconds, longest)
        return rest == 0 ? nil : Clock.bootNanoseconds + rest * 1_000_000
    }
}
