/// What is kept of a block of 4 KiB in eight bytes: one bit for each of 62 pieces of 16 bytes,
/// and how random it was.
///
/// A piece whose bit is another one was surely changed; half of those that were changed show it.
/// So the bytes that were changed can be judged later although the old ones are gone.
///
/// Source: facts/entropy.md §4 ("type + per-4K hash and uniform flag"); one bit for each piece
/// instead of one hash for all shows changes that leave parts of each block alone as well.
public struct BlockSketch: RawRepresentable, Sendable, Equatable {
    /// Bits 0...61 for the pieces, bits 62 and 63 for the texture.
    public let rawValue: UInt64

    /// Takes the word as it was kept.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// How a block looked.
    public enum Texture: UInt64, Sendable, CaseIterable {
        /// Random: encrypted, or well compressed.
        case uniform
        /// Nearly so, as compressed data is.
        case nearlyUniform
        /// Far from it.
        case structured
        /// Mostly zeros, to be filled later, or too short to judge.
        case empty
    }

    /// How the block looked.
    public var texture: Texture { Texture(rawValue: rawValue >> 62) ?? .empty }

    /// Sketches a block.
    ///
    /// - Parameters:
    ///   - block: up to 4096 bytes, fewer only at the end of the file.
    ///   - number: the block's number in the file.
    ///   - key: the file's secret.
    public init(of block: Span<UInt8>, number: UInt64, key: FileSketchKey) {
        var bits = Texture(of: block).rawValue << 62
        SketchPieces(number, key).forEach(in: block, key) { index, _, bit in
            bits |= bit << UInt64(index)
        }
        rawValue = bits
    }
}

extension BlockSketch.Texture {
    init(of block: Span<UInt8>) {
        var bytes = Histogram()
        bytes.add(bytes: block)
        let chiSquare = bytes.chiSquare
        if block.count < Constants.leastUniformByteCount
            || bytes.count(of: 0...0) * 2 > block.count
        {
            self = .empty
        } else if chiSquare >= Constants.hopelessChiSquare {
            self = .structured
        } else {
            var lagged = Histogram()
            lagged.addNibbleLag(of: block)
            self = bytes.isUniform && lagged.isUniform ? .uniform : .nearlyUniform
        }
    }
}

/// The pieces of a block that are looked at.
struct SketchPieces {
    static let count = 62
    static let byteCount = 16
    /// Of each 64 bytes one piece.
    private static let groupByteCount = 64
    private let low, high: UInt64

    init(_ number: UInt64, _ key: FileSketchKey) {
        (low, high) = key.choices(inBlock: number)
    }

    /// Where piece `index` begins.
    @inline(__always) func offset(_ index: Int) -> Int {
        let choices = index < 32 ? low : high
        let choice = Int(choices >> UInt64(2 * (index & 31)) & 3)
        return index * Self.groupByteCount + choice * Self.byteCount
    }

    /// Calls with the number, the place and the bit of each piece that lies within the block.
    @inline(__always) func forEach(
        in block: Span<UInt8>, _ key: FileSketchKey,
        _ body: (_ index: Int, _ offset: Int, _ bit: UInt64) -> Void
    ) {
        for index in 0..<Self.count {
            let at = offset(index)
            guard at + Self.byteCount <= block.count else { return }
            body(index, at, key.bit(little64(block, at), little64(block, at + 8)))
        }
    }
}

@inline(__always) private func little64(_ bytes: Span<UInt8>, _ at: Int) -> UInt64 {
    var word: UInt64 = 0
    for index in 0..<8 { word |= UInt64(bytes[at + index]) << UInt64(8 * index) }
    return word
}
