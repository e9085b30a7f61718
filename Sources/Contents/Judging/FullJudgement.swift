/// The full tier's verdict on a file, seen without its old content.
///
/// Source: facts/entropy.md §6.3, whose names stand in brackets.
public enum JudgementClass: UInt8, Sendable, CaseIterable {
    /// No bytes at all.
    case empty
    /// Too few bytes to judge, and no known format.
    case tooSmall
    /// It could not be read, or became shorter meanwhile; says nothing for or against the file.
    case unreadable
    /// A known format.
    case recognised
    /// No known format, and random throughout (A1).
    case uniform
    /// As `uniform`, and the first 192 bytes are as random as the rest (A1+).
    case uniformFromStart
    /// Behind an alphabet, random (A2).
    case encodedUniform
    /// No known format, and part of it is random (A3).
    case partlyUniform
    /// A known signature over random content that contradicts it (A4).
    case brokenUniform
    /// A known signature over content that contradicts it (A5).
    case broken
    /// No known format, and not random (A6).
    case unknown
    /// A sound container of random and unknown content (A7).
    case uniformPayload
    /// A format whose body is never random, with a random one (A9).
    case uniformBody
    /// Encrypted on purpose by a known tool (C).
    case encryptedContainer

    /// Whether the content is random in a way that counts in full (A1, A2, A3, A7, A9).
    public var isStrong: Bool {
        switch self {
        case .uniform, .uniformFromStart, .encodedUniform, .partlyUniform, .uniformPayload,
            .uniformBody:
            true
        case .empty, .tooSmall, .unreadable, .recognised, .brokenUniform, .broken, .unknown,
            .encryptedContainer:
            false
        }
    }
}

/// What a judgement was reached by, for explanations.
public struct JudgementReasons: OptionSet, Sendable {
    /// One bit for each reason.
    public let rawValue: UInt16
    /// Makes reasons from their bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// All of it, or all that was sampled, is uniform.
    public static let wholeUniform = JudgementReasons(rawValue: 1)
    /// The first block is uniform.
    public static let headUniform = JudgementReasons(rawValue: 2)
    /// One block in twenty or more is uniform.
    public static let blocksUniform = JudgementReasons(rawValue: 4)
    /// The byte values that no text has are spread as random ones are.
    public static let poissonFloor = JudgementReasons(rawValue: 8)
    /// The first 192 bytes run as random ones do.
    public static let headerCurve = JudgementReasons(rawValue: 16)
    /// An alphabet decodes to random bytes.
    public static let alphabet = JudgementReasons(rawValue: 32)
    /// What the container holds is random.
    public static let payload = JudgementReasons(rawValue: 64)
    /// The body contradicts the format by its statistics.
    public static let body = JudgementReasons(rawValue: 128)
    /// A budget ended the walk, which was sound so far.
    public static let budget = JudgementReasons(rawValue: 256)
    /// Only a sample of the blocks was read.
    public static let sample = JudgementReasons(rawValue: 512)
}

/// What the full tier thinks of one file.
public struct FullJudgement: Sendable, Equatable {
    /// The class the scores are built on.
    public var judgementClass: JudgementClass
    /// The recognised format.
    public var kind: Kind
    /// What its structure says.
    public var structure: StructureFinding
    /// How the structure is broken.
    public var flaw: Flaw?
    /// What the class was reached by.
    public var reasons: JudgementReasons
    /// Shannon entropy, 0...8, shown to people and never a verdict.
    public var entropyBitsPerByte: Double
    /// Chi-square of the bytes, 255 degrees of freedom.
    public var byteChiSquare: Double
    /// Chi-square of the bytes lying across neighbours; infinite when it was not worth counting.
    public var nibbleChiSquare: Double
    /// Blocks of 4 KiB that are uniform.
    public var uniformBlockCount: Int
    /// Blocks that were judged.
    public var blockCount: Int
    /// Bytes read, some of them twice.
    public var readByteCount: Int
    /// Bytes that decoders gave out.
    public var decodedByteCount: Int
}
