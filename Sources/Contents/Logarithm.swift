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
    // z is at most 1/3: fourteen terms leave less than 1e-14. Written out, since a division for each
    // term takes most of the time.
    var sum = 1.0 / 27 * square + 1.0 / 25
    sum = (sum * square + 1.0 / 23) * square + 1.0 / 21
    sum = (sum * square + 1.0 / 19) * square + 1.0 / 17
    sum = (sum * square + 1.0 / 15) * square + 1.0 / 13
    sum = (sum * square + 1.0 / 11) * square + 1.0 / 9
    sum = (sum * square + 1.0 / 7) * square + 1.0 / 5
    sum = (sum * square + 1.0 / 3) * square + 1
    return 2 * z * sum + Double(value.exponent) * naturalLogarithmOfTwo
}

let naturalLogarithmOfTwo = 0.693147180559945309417

func binaryLogarithm(_ value: Double) -> Double {
    naturalLogarithm(value) / naturalLogarithmOfTwo
}
