/// Times and numbers of the deadline guard, chosen by us.
///
/// Together they keep the longest wait of an opener below one second: a stop is seen after at
/// most `calmMilliseconds` and acted on `stoppedMilliseconds` later; an unread event is acted
/// on after `unreadMilliseconds`.
public enum DeadlineLimits {
    /// Time between two looks while nothing waits.
    ///
    /// A look is needed at all because the kernel tells nobody that a process was stopped, and
    /// an event that the daemon takes before this process runs does not wake it.
    public static let calmMilliseconds: Int32 = 400
    /// Time between two looks while events wait or the daemon is stopped.
    public static let lookMilliseconds: Int32 = 25
    /// Time between two looks while the daemon is being stood in for.
    public static let standInMilliseconds: Int32 = 50
    /// How long a daemon may be stopped before it is stood in for.
    public static let stoppedMilliseconds: UInt64 = 300
    /// When the numbers that a daemon holds are noted while events stay unread.
    public static let notedMilliseconds: UInt64 = 100
    /// How long events may stay unread before the daemon is stood in for.
    public static let unreadMilliseconds: UInt64 = 500
    /// Descriptor numbers left to the daemon.
    ///
    /// The kernel finds an event by the number alone, so the numbers of this process must not
    /// be those of events that the daemon holds.
    public static let firstOwnNumber: Int32 = 512
    /// Answers to one number at most; several events have the same number only by accident.
    public static let answersPerNumber = 64
    /// Records taken at once; each needs a descriptor, and without one the kernel denies.
    public static let recordsAtOnce = 64
    /// Size of one record, `struct fanotify_event_metadata`.
    ///
    /// Source: fanotify(7).
    static let recordByteCount = 24
}
