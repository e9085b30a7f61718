/// The numbers of the classifier, all measured in facts/entropy.md.
enum Constants {
    // From the measurements.

    /// Chi-square of uniform bytes, 255 degrees of freedom: below is too even (α 1e-6), above
    /// too uneven (α 1e-5).
    ///
    /// Source: facts/entropy.md §3 and §6.2.
    static let uniformChiSquare = 161.7...363.0
    /// Fewer bytes than this are never judged.
    ///
    /// Source: facts/entropy.md §6.2.
    static let leastUniformByteCount = 256
    /// The Poisson floor's chi-square, 41 degrees of freedom.
    ///
    /// Source: facts/entropy.md §6.3 A3.
    static let floorChiSquare = 13.1...91.5
    /// Fewest bytes among the 42 values for the floor to be tested.
    ///
    /// Source: facts/entropy.md §6.3.
    static let leastFloorHitCount: UInt32 = 60
    /// Smallest share of random bytes the floor may imply.
    ///
    /// Source: facts/entropy.md §6.3.
    static let leastFloorShare = 0.01
    /// Zero runs from this length on are padding, not ciphertext.
    ///
    /// Source: facts/entropy.md §6.3.
    static let paddingRunByteCount = 16
    /// Share of uniform blocks that makes a file partly uniform.
    ///
    /// Source: facts/entropy.md §6.3 A3.
    static let leastUniformBlockShare = 0.05

    /// Largest differential area of a header that is random, in bit-bytes.
    ///
    /// Source: facts/entropy.md §6.3 A1+.
    static let mostDifferentialArea = 32.0

    // Chosen by us.

    /// Bytes per block: the window of facts/entropy.md §5 whose test costs 1.9 µs.
    static let blockByteCount = 4096
    /// Blocks besides the head: the cheap tier of facts/entropy.md §5 reads at most 36 KiB.
    static let sampledBlockCount = 8
    /// A block this far from uniform cannot be part of a uniform sample, so the second histogram
    /// is spared (a sample with one such block in nine passes too rarely to matter).
    static let hopelessChiSquare = 1000.0
    /// So many blocks that passed both tests have decided that the file is at least partly uniform;
    /// the others are counted by their bytes alone.
    static let decidingBlockCount = 4
    /// Share of uniform blocks after the head that contradicts a format whose bodies never are:
    /// at 4 KiB those pass in at most 1.2 % of fragments (facts/entropy.md §3).
    static let contradictingBlockShare = 0.75
    /// Changed bytes of one block from which on it counts as one in which they look random: half of
    /// what an encrypted third of it shows.
    static let leastTurnedByteCount = 80
}
