import Contents

/// How much each act weighs, and how much is enough.
///
/// Source of every weight: facts/entropy.md §7. A weight is the log of the rate under attack (only
/// 10 % of an attacker's writes assumed to be strong, so up to nine cover writes per victim) over
/// the 95 % upper bound of the benign rate.
public struct Thresholds: Sendable, Equatable {
    /// Starts with the measured weights.
    public init() {}

    // From the measurements.

    /// Random content that destroys older content: ln(0.1 / 1.25e-3), from 6 of 9,500 files; of random
    /// bytes in older files that were sketched 5 of 9,500 (§4, type, hash and flag for each 4 KiB).
    public var strong = 4.39
    /// Broken content, or originals replaced by encrypted containers, from 34 of 9,500 files.
    public var middling = 1.84
    /// Every other rewrite of older content: ln(0.9 / 0.999), rounded down.
    public var benign = -0.14
    /// Rewrites of one actor in a day; the alarm score grows only by its logarithm.
    public var rewritesPerDay = 10_000.0
    /// False alarms allowed per actor and day, if events were independent.
    public var falseAlarmsPerDay = 1e-6

    // Chosen by us.

    /// From here on an actor is suspected: just under one strong act.
    public var suspicionScore = 4.0
    /// A random new file and the loss of an older one elsewhere, under another name.
    ///
    /// 136 of them are an attack. Counts for the process that does both, not for what it descends from.
    public var looseReplacement = 0.17
    /// Random new files that somebody may have in hand: written, moved and removed again so quickly
    /// that the guard can't tell how old what went was.
    ///
    /// Costs an attacker who overwrites and removes
    /// each original at once so many files more.
    public var filesInHand: UInt32 = 3
    /// Random content renamed to a suffix that others got: the write was counted already.
    public var suffixRename = 0.5
    /// From this rename to one suffix on they are a surge.
    public var suffixSurge: UInt32 = 3
    /// An older file renamed to a suffix that no file had, from `suffixSurge` files on.
    ///
    /// No honest rate was measured, so it weighs as much as other evidence of middling weight.
    public var newSuffix = 1.84
    /// All such renames together never add up to more than five of them: a new name is no damage.
    public var newSuffixLimit = 5 * 1.84
    /// From this folder on, one text that reads like a ransom note is evidence: 23 texts of 49,723
    /// files did (docs/scan.md), none of them in more than two folders.
    public var noteFolders: UInt32 = 3
    /// Such a text in a further folder: as much as other evidence of middling weight.
    public var noteFanOut = 1.84
    /// All such texts together never add up to more than five of them: a note is a threat, no damage.
    public var noteLimit = 5 * 1.84
    /// One reading of a canary; backups and indexers read all of them.
    public var canaryRead = 0.05
    /// All readings of canaries together never add up to more than this.
    public var canaryReadLimit = 1.0
    /// A canary's attributes changed or a link made to it: three strong acts.
    public var canaryAttributes = 3 * 4.39
    /// Actors remembered at once.
    public var actorCapacity = 8192

    /// The score that is an attack: ln(N / 1e-6), 23.03 at 10,000 rewrites a day.
    ///
    /// Union bound: a false alarm then has at most a chance of N·e^−h a day.
    public var alarmScore: Double {
        naturalLogarithm(max(1, rewritesPerDay) / max(falseAlarmsPerDay, .leastNormalMagnitude))
    }
}
