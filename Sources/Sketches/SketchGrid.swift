internal import Contents

/// Which blocks of a file are sketched.
///
/// Blocks come in groups, of five for the first, whose place in the store holds the file's header too,
/// and of seven for the others. All groups of a small file are sketched; of a larger one each stride of
/// 2, 4, 8 … groups has one, drawn by the file's secret, so that the grid does not move when the file grows.
struct SketchGrid: Equatable {
    /// Groups to a stride, as a power of two.
    let strideLog2: UInt8

    /// Groups that are sketched of one file at most: 7 MiB, about what the inspector reads.
    static let mostGroups: UInt64 = 256
    static let firstGroupBlockCount: UInt64 = 5
    static let groupBlockCount: UInt64 = 7

    init(strideLog2: UInt8) { self.strideLog2 = min(strideLog2, 40) }

    /// The grid for a file of this size.
    init(byteCount: UInt64) {
        var exponent: UInt8 = 0
        while Self.group(ofBlock: Self.blockCount(byteCount)) >> UInt64(exponent)
            >= Self.mostGroups
        {
            exponent += 1
        }
        strideLog2 = exponent
    }

    /// Blocks of 4 KiB in a file, the last one perhaps not whole.
    static func blockCount(_ byteCount: UInt64) -> UInt64 {
        byteCount / 4096 + (byteCount % 4096 > 0 ? 1 : 0)
    }

    static func group(ofBlock block: UInt64) -> UInt64 {
        block < firstGroupBlockCount ? 0 : 1 + (block - firstGroupBlockCount) / groupBlockCount
    }

    /// The blocks of a group.
    static func blocks(ofGroup group: UInt64) -> Range<UInt64> {
        if group == 0 { return 0..<firstGroupBlockCount }
        let first = firstGroupBlockCount + (group - 1) * groupBlockCount
        return first..<(first + groupBlockCount)
    }

    /// The sketched group of a stride; the first group is in none of them.
    func group(ofStride stride: UInt64, _ key: FileSketchKey) -> UInt64 {
        1 + (stride << UInt64(strideLog2)) + key.draw(stride, below: 1 << UInt64(strideLog2))
    }

    /// Strides of a file.
    func strideCount(_ byteCount: UInt64) -> UInt64 {
        let last = Self.group(ofBlock: max(1, Self.blockCount(byteCount)) - 1)
        return last == 0 ? 0 : ((last - 1) >> UInt64(strideLog2)) + 1
    }

    /// A sketched block near a block.
    func sketched(near block: UInt64, _ key: FileSketchKey) -> UInt64 {
        let group = Self.group(ofBlock: block)
        if group == 0 || strideLog2 == 0 { return block }
        let chosen = self.group(ofStride: (group - 1) >> UInt64(strideLog2), key)
        let offset = (block - Self.firstGroupBlockCount) % Self.groupBlockCount
        return Self.blocks(ofGroup: chosen).lowerBound + offset
    }
}
