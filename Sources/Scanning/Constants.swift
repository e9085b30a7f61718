public import Contents

/// The numbers of scans, all chosen by us.
enum Constants {
    /// Folders within one another that are followed; each costs a descriptor.
    static let mostDepth = 256
    /// About 700 names of 16 characters at a time.
    static let listingByteCount = 32 * 1024
    /// Files that one thread takes at a time.
    static let batchCount = 64
    /// Batches and folders that wait for a thread, for each thread; what is more is done at once.
    static let waitingPerThread = 32
    /// How often a file is read that changes meanwhile.
    static let attemptCount = 2
    /// Folders that must hold a note for it to be one: a document about ransomware lies in one or two.
    static let leastNoteFolderCount = 3
    /// Files with one new suffix that are no chance, where their content was lost as well.
    static let leastSurgeCount = 10
    /// Suffixes that are counted; whoever gives each file another one is seen by the contents.
    static let mostSuffixes = 10_000
}

extension ReadingBudget {
    /// What a scan spends on one file: 3 MiB read, 1 MiB decoded, 20,000 elements.
    ///
    /// Source: docs/scan.md, which has the throughput that was measured with it.
    public static let scanning = ReadingBudget(
        readByteCount: 3 << 20, decodedByteCount: 1 << 20, stepCount: 20_000)
}
