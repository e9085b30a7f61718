/// Where in groups of bytes the values lie that no text has.
///
/// Ciphertext has them everywhere. Numbers of 2, 4 or 8 bytes, and pictures of 3, have them in some
/// places of each and not in others: an exponent is of few values, a fraction of all.
struct FloorLanes: Sendable {
    private var counts = InlineArray<24, UInt32>(repeating: 0)
    private var total = 0

    mutating func add(block: Span<UInt8>, at offset: UInt64) {
        var lane = Int(offset % 24)
        for i in block.indices {
            if neverInText(block[i]), block[i] != 0 {
                counts[lane] &+= 1
                total &+= 1
            }
            lane = lane == 23 ? 0 : lane &+ 1
        }
    }

    /// Whether no place of each 3, 4 or 8 has more of them than chance gives (α 1e-3 each).
    var isEven: Bool {
        isEven(3, atMost: 13.82) && isEven(4, atMost: 16.27) && isEven(8, atMost: 24.32)
    }

    private func isEven(_ size: Int, atMost limit: Double) -> Bool {
        guard total > 0 else { return true }
        let expected = Double(total) / Double(size)
        var chiSquare = 0.0
        for lane in 0..<size {
            var sum = 0.0
            for place in stride(from: lane, to: 24, by: size) { sum += Double(counts[place]) }
            chiSquare += (sum - expected) * (sum - expected) / expected
        }
        return chiSquare <= limit
    }
}
