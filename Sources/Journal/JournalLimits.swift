/// How much of a journal is kept and how often it is signed.
public struct JournalLimits: Sendable, Equatable {
    // Chosen by us: a year and a month.
    // Source: the health ministry's notice of 2021 asks for logs of a year or more.
    /// After how many seconds a file may go.
    public var retentionSeconds: Int64 = 400 * 86_400

    // Chosen by us: a million lines fit into 0.6 GiB, which few servers write in a year.
    /// How many bytes the files may take together; incidents are kept even so.
    public var budgetByteCount: UInt64 = 2 << 30

    // Chosen by us: small enough to be read at a start and to be removed one by one.
    /// From which size on another file is begun.
    public var fileByteCount: UInt64 = 16 << 20

    // Chosen by us: signing takes 16 us (facts/irm.md §4), so that the lines are the cost.
    /// After how many lines they are signed at the latest.
    public var checkpointLines = 256

    /// After how many nanoseconds they are signed at the latest.
    public var checkpointNanoseconds: UInt64 = 60_000_000_000

    // Chosen by us: a clock that was wrong at boot is set within minutes.
    /// How long the wall clock must have run evenly before age removes anything.
    public var steadyNanoseconds: UInt64 = 3_600_000_000_000

    /// The limits that hold where nobody says otherwise.
    public init() {}
}
