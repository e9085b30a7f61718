/// How often each byte value came.
struct Histogram: Sendable {
    private(set) var counts = InlineArray<256, UInt32>(repeating: 0)
    private(set) var total = 0

    mutating func add(bytes: Span<UInt8>) {
        var lanes = Lanes()
        var at = 0
        let whole = bytes.count & ~3
        while at < whole {
            lanes.count(bytes[at], bytes[at &+ 1], bytes[at &+ 2], bytes[at &+ 3])
            at &+= 4
        }
        while at < bytes.count {
            lanes.count(bytes[at])
            at &+= 1
        }
        add(lanes, total: bytes.count)
    }

    /// Counts the bytes that lie across each pair of neighbours: low nibble, then high nibble.
    ///
    /// Source: facts/entropy.md §3 ("nibble-shifted bytes").
    mutating func addNibbleLag(of bytes: Span<UInt8>) {
        guard bytes.count > 1 else { return }
        var lanes = Lanes()
        var before = bytes[0]
        var at = 1
        while at < bytes.count &- 3 {
            let (first, second) = (bytes[at], bytes[at &+ 1])
            let (third, fourth) = (bytes[at &+ 2], bytes[at &+ 3])
            lanes.count(
                before << 4 | first >> 4, first << 4 | second >> 4, second << 4 | third >> 4,
                third << 4 | fourth >> 4)
            before = fourth
            at &+= 4
        }
        while at < bytes.count {
            lanes.count(before << 4 | bytes[at] >> 4)
            before = bytes[at]
            at &+= 1
        }
        add(lanes, total: bytes.count - 1)
    }

    private mutating func add(_ lanes: borrowing Lanes, total added: Int) {
        var sums = counts.mutableSpan
        lanes.add(to: &sums)
        total += added
    }

    @inline(__always) mutating func count(_ value: UInt8) {
        counts[Int(value)] &+= 1
        total += 1
    }

    mutating func add(_ other: borrowing Histogram) {
        var sums = counts.mutableSpan
        let others = other.counts.span
        for value in 0..<256 { sums[value] &+= others[value] }
        total += other.total
    }

    func count(of values: ClosedRange<UInt8>) -> Int {
        let span = counts.span
        var sum = 0
        for value in Int(values.lowerBound)...Int(values.upperBound) { sum += Int(span[value]) }
        return sum
    }

    /// Chi-square against the uniform distribution, 255 degrees of freedom; infinite when empty.
    var chiSquare: Double {
        guard total > 0 else { return .infinity }
        let span = counts.span
        var squares: UInt64 = 0
        for value in 0..<256 {
            let count = UInt64(span[value])
            squares &+= count &* count
        }
        return Double(squares) * 256 / Double(total) - Double(total)
    }

    var isUniform: Bool {
        total >= Constants.leastUniformByteCount - 1
            && Constants.uniformChiSquare.contains(chiSquare)
    }

    /// Shannon entropy in bits per byte; 0 when empty.
    ///
    /// Source: Shannon, A Mathematical Theory of Communication (1948), §6.
    var entropyBitsPerByte: Double {
        guard total > 0 else { return 0 }
        let span = counts.span
        var weighted = 0.0
        for value in 0..<256 where span[value] > 1 {
            weighted += Double(span[value]) * binaryLogarithm(Double(span[value]))
        }
        return max(0, binaryLogarithm(Double(total)) - weighted / Double(total))
    }

    func hasPoissonFloor(paddingByteCount: Int) -> Bool {
        let span = counts.span
        // Zeros beside padding cannot be told from it.
        let hasZeros = paddingByteCount == 0
        var hits = hasZeros ? span[0] : 0
        var squares = UInt64(hits) * UInt64(hits)
        let valueCount: Double = hasZeros ? 42 : 41
        for value in 1..<256 where neverInText(UInt8(value)) {
            let count = span[value]
            hits &+= count
            squares &+= UInt64(count) * UInt64(count)
        }
        let size = total - paddingByteCount
        guard hits >= Constants.leastFloorHitCount, size > 0 else { return false }
        let chiSquare = Double(squares) * valueCount / Double(hits) - Double(hits)
        let share = Double(hits) * 256 / valueCount / Double(size)
        return Constants.floorChiSquare.contains(chiSquare) && share > Constants.leastFloorShare
    }
}

/// Four tables, so that equal neighbours do not wait for one another; a byte needs no bounds check.
private struct Lanes {
    private var first = InlineArray<256, UInt32>(repeating: 0)
    private var second = InlineArray<256, UInt32>(repeating: 0)
    private var third = InlineArray<256, UInt32>(repeating: 0)
    private var fourth = InlineArray<256, UInt32>(repeating: 0)

    @inline(__always) mutating func count(_ a: UInt8) { first[Int(a)] &+= 1 }

    @inline(__always) mutating func count(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
        first[Int(a)] &+= 1
        second[Int(b)] &+= 1
        third[Int(c)] &+= 1
        fourth[Int(d)] &+= 1
    }

    // Spans, because reading an element of a borrowed `InlineArray` copies all of it.
    func add(to sums: inout MutableSpan<UInt32>) {
        let (first, second) = (first.span, second.span)
        let (third, fourth) = (third.span, fourth.span)
        for value in 0..<256 {
            sums[value] &+= first[value] &+ second[value] &+ third[value] &+ fourth[value]
        }
    }
}

/// The 42 byte values that never occur in UTF-8 text.
///
/// Source: facts/entropy.md §6.3 (NUL and other controls, C0, C1, F5–FF).
func neverInText(_ value: UInt8) -> Bool {
    switch value {
    case 0x09, 0x0A, 0x0D: false
    case 0x00...0x1F, 0xC0, 0xC1, 0xF5...0xFF: true
    default: false
    }
}

/// How many bytes lie in zero runs long enough to be padding.
func paddingByteCount(in bytes: Span<UInt8>) -> Int {
    var sum = 0
    var run = 0
    for i in bytes.indices {
        if bytes[i] == 0 {
            run += 1
            continue
        }
        if run >= Constants.paddingRunByteCount { sum += run }
        run = 0
    }
    return run >= Constants.paddingRunByteCount ? sum + run : sum
}
