/// The secret by which sketches are made: without it nobody can tell which bytes they look at, nor
/// write others that look the same.
public struct SketchKey: Sendable, Equatable {
    /// Bytes of a secret.
    public static let byteCount = 32
    private let first, second, third, fourth: UInt64

    /// Takes a secret of 32 bytes; missing ones count as 0.
    public init(_ bytes: Span<UInt8>) {
        first = bytes.big64(0)
        second = bytes.big64(8)
        third = bytes.big64(16)
        fourth = bytes.big64(24)
    }

    /// The secret for one file.
    ///
    /// - Parameter number: a number of the file.
    /// - Returns: the file's secret.
    public func file(_ number: UInt64) -> FileSketchKey {
        FileSketchKey(
            left: first, right: second | 1, places: place(number, third), number: number)
    }

    /// Where something about a file is to be kept: evenly spread, and unknown to others.
    ///
    /// - Parameters:
    ///   - number: a number of the file.
    ///   - part: a number of its part.
    /// - Returns: a number.
    public func place(_ number: UInt64, _ part: UInt64) -> UInt64 {
        var state = number ^ fourth
        state = mix(&state) ^ part &* 0x9E37_79B9_7F4A_7C15 ^ third
        return mix(&state)
    }

    /// A keyed sum of words, to notice damage.
    public func checksum(_ words: Span<UInt64>, at place: UInt64) -> UInt64 {
        var state = place ^ second
        for index in words.indices {
            state ^= words[index]
            state = mix(&state)
        }
        return state
    }
}

/// The secret by which the blocks of one file are sketched.
public struct FileSketchKey: Sendable, Equatable {
    fileprivate let left, right, places: UInt64
    fileprivate let number: UInt64

    /// Two bits for each piece of a block: which of the four pieces of its 64 bytes is looked at.
    func choices(inBlock number: UInt64) -> (UInt64, UInt64) {
        var state = places ^ number &* 0xD1B5_4A32_D192_ED03
        return (mix(&state), mix(&state))
    }

    /// A number below `limit`, the same for the same stride of the file.
    public func draw(_ stride: UInt64, below limit: UInt64) -> UInt64 {
        var state = places ^ ~stride &* 0xA24B_AED4_963E_E407
        return mix(&state) % max(1, limit)
    }

    /// One bit of sixteen bytes, by the product of two keyed sums.
    ///
    /// Source: Black, Halevi, Krawczyk, Krovetz and Rogaway, UMAC (1999), whose NH it is; the bit
    /// never leaves the guard.
    @inline(__always) func bit(_ low: UInt64, _ high: UInt64) -> UInt64 {
        let product = (low &+ left).multipliedFullWidth(by: high &+ right)
        return (product.high ^ product.low) >> 63
    }
}
