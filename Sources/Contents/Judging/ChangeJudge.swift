/// Judges a rewrite by its changed bytes and by what became of the structure.
///
/// Source: facts/entropy.md §6.4.
public enum ChangeJudge {
    /// Compares two contents.
    ///
    /// - Parameters:
    ///   - old: the file before, or as much of its beginning as was kept.
    ///   - new: the file after, or as much of its beginning.
    /// - Returns: the judgement; costs two full judgements and one pass over both.
    public static func judge(old: [UInt8], new: [UInt8]) -> ChangeJudgement {
        let changed = ChangedBytes(old: old.span, new: new.span)
        var judgement = ChangeJudgement(
            changeClass: .same, old: FullJudge.judge(old), new: FullJudge.judge(new),
            changedByteCount: changed.tally.byteCount,
            changedChiSquare: changed.tally.bytes.chiSquare)
        if changed.tally.byteCount > 0 || new.count != old.count {
            judgement.changeClass = classify(judgement, changed, old, new)
        }
        return judgement
    }

    private static func classify(
        _ judgement: ChangeJudgement, _ changed: ChangedBytes, _ old: [UInt8], _ new: [UInt8]
    ) -> ChangeClass {
        let wasKnown = judgement.old.structure.isSound
        let isUniform = changed.tally.isUniform
        switch judgement.new.structure {
        case .encrypted where wasKnown: return .lostToContainer
        case .none, .broken:
            if wasKnown, isUniform { return .lostUniform }
            if wasKnown, judgement.new.judgementClass.isRandom { return .lostToRandom }
            // A download that goes on is broken before and after, and grows.
            let isSameSize = judgement.old.structure == .broken && old.count == new.count
            let wasUnknown = judgement.old.structure == .none || isSameSize
            if wasUnknown, isUniform { return .unknownUniform }
        case .magicOnly, .walked, .verified:
            if let found = insideChange(judgement, changed, old.count, new.count) { return found }
        case .encrypted: return .ordinary
        }
        if let cipher = classicalCipher(judgement, changed, old, new) { return cipher }
        guard wasKnown, !judgement.new.structure.isSound else { return .ordinary }
        return judgement.new.structure == .broken ? .nowBroken : .lostOnly
    }

    /// D7 and E7.
    private static func insideChange(
        _ judgement: ChangeJudgement, _ changed: ChangedBytes, _ oldCount: Int, _ newCount: Int
    ) -> ChangeClass? {
        guard judgement.old.structure.isSound, judgement.old.kind == judgement.new.kind,
            changed.tally.isUniform, changed.tally.byteCount >= PayloadTally.leastByteCount,
            // One key over another is as random.
            judgement.new.kind != .der
        else { return nil }
        let isVerified = judgement.new.structure == .verified
        // Where every byte belongs to a part of the structure there is no room for a footer.
        let room = judgement.new.kind.spansFile ? 0 : 4096
        let isGrowthSmall = newCount >= oldCount && newCount - oldCount <= room
        // A picture saved again grows as well, and agrees only in its header and by chance.
        let isPartKept =
            newCount == oldCount
            ? changed.keptByteCount > 0
            : changed.keptRunByteCount >= max(512, oldCount / 20)
        // A checksum over the content would have broken.
        if isGrowthSmall, isPartKept, !isVerified { return .insideUniform }
        return newCount == oldCount && !isVerified ? .weakUniform : nil
    }

    /// K1 to K3, for contents of one size that were not recognised in a stricter way.
    private static func classicalCipher(
        _ judgement: ChangeJudgement, _ changed: ChangedBytes, _ old: [UInt8], _ new: [UInt8]
    ) -> ChangeClass? {
        let count = min(old.count, new.count, PairedBytes.sampleByteCount)
        guard count >= 1024, abs(old.count - new.count) <= 4096 else { return nil }
        let pair = PairedBytes(
            old: old.span.extracting(0..<count), new: new.span.extracting(0..<count))
        if pair.isVaried, pair.exchangesLetters { return .keptClasses }
        guard pair.isRewritten else { return nil }
        if pair.hasRepeatedKey(old.span, new.span) { return .repeatedKey }
        guard pair.isVaried else { return nil }
        if pair.isSubstitution { return .substitution }
        return pair.keepsClasses ? .keptClasses : nil
    }
}

extension StructureFinding {
    /// Whether the format is known and nothing contradicts it.
    var isSound: Bool { self == .magicOnly || self == .walked || self == .verified }
}

extension JudgementClass {
    var isRandom: Bool {
        switch self {
        case .uniform, .uniformFromStart, .partlyUniform, .brokenUniform: true
        default: false
        }
    }
}

extension Kind {
    /// Whether the structure of this format reaches to the end of the file, so that what grew was written
    /// by somebody who knows the format.
    var spansFile: Bool {
        switch self {
        case .zip, .officeOpenXML, .openDocument, .javaArchive, .sevenZip, .xz, .isoMedia, .heif,
            .matroska:
            true
        default: false
        }
    }
}
