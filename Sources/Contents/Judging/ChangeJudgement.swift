/// What a rewrite did to a file, seen with its old content.
///
/// Source: facts/entropy.md §6.4, whose names stand in brackets.
public enum ChangeClass: UInt8, Sendable, CaseIterable {
    /// The bytes are the same.
    case same
    /// Nothing that counts.
    case ordinary
    /// Recognised before, not any more, and the changed bytes are random (D1).
    case lostUniform
    /// Recognised before, random in whole or in part now (D2).
    case lostToRandom
    /// Unknown before, and the changed bytes are random (D6).
    case unknownUniform
    /// The same format, of which a part was exchanged for random bytes (D7).
    case insideUniform
    /// A recognised file became an encrypted container (C1).
    case lostToContainer
    /// Old and new differ by a short key that repeats (K1).
    case repeatedKey
    /// Every value was exchanged for another one (K2).
    case substitution
    /// Letters stayed letters and digits digits, but others (K3).
    case keptClasses
    /// The same weak format and size, and random now (E7).
    case weakUniform
    /// The format's structure is broken now (D8).
    case nowBroken
    /// Not recognised any more, and not random (D9).
    case lostOnly

    /// Whether it counts in full.
    public var isStrong: Bool {
        switch self {
        case .lostUniform, .lostToRandom, .unknownUniform, .insideUniform, .repeatedKey,
            .substitution, .keptClasses:
            true
        case .same, .ordinary, .lostToContainer, .weakUniform, .nowBroken, .lostOnly: false
        }
    }
}

/// What the full tier thinks of one rewrite.
public struct ChangeJudgement: Sendable, Equatable {
    /// The class the scores are built on.
    public var changeClass: ChangeClass
    /// The file before.
    public var old: FullJudgement
    /// The file after.
    public var new: FullJudgement
    /// Bytes that differ, with gaps of at most two between them, and what was added.
    public var changedByteCount: Int
    /// Chi-square of the changed bytes, 255 degrees of freedom.
    public var changedChiSquare: Double
}
