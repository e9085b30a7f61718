/// Which blocks of a file are read after its head.
///
/// The rest is cut into eight equal strata and one block is drawn in each, so that neither a
/// regular pattern of encrypted pieces nor somebody who knows this code can dodge all of them.
public struct SamplePlan: Sendable {
    /// Bytes to read at each offset, or fewer at the end of the file.
    public static let blockByteCount = Constants.blockByteCount
    /// How many blocks follow the head: 0...8.
    public private(set) var count = 0
    private var offsets = InlineArray<8, UInt64>(repeating: 0)

    /// Plans the reads for a file.
    ///
    /// - Parameters:
    ///   - fileByteCount: the file's size.
    ///   - salt: any number an attacker cannot guess.
    public init(fileByteCount: UInt64, salt: UInt64) {
        let block = UInt64(Self.blockByteCount)
        guard fileByteCount > block else { return }
        let rest = fileByteCount - block
        if rest <= 8 * block {
            count = Int((rest + block - 1) / block)
            for i in 0..<count { offsets[i] = block * UInt64(i + 1) }
            return
        }
        count = Constants.sampledBlockCount
        var state = salt
        for i in 0..<count {
            let low = block + rest / 8 * UInt64(i)
            offsets[i] = low + mix(&state) % (rest / 8 - block + 1)
        }
        // The end of a file tells most: archives keep their directory there.
        offsets[count - 1] = fileByteCount - block
    }

    /// The offset of block `i`.
    public subscript(i: Int) -> UInt64 { offsets[i] }
}

/// Source: Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators (SplitMix64).
func mix(_ state: inout UInt64) -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
}
