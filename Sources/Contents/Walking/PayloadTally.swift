internal import Compression

/// The statistics of one run of bytes that come in pieces: a file's blocks, or a decoded payload.
struct PayloadTally {
    private(set) var head: [UInt8] = []
    private(set) var bytes = Histogram()
    private(set) var nibbles = Histogram()
    private(set) var checksum: UInt32 = 0
    /// Whether the second histogram covers everything; it is spared once it cannot matter.
    private(set) var isNibblesWhole = true
    /// Bytes in pieces of 1 KiB or more that are uniform by themselves.
    private var uniformByteCount = 0
    var byteCount: Int { bytes.total }

    /// Fewer bytes are no payload to judge.
    ///
    /// Source: facts/entropy.md §6.3 A7.
    static let leastByteCount = 1024

    mutating func add(_ piece: Span<UInt8>) {
        guard piece.count > 0 else { return }
        var own = Histogram()
        own.add(bytes: piece)
        _ = add(piece, counted: own)
    }

    /// Adds a piece whose bytes are counted already; says whether it is uniform by itself.
    mutating func add(_ piece: Span<UInt8>, counted own: borrowing Histogram) -> Bool {
        if head.count < Constants.blockByteCount {
            for i in 0..<min(piece.count, Constants.blockByteCount - head.count) {
                head.append(piece[i])
            }
        }
        bytes.add(own)
        // Short pieces say too little by themselves to spare the second histogram.
        if piece.count >= 1024, own.chiSquare > Constants.hopelessChiSquare {
            isNibblesWhole = false
            return false
        }
        // Counted even if the sum is lost already, since pieces are judged one by one.
        var lagged = Histogram()
        lagged.addNibbleLag(of: piece)
        nibbles.add(lagged)
        let isUniform = own.isUniform && lagged.isUniform
        if isUniform, piece.count >= Self.leastByteCount { uniformByteCount += piece.count }
        return isUniform
    }

    mutating func addChecked(_ piece: Span<UInt8>) {
        checksum = crc32(piece, from: checksum)
        add(piece)
    }

    var isUniform: Bool { isNibblesWhole && bytes.isUniform && nibbles.isUniform }

    /// Whether the payload, or nearly all of it, is random and no format that is known by its head.
    var isSuspicious: Bool {
        let least = Constants.contradictingBlockShare * Double(byteCount)
        guard byteCount >= Self.leastByteCount, isUniform || Double(uniformByteCount) >= least
        else { return false }
        return recognise(head: head.span, fileByteCount: .max).structure == .none
    }
}
