/// Percent by which points drawn from the bytes miss pi.
///
/// A point is twice 24 bits, as `ent` takes them. Infinite for content without a point.
func piError(of bytes: Span<UInt8>) -> Double {
    let points = bytes.count / 6
    guard points > 0 else { return .infinity }
    let radius = 0xFF_FFFF * 0xFF_FFFF
    var inside = 0
    for place in 0..<points {
        let x = coordinate(bytes, 6 * place)
        let y = coordinate(bytes, 6 * place + 3)
        if x * x + y * y <= radius { inside += 1 }
    }
    let found = 4 * Double(inside) / Double(points)
    return abs(found - Double.pi) / Double.pi * 100
}

private func coordinate(_ bytes: Span<UInt8>, _ at: Int) -> Int {
    Int(bytes[at]) << 16 | Int(bytes[at + 1]) << 8 | Int(bytes[at + 2])
}

/// The share of the first 4 KiB that base64 could hold.
func base64Share(of bytes: Span<UInt8>) -> Double {
    let count = min(4096, bytes.count)
    guard count > 0 else { return 0 }
    var fitting = 0
    for i in 0..<count {
        switch bytes[i] {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2F, 0x3D, 0x0D, 0x0A: fitting += 1
        default: break
        }
    }
    return Double(fitting) / Double(count)
}
