/// The shortest and the longest duration a key takes.
struct DurationRange {
    let least: Duration
    let most: Duration

    init(_ least: Duration, _ most: Duration) {
        self.least = least
        self.most = most
    }

    func contains(_ duration: Duration) -> Bool {
        duration >= least && duration <= most
    }
}

/// Durations as policies write them: a whole number directly followed by its unit.
enum DurationText {
    private static let nanoseconds: [(unit: String, count: Int64)] = [
        ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000),
        ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
    ]

    /// The units, shortest first.
    static let units: [String] = nanoseconds.reversed().map(\.unit)

    /// What a duration was read as.
    enum Reading: Equatable {
        case duration(Duration)
        case noUnit
        case tooLarge
    }

    /// Reads a duration such as `30m`.
    static func read(_ text: String) -> Reading {
        let digits = text.utf8.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        let unit = String(text.dropFirst(digits.count))
        guard !digits.isEmpty, let factor = nanoseconds.first(where: { $0.unit == unit }) else {
            return .noUnit
        }
        guard let number = Int64(String(digits) ?? "") else { return .tooLarge }
        let (total, overflow) = number.multipliedReportingOverflow(by: factor.count)
        return overflow ? .tooLarge : .duration(.nanoseconds(total))
    }

    /// Writes a duration with the largest unit that leaves no rest.
    static func write(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let total = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        if total == 0 { return "0s" }
        for (unit, count) in nanoseconds where total % count == 0 {
            return "\(total / count)\(unit)"
        }
        return "\(total)ns"
    }
}
