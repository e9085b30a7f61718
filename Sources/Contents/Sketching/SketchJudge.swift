/// Judges a rewrite by what was kept of the old content: the classes of a comparison of both
/// contents that a sketch can tell.
///
/// D1, D6, D7, E7 and D8 can be told. D2 needs no old content but its type, and is counted already by
/// what the new content is. K1 to K3 need the old bytes, and D9 says next to nothing.
///
/// Source: facts/entropy.md §6.4.
public enum SketchJudge {
    /// Fewer changed bytes say too little where the format still holds (D7); of 4 KiB of random
    /// bytes 496 are seen on average, and 320 nearly always.
    static let leastInsideByteCount = 320
    /// Growth up to which a file counts as changed in place (D7).
    static let mostGrowth: UInt64 = 4096

    /// One side of a rewrite.
    public struct Side: Sendable, Equatable {
        /// The format; `none` where it is not known.
        public var kind: Kind
        /// Bytes in the file.
        public var byteCount: UInt64

        /// Names a side.
        public init(kind: Kind, byteCount: UInt64) {
            (self.kind, self.byteCount) = (kind, byteCount)
        }
    }

    /// Judges a rewrite.
    ///
    /// - Parameters:
    ///   - comparison: of all blocks, or of a sample of them.
    ///   - old: the file when it was sketched.
    ///   - new: the file now, its format told in the same way.
    ///   - structure: what its structure says now.
    /// - Returns: the class.
    public static func judge(
        _ comparison: borrowing SketchComparison, old: Side, new: Side, structure: StructureFinding
    ) -> ChangeClass {
        let isUniform = comparison.isUniformChange
        switch structure {
        case .encrypted, .verified: return .ordinary
        case .none, .broken:
            if isUniform { return old.kind == .none ? .unknownUniform : .lostUniform }
            return structure == .broken && old.kind != .none ? .nowBroken : .ordinary
        case .magicOnly, .walked:
            guard isUniform, old.kind != .none, old.kind == new.kind,
                comparison.changedByteCount >= leastInsideByteCount
            else { return .ordinary }
            let room = new.kind.spansFile ? 0 : mostGrowth
            let isInPlace =
                new.byteCount >= old.byteCount && new.byteCount - old.byteCount <= room
            if isInPlace, comparison.isPartKept { return .insideUniform }
            return new.byteCount == old.byteCount ? .weakUniform : .ordinary
        }
    }

    /// Judges a rewrite by the cheap tier's opinion on the new content.
    ///
    /// - Returns: the class; nil where only the whole structure can tell.
    public static func judge(
        _ comparison: borrowing SketchComparison, old: Side, new opinion: borrowing Opinion,
        byteCount: UInt64
    ) -> ChangeClass? {
        let new = Side(kind: opinion.kind, byteCount: byteCount)
        let structure: StructureFinding
        switch opinion.structure {
        case .none: structure = .none
        case .broken: structure = .broken
        case .encryptedContainer: structure = .encrypted
        case .recognised where !opinion.kind.hasChecksums: structure = .magicOnly
        case .recognised: return comparison.isUniformChange ? nil : .ordinary
        }
        return judge(comparison, old: old, new: new, structure: structure)
    }
}

extension Kind {
    /// Formats that the full tier may call verified, so that the whole structure decides.
    fileprivate var hasChecksums: Bool {
        switch self {
        case .zip, .gzip, .xz, .zstd, .bzip2, .lz4, .sevenZip, .rar, .tar, .gitPack, .png, .flac,
            .ogg, .font, .webFont, .zlib:
            true
        default: false
        }
    }
}
