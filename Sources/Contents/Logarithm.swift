/// The natural logarithm, so that the pure modules need no C library.
///
/// - Parameter value: a finite number; 0 and below give 0, which no caller asks for.
/// - Returns: ln `value`, within 1e-12 of the exact one.
///
/// Source: the atanh series, ln m = 2 (z + z³/3 + z⁵/5 …) with z = (m−1)/(m+1).
public func naturalLogarithm(_ value: Double) -> Double {
    guard value > 0, value.isFinite else { return 0 }
    let z = (value.significand - 1) / (value.significand + 1)
    let square = z * z
    var term = z
    var sum = 0.0
    var divisor = 1.0
    // z is at most 1/3: fourteen terms leave less than 1e-14.
    for _ in 0..<14 {
        sum += term / divisor
        term *= square
        divisor += 2
    }
    return 2 * sum + Double(value.exponent) * naturalLogarithmOfTwo
}

let naturalLogarithmOfTwo = 0.693147180559945309417

func binaryLogarithm(_ value: Double) -> Double {
    naturalLogarithm(value) / naturalLogarithmOfTwo
}
