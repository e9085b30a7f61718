/// The cheap tier: judges a file by its head and a few sampled blocks.
///
/// A value of about 2 KiB that allocates nothing; one per file, on the sensor's thread.
///
/// Source: facts/entropy.md §5 (cost) and §6 (procedure).
public struct SampleJudge: Sendable {
    private let fileByteCount: UInt64
    private var recognition = Recognition.none
    private var bytes = Histogram()
    private var nibbles = Histogram()
    private var isNibblesWhole = true
    private var paddingBytes = 0
    private var floorLanes = FloorLanes()
    private var text: TextCandidates = []
    private var textFlavour = Kind.none
    private var isEncoded = false
    private var isHeadUniform = false
    private var isHeadEmpty = false
    private var blockCount = 0
    private var uniformBlockCount = 0

    /// Starts judging a file of this size.
    public init(fileByteCount: UInt64) {
        self.fileByteCount = fileByteCount
    }

    /// Adds one block; the head, at offset 0, has to come first.
    ///
    /// - Parameters:
    ///   - block: up to 4096 bytes.
    ///   - offset: where in the file they stand.
    public mutating func add(block: Span<UInt8>, at offset: UInt64) {
        guard block.count > 0 else { return }
        var own = Histogram()
        own.add(bytes: block)
        if offset == 0 {
            recognition = recognise(head: block, fileByteCount: fileByteCount)
            text = recognition.kind == .none ? .candidates(forHead: block) : []
            isHeadEmpty =
                block.count == Constants.blockByteCount && own.count(of: 0...0) == block.count
        }
        refineRecognition(by: block, at: offset)
        if !text.isEmpty { text.narrow(by: block, at: offset, counts: own) }
        if offset == 0, !text.isEmpty {
            textFlavour = flavour(ofText: block)
            isEncoded = textFlavour == .none && encodesUniformBytes(block, counts: own)
        }
        countUniformity(of: block, own, at: offset)
        bytes.add(own)
    }

    /// Whether no further block can change the class of the content, so that none need be read.
    public var isDecided: Bool {
        guard recognition.structure == .recognised, !isNeverUniformKind else { return false }
        switch recognition.kind {
        // What says "encrypted" may stand behind the head.
        case .sevenZip, .ole, .pdf: return false
        default: return true
        }
    }

    /// What the sample says.
    public func opinion() -> Opinion {
        var opinion = Opinion(
            entropyBitsPerByte: bytes.entropyBitsPerByte, kind: recognition.kind,
            structure: recognition.structure, byteChiSquare: bytes.chiSquare,
            nibbleChiSquare: isNibblesWhole ? nibbles.chiSquare : .infinity,
            isHeadUniform: isHeadUniform, uniformBlockCount: uniformBlockCount,
            blockCount: blockCount, contentClass: .recognised)
        if recognition.kind == .none, !text.isEmpty {
            let high = bytes.count(of: 0x80...0xFF) > 0
            opinion.kind = textFlavour == .none ? text.kind(hasHighBytes: high) : textFlavour
            opinion.structure = isEncoded ? .none : .recognised
        } else if recognition.structure == .recognised, bodyContradicts {
            opinion.structure = .broken
        }
        opinion.contentClass = contentClass(for: opinion.structure)
        return opinion
    }

    /// Judges content that is wholly in memory.
    ///
    /// - Parameter bytes: the content, of any size; long content is sampled as a file would be.
    /// - Returns: the opinion.
    public static func opinion(ofWhole bytes: Span<UInt8>) -> Opinion {
        let size = UInt64(bytes.count)
        var judge = SampleJudge(fileByteCount: size)
        judge.add(block: bytes.extracting(0..<min(bytes.count, SamplePlan.blockByteCount)), at: 0)
        let plan = SamplePlan(fileByteCount: size, salt: size)
        for i in 0..<plan.count {
            let start = Int(plan[i])
            let end = min(bytes.count, start + SamplePlan.blockByteCount)
            judge.add(block: bytes.extracting(start..<end), at: plan[i])
        }
        return judge.opinion()
    }
}

extension SampleJudge {
    /// What says "encrypted" may stand behind the head: 7-Zip's coders at the end, Office's
    /// stream names anywhere.
    private mutating func refineRecognition(by block: Span<UInt8>, at offset: UInt64) {
        guard recognition.structure == .recognised else { return }
        let isTail = offset >= fileByteCount &- min(fileByteCount, UInt64(block.count))
        switch recognition.kind {
        case .sevenZip where isTail && hasSevenZipAES(block): recognition = .encrypted(.sevenZip)
        case .ole where hasEncryptedPackage(block): recognition = .encrypted(.ole)
        case .pdf where block.find("/Encrypt ", within: block.count) != nil:
            recognition = .encrypted(.pdf)
        default: break
        }
    }

    private mutating func countUniformity(
        of block: Span<UInt8>, _ own: borrowing Histogram, at offset: UInt64
    ) {
        let isJudged = block.count >= Constants.leastUniformByteCount
        if isJudged { blockCount += 1 }
        // A short last block has little to say, but belongs to the sum.
        let chiSquare = own.chiSquare
        // A uniform block has no long run of zeros worth looking for.
        let mayHoldPadding = own.count(of: 0...0) >= Constants.paddingRunByteCount
        if mayHoldPadding, chiSquare > Constants.uniformChiSquare.upperBound {
            paddingBytes += paddingByteCount(in: block)
        }
        // Few blocks tell numbers from ciphertext, and each takes microseconds.
        if recognition.structure == .none, text.isEmpty, blockCount <= Constants.decidingBlockCount
        {
            floorLanes.add(block: block, at: offset)
        }
        guard !isJudged || chiSquare < Constants.hopelessChiSquare else {
            isNibblesWhole = false
            return
        }
        guard isOpen, uniformBlockCount < Constants.decidingBlockCount else {
            isNibblesWhole = isNibblesWhole && isOpen
            guard isJudged, own.isUniform else { return }
            uniformBlockCount += 1
            if offset == 0 { isHeadUniform = true }
            return
        }
        var lagged = Histogram()
        lagged.addNibbleLag(of: block)
        nibbles.add(lagged)
        guard isJudged, own.isUniform, lagged.isUniform else { return }
        uniformBlockCount += 1
        if offset == 0 { isHeadUniform = true }
    }

    /// Whether the statistics can change what is thought; where not, half of them is spared.
    private var isOpen: Bool { recognition.structure == .none || isNeverUniformKind }

    private var isSampleUniform: Bool {
        if blockCount > 0, uniformBlockCount == blockCount { return true }
        return isNibblesWhole && bytes.isUniform && nibbles.isUniform
    }

    /// Formats whose bodies are never random at 4 KiB: a random body belies the head (A9).
    ///
    /// Source: facts/entropy.md §3 (elf, wav, npy, mp3, sqlite, doc, bmp, text: at most .012).
    private var bodyContradicts: Bool {
        let bodyCount = blockCount - 1
        guard bodyCount >= 2, isNeverUniformKind else { return false }
        let uniform = uniformBlockCount - (isHeadUniform ? 1 : 0)
        return Double(uniform) >= Constants.contradictingBlockShare * Double(bodyCount)
    }

    private var isNeverUniformKind: Bool {
        switch recognition.kind {
        case .elf, .sqlite, .ole, .bmp, .rtf, .mp3, .midi, .messageCatalogue, .europeanData: true
        default: false
        }
    }

    private func contentClass(for structure: Structure) -> ContentClass {
        switch structure {
        case _ where bytes.total == 0: return .empty
        case .encryptedContainer: return .encryptedContainer
        case .broken: return .broken
        case .recognised: return .recognised
        case .none: break
        }
        if isEncoded, !text.isEmpty { return .encodedUniform }
        if bytes.total < Constants.leastUniformByteCount { return .tooSmall }
        if isSampleUniform { return .uniform }
        // A disc begins with zeros; what it is, the full tier says.
        if isHeadEmpty { return .unknown }
        let share = Double(uniformBlockCount) / Double(max(1, blockCount))
        if isHeadUniform || share >= Constants.leastUniformBlockShare { return .partlyUniform }
        let hasFloor = bytes.hasPoissonFloor(paddingByteCount: paddingBytes) && floorLanes.isEven
        return hasFloor ? .partlyUniform : .unknown
    }
}

/// Markup and keys among texts.
private func flavour(ofText head: Span<UInt8>) -> Kind {
    let at = head.firstVisible
    if head.has("<!DOCTYPE html", at: at) || head.has("<!doctype html", at: at) { return .html }
    if head.has("<html", at: at) || head.has("<HTML", at: at) { return .html }
    if head.has("-----BEGIN ", at: at) { return .pem }
    switch head.byte(at) {
    case 0x3C: return .xml
    case 0x7B, 0x5B: return .json
    default: return .none
    }
}
