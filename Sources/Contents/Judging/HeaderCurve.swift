/// How far the entropy of a file's first bytes runs from that of random bytes, in bit-bytes.
///
/// The area between two curves over 8 to 192 bytes, in steps of 8; infinite for shorter content.
///
/// Source: Davies, Macfarlane and Buchanan, Differential area analysis for ransomware attack
/// detection within mixed file datasets (2021); facts/entropy.md §1.2 (DAA).
public func differentialArea(ofHead head: Span<UInt8>) -> Double {
    guard head.count >= 192 else { return .infinity }
    var counts = InlineArray<256, UInt8>(repeating: 0)
    var weighted = 0.0
    var area = 0.0
    var before = 0.0
    for i in 0..<192 {
        let value = Int(head[i])
        let count = Double(counts[value])
        weighted += product(count + 1) - product(count)
        counts[value] += 1
        guard i % 8 == 7 else { continue }
        let size = Double(i + 1)
        let distance = abs(binaryLogarithm(size) - weighted / size - randomCurve[i / 8])
        if i > 7 { area += (before + distance) / 2 * 8 }
        before = distance
    }
    return area
}

private func product(_ count: Double) -> Double { count > 1 ? count * binaryLogarithm(count) : 0 }

/// Expected entropy of 8, 16, … 192 independent uniform bytes, from the binomial distribution.
private let randomCurve: [Double] = [
    2.97279, 3.94206, 4.49670, 4.88179, 5.17415, 5.40798, 5.60155, 5.76572,
    5.90752, 6.03175, 6.14181, 6.24024, 6.32894, 6.40940, 6.48280, 6.55008,
    6.61202, 6.66926, 6.72234, 6.77170, 6.81773, 6.86077, 6.90110, 6.93898,
]
