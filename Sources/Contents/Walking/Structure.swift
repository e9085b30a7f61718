/// What walking through a file's structure came to.
///
/// Source: facts/entropy.md §6.1.
public enum StructureFinding: UInt8, Sendable, CaseIterable {
    /// No known format.
    case none
    /// The signature of a known format, whose structure says nothing that could be checked.
    case magicOnly
    /// The structure holds as far as it was followed.
    case walked
    /// The structure holds, and checksums or decoding cover the content.
    case verified
    /// A known signature, but what follows contradicts it.
    case broken
    /// A format that is encrypted on purpose.
    case encrypted
}

/// How a structure is broken.
public enum Flaw: UInt8, Sendable, CaseIterable {
    /// Sound up to the end of the file, which comes too early.
    case endsEarly
    /// A field contradicts the format.
    case field
    /// A checksum does not agree.
    case checksum
    /// Compressed data cannot be decoded.
    case data
}

/// A walk's result.
struct Walk: Equatable, Sendable {
    var kind: Kind
    var finding: StructureFinding
    var flaw: Flaw?

    static let none = Walk(kind: .none, finding: .none)

    static func verified(_ kind: Kind) -> Walk { Walk(kind: kind, finding: .verified) }
    static func walked(_ kind: Kind) -> Walk { Walk(kind: kind, finding: .walked) }
    static func magicOnly(_ kind: Kind) -> Walk { Walk(kind: kind, finding: .magicOnly) }
    static func encrypted(_ kind: Kind) -> Walk { Walk(kind: kind, finding: .encrypted) }

    static func broken(_ kind: Kind, _ flaw: Flaw) -> Walk {
        Walk(kind: kind, finding: .broken, flaw: flaw)
    }

    static func checked(_ kind: Kind, _ holds: Bool, _ flaw: Flaw = .field) -> Walk {
        holds ? walked(kind) : broken(kind, flaw)
    }
}
