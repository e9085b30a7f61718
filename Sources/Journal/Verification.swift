internal import Linux

/// Something that is wrong with a journal, and where.
public struct JournalFault: Sendable, Equatable {
    /// What was done to it.
    public enum Kind: String, Sendable, CaseIterable {
        case altered, deleted, inserted, reordered, truncated
        case missingFile = "missing-file"
        case wrongSignature = "wrong-signature"
    }

    /// What was done.
    public var kind: Kind
    /// The name of the file.
    public var file: String
    /// The line in it, from 1: the line itself, or the one where what is missing would begin; 0
    /// where the whole file is meant.
    public var line: Int
    /// The numbers of the lines that are concerned; nil where they have none.
    public var sequences: ClosedRange<UInt64>?
}

/// Something about a journal that is worth knowing and no fault.
public enum JournalNote: Sendable, Equatable {
    /// The wall clock went back by so many milliseconds in front of a line.
    case clockSetBack(file: String, line: Int, sequence: UInt64, milliseconds: Int64)
    /// So many lines at the end are not signed yet: a change of the last ones would not show.
    case unsigned(count: UInt64)
    /// The last line does not close the journal: it is in use, or its writer was killed.
    case open
    /// The line that was asked for was removed on purpose.
    case removedAnchor(sequence: UInt64)
}

/// What was found in a journal.
public struct Verification: Sendable, Equatable {
    /// The public key that the signatures were checked with, in hexadecimal digits.
    public var key: String
    /// Files with lines.
    public var fileCount = 0
    /// Lines that follow from one another.
    public var lineCount: UInt64 = 0
    /// The number of the first line; 0 where there is none.
    public var first: UInt64 = 0
    /// The number of the last line.
    public var last: UInt64 = 0
    /// The digest of the last line.
    public var lastDigest = ""
    /// The number of the last line with a right signature.
    public var signedThrough: UInt64 = 0
    /// What is wrong, at most `faultLimit` of it.
    public var faults = [JournalFault]()
    /// How much is wrong.
    public var faultCount = 0
    /// What is worth knowing.
    public var notes = [JournalNote]()

    /// Beyond this many, faults are only counted.
    public static let faultLimit = 1000

    init(key: String) { self.key = key }

    mutating func add(_ fault: JournalFault) {
        faultCount += 1
        if faults.count < Self.faultLimit { faults.append(fault) }
    }
}

/// A line that a journal is known to have had.
public struct JournalAnchor: Sendable, Equatable {
    /// Its number.
    public var sequence: UInt64
    /// Its digest in hexadecimal digits; nil where only the number is known.
    public var digest: String?

    /// Reads `NUMBER` or `NUMBER:DIGEST`; nil where it is neither.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard let sequence = UInt64(parts[0]), sequence > 0, parts.count <= 2 else { return nil }
        self.sequence = sequence
        guard parts.count == 2 else { return }
        guard Hexadecimal.bytes(String(parts[1]))?.count == Chain.digitCount / 2 else { return nil }
        digest = parts[1].lowercased()
    }

    init(sequence: UInt64, digest: String) {
        (self.sequence, self.digest) = (sequence, digest)
    }
}
