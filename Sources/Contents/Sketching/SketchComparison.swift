/// Compares the blocks of a file with what was kept of them, one after the other.
///
/// A value of about 4 KiB that allocates nothing. Only blocks that were far from random count for
/// the changed bytes: of compressed and encrypted data nothing can be told from its successor.
public struct SketchComparison: Sendable {
    private let key: FileSketchKey
    private let oldByteCount: UInt64
    private var bytes = Histogram()
    private var nibbles = Histogram()
    private var samePieceCount = 0
    private var changedPieceCount = 0
    private var isHeadKept = false
    /// Blocks compared.
    public private(set) var blockCount = 0
    /// Those that were far from random before.
    public private(set) var structuredBlockCount = 0
    /// Those of them in which what changed looks random.
    public private(set) var turnedBlockCount = 0

    /// Pieces at the beginning that tell of a header that was left alone: 512 bytes.
    private static let headPieceCount = 8

    /// Starts a comparison.
    ///
    /// - Parameters:
    ///   - oldByteCount: the size of the file when it was sketched.
    ///   - key: its secret.
    public init(oldByteCount: UInt64, key: FileSketchKey) {
        (self.oldByteCount, self.key) = (oldByteCount, key)
    }

    /// Changed bytes of blocks that were far from random, as far as they are seen.
    public var changedByteCount: Int { bytes.total }

    /// Adds one block.
    ///
    /// - Parameters:
    ///   - block: its content now.
    ///   - number: its number in the file.
    ///   - old: what was kept of it.
    /// - Returns: whether to keep what it is now in its place. A block of which it is not sure that
    ///   no random bytes were put into it stays as it was kept, so that nobody can encrypt a file
    ///   bit by bit between two sketches.
    @discardableResult
    public mutating func add(
        _ block: Span<UInt8>, number: UInt64, old: BlockSketch
    ) -> Bool {
        let start = number * UInt64(Constants.blockByteCount)
        let known = Int(min(UInt64(block.count), oldByteCount - min(start, oldByteCount)))
        var changed = Histogram()
        var lagged = Histogram()
        var (new, same, differing, headSame) = (UInt64(0), 0, 0, 0)
        SketchPieces(number, key).forEach(in: block, key) { index, at, bit in
            new |= bit << UInt64(index)
            guard at + SketchPieces.byteCount <= known else { return }
            guard (old.rawValue ^ new) >> UInt64(index) & 1 == 1 else {
                same += 1
                if index < Self.headPieceCount { headSame += 1 }
                return
            }
            differing += 1
            let piece = block.extracting(at..<(at + SketchPieces.byteCount))
            changed.addFew(piece)
            lagged.addFewNibbleLags(of: piece)
        }
        guard same + differing > 0 else { return true }
        blockCount += 1
        samePieceCount += same
        changedPieceCount += differing
        if number == 0, headSame == Self.headPieceCount { isHeadKept = true }
        guard old.texture == .structured else { return true }
        structuredBlockCount += 1
        guard differing > 0 else { return true }
        bytes.add(changed)
        nibbles.add(lagged)
        let isShownOrdinary = changed.chiSquare > Constants.uniformChiSquare.upperBound
        if !isShownOrdinary, changed.total >= Constants.leastTurnedByteCount {
            turnedBlockCount += 1
        }
        return isShownOrdinary
    }

    /// Whether the bytes that were changed are random although what was there was not.
    public var isUniformChange: Bool {
        guard bytes.isUniform,
            nibbles.total > 0, Constants.uniformChiSquare.contains(nibbles.chiSquare)
        else { return false }
        let share = Double(turnedBlockCount) / Double(max(1, structuredBlockCount))
        return share >= Constants.leastUniformBlockShare
    }

    /// Whether part of the file stayed as it was, and not by chance: a changed piece looks the same
    /// with a chance of one half.
    public var isPartKept: Bool {
        let (same, changed) = (Double(samePieceCount), Double(changedPieceCount))
        let excess = same - changed
        return isHeadKept || excess > 0 && excess * excess > 16 * (same + changed)
    }
}

extension Histogram {
    /// Counts few bytes, for which more than one table would not pay.
    mutating func addFew(_ piece: Span<UInt8>) {
        for index in piece.indices { count(piece[index]) }
    }

    mutating func addFewNibbleLags(of piece: Span<UInt8>) {
        guard piece.count > 1 else { return }
        for index in 1..<piece.count { count(piece[index - 1] << 4 | piece[index] >> 4) }
    }
}
