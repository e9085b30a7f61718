/// The statistics of a file by blocks: all of them, or for a large file its beginning and a sample.
struct BlockSurvey {
    private(set) var tally = PayloadTally()
    private(set) var blockCount = 0
    private(set) var uniformBlockCount = 0
    private(set) var isHeadUniform = false
    private(set) var text: TextCandidates = []
    private var paddingBytes = 0

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - input: where it is read from.
    ///   - most: bytes read at most; smaller files are read whole, of others an eighth is spent on
    ///     the beginning.
    ///   - salt: draws the sample.
    init(_ input: inout BoundedReader, atMost most: Int, salt: UInt64) {
        let block = Constants.blockByteCount
        let isWhole = input.byteCount <= most
        let end = isWhole ? input.byteCount : most / 8 / block * block
        for start in stride(from: 0, to: end, by: block) {
            add(input.bytes(at: start, count: block), at: start)
        }
        guard !isWhole else { return }
        let count = max(1, (most - end) / block)
        let stratum = (input.byteCount - end) / count
        var state = salt
        for i in 0..<count {
            let free = UInt64(max(1, stratum - block + 1))
            let last = i == count - 1
            let drawn = end + stratum * i + Int(mix(&state) % free)
            // The end of a file tells most.
            let start = last ? max(end, input.byteCount - block) : drawn
            add(input.bytes(at: start, count: block), at: start)
        }
    }

    private mutating func add(_ block: [UInt8], at offset: Int) {
        let bytes = block.span
        guard bytes.count > 0 else { return }
        var own = Histogram()
        own.add(bytes: bytes)
        if offset == 0 { text = .candidates(forHead: bytes) }
        if !text.isEmpty { text.narrow(by: bytes, at: UInt64(offset), counts: own) }
        let chiSquare = own.chiSquare
        if chiSquare > Constants.uniformChiSquare.upperBound,
            own.count(of: 0...0) >= Constants.paddingRunByteCount
        {
            paddingBytes += paddingByteCount(in: bytes)
        }
        let isUniform = tally.add(bytes, counted: own)
        guard bytes.count >= Constants.leastUniformByteCount else { return }
        blockCount += 1
        guard isUniform else { return }
        uniformBlockCount += 1
        if offset == 0 { isHeadUniform = true }
    }

    /// A1: every block, or all of them together.
    var isUniform: Bool {
        (blockCount > 0 && uniformBlockCount == blockCount) || tally.isUniform
    }

    /// Whether a file begins with a random KiB, of which the first bytes are as random as the rest.
    ///
    /// Attackers that encrypt less than a block leave that; n as in facts/entropy.md §6.2.
    var isBeginningUniform: Bool {
        let least = 1024
        guard tally.head.count >= least, tally.byteCount >= least else { return false }
        let beginning = tally.head.span.extracting(first: least)
        var bytes = Histogram()
        bytes.add(bytes: beginning)
        var nibbles = Histogram()
        nibbles.addNibbleLag(of: beginning)
        return bytes.isUniform && nibbles.isUniform
            && differentialArea(ofHead: beginning) < Constants.mostDifferentialArea
    }

    /// A3: the head, or one block in twenty.
    var isPartlyUniform: Bool {
        let share = Double(uniformBlockCount) / Double(max(1, blockCount))
        return isHeadUniform || share >= Constants.leastUniformBlockShare
    }

    /// Whether the values that no text has are as even as random ones; where they lie is not asked.
    var hasPoissonFloor: Bool { tally.bytes.hasPoissonFloor(paddingByteCount: paddingBytes) }

    /// A9: nearly all of what follows the head.
    var isBodyUniform: Bool {
        let bodyCount = blockCount - 1
        let uniform = uniformBlockCount - (isHeadUniform ? 1 : 0)
        guard bodyCount >= 2 else { return false }
        return Double(uniform) >= Constants.contradictingBlockShare * Double(bodyCount)
    }
}
