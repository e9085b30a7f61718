/// The full tier: judges a file by the whole of its structure and all of its blocks.
///
/// Runs on an attacker's bytes in an unprivileged process; it never traps and is bounded by its budget.
///
/// Source: facts/entropy.md §6.
public enum FullJudge {
    /// Judges content.
    ///
    /// - Parameters:
    ///   - source: where the content is read from.
    ///   - budget: what it may cost.
    ///   - salt: any number an attacker cannot guess, by which the blocks of large files are drawn.
    /// - Returns: the judgement; a file that cannot be read is one of its classes.
    public static func judge(
        _ source: any ByteSource, budget: ReadingBudget = .standard, salt: UInt64 = 0
    ) -> FullJudgement {
        var walker = Walker(source, budget: budget)
        let survey = BlockSurvey(&walker.input, atMost: budget.surveyByteCount, salt: salt)
        let walk = survey.tally.byteCount > 0 ? walker.walk().seen(with: survey.text) : .none
        var judgement = FullJudgement(
            judgementClass: .recognised, kind: walk.kind, structure: walk.finding,
            flaw: walk.flaw, reasons: [],
            entropyBitsPerByte: survey.tally.bytes.entropyBitsPerByte,
            byteChiSquare: survey.tally.bytes.chiSquare,
            nibbleChiSquare: survey.tally.isNibblesWhole
                ? survey.tally.nibbles.chiSquare : .infinity,
            uniformBlockCount: survey.uniformBlockCount, blockCount: survey.blockCount,
            readByteCount: 0, decodedByteCount: 0)
        classify(&judgement, survey, &walker)
        if walker.input.isExhausted { judgement.reasons.insert(.budget) }
        if walker.input.byteCount > budget.surveyByteCount { judgement.reasons.insert(.sample) }
        if walker.input.isUnreadable { judgement.judgementClass = .unreadable }
        judgement.readByteCount = walker.input.readByteCount
        judgement.decodedByteCount = walker.decodedByteCount
        return judgement
    }

    /// Judges content that is wholly in memory.
    public static func judge(_ bytes: [UInt8]) -> FullJudgement { judge(MemorySource(bytes)) }

    private static func classify(
        _ judgement: inout FullJudgement, _ survey: BlockSurvey, _ walker: inout Walker
    ) {
        if survey.tally.byteCount == 0 {
            judgement.judgementClass = .empty
            return
        }
        switch judgement.structure {
        case .encrypted: judgement.judgementClass = .encryptedContainer
        case .none: classifyUnknown(&judgement, survey, &walker)
        case .broken:
            // A file that merely ends early may hold compressed data, which is random as well.
            note(survey, &walker, in: &judgement.reasons)
            let isUniform = !judgement.reasons.isEmpty && judgement.flaw != .endsEarly
            judgement.judgementClass = isUniform ? .brokenUniform : .broken
        case .magicOnly, .walked, .verified:
            if walker.hasSuspiciousPayload {
                judgement.judgementClass = .uniformPayload
                judgement.reasons.insert(.payload)
            } else if judgement.kind.isNeverUniform, survey.isBodyUniform {
                judgement.judgementClass = .uniformBody
                judgement.reasons.insert(.body)
            }
        }
    }

    private static func classifyUnknown(
        _ judgement: inout FullJudgement, _ survey: BlockSurvey, _ walker: inout Walker
    ) {
        let sample = walker.input.bytes(at: 0, count: EncodedContent.sampleByteCount)
        if !survey.text.isEmpty {
            let high = survey.tally.bytes.count(of: 0x80...0xFF) > 0
            judgement.kind = flavour(
                ofText: survey.tally.head.span, encoding: survey.text.kind(hasHighBytes: high))
            judgement.structure = .walked
        }
        if judgement.structure == .walked, isLockedKey(sample.span) {
            judgement.structure = .encrypted
            judgement.judgementClass = .encryptedContainer
            return
        }
        switch EncodedContent.find(in: sample, counts: survey.tally.bytes) {
        case .encrypted(let kind):
            judgement.kind = kind
            judgement.structure = .encrypted
            judgement.judgementClass = .encryptedContainer
            return
        case .uniform:
            judgement.judgementClass = .encodedUniform
            judgement.reasons.insert(.alphabet)
            return
        case nil: break
        }
        if judgement.structure == .walked { return }
        classifyRandom(&judgement, survey, &walker)
    }

    /// Source: RFC 5958 §3 and RFC 1421 §4.6.1.1.
    private static func isLockedKey(_ text: Span<UInt8>) -> Bool {
        text.has("-----BEGIN ENCRYPTED PRIVATE KEY")
            || text.has("-----BEGIN ") && text.find("4,ENCRYPTED", within: 4096) != nil
    }

    private static func classifyRandom(
        _ judgement: inout FullJudgement, _ survey: BlockSurvey, _ walker: inout Walker
    ) {
        guard survey.tally.byteCount >= Constants.leastUniformByteCount else {
            judgement.judgementClass = .tooSmall
            return
        }
        note(survey, &walker, in: &judgement.reasons)
        if judgement.reasons.isEmpty, survey.isBeginningUniform {
            judgement.reasons.insert(.headUniform)
        }
        if judgement.reasons.contains(.wholeUniform) {
            let area = differentialArea(ofHead: survey.tally.head.span)
            let isFromStart = area < Constants.mostDifferentialArea
            if isFromStart { judgement.reasons.insert(.headerCurve) }
            judgement.judgementClass = isFromStart ? .uniformFromStart : .uniform
        } else {
            judgement.judgementClass = judgement.reasons.isEmpty ? .unknown : .partlyUniform
        }
    }

    private static func note(
        _ survey: BlockSurvey, _ walker: inout Walker, in reasons: inout JudgementReasons
    ) {
        if survey.isUniform { reasons.insert(.wholeUniform) }
        if survey.isHeadUniform { reasons.insert(.headUniform) }
        if survey.isPartlyUniform, !survey.isHeadUniform { reasons.insert(.blocksUniform) }
        if survey.hasPoissonFloor, hasEvenLanes(&walker) { reasons.insert(.poissonFloor) }
    }
}

/// Whether the values that no text has lie everywhere at the file's beginning.
private func hasEvenLanes(_ walker: inout Walker) -> Bool {
    let sample = walker.input.bytes(at: 0, count: EncodedContent.sampleByteCount)
    var lanes = FloorLanes()
    lanes.add(block: sample.span, at: 0)
    return lanes.isEven
}

extension Walk {
    /// Text that is valid throughout may speak of a signature, and some formats are text.
    fileprivate func seen(with text: TextCandidates) -> Walk {
        guard !text.isEmpty else { return self }
        switch finding {
        case .broken: return .none
        case .magicOnly: return .walked(kind)
        case .none, .walked, .verified, .encrypted: return self
        }
    }
}

extension Kind {
    /// Whether fragments of this format are practically never uniform.
    ///
    /// Source: facts/entropy.md §3 (at 4 KiB at most .012: elf, wav, npy, mp3, sqlite, doc, bmp,
    /// text).
    var isNeverUniform: Bool {
        switch self {
        case .elf, .sqlite, .ole, .bmp, .rtf, .mp3, .midi, .messageCatalogue, .europeanData,
            .wave, .numpy, .pythonCode, .javaClass, .nifti:
            true
        default: false
        }
    }
}
