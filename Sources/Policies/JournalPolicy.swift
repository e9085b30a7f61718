/// How long the journal is kept, how large it may grow, and who else is told.
public struct JournalPolicy: Sendable, Equatable {
    /// After what time lines go.
    public let retention: Duration
    /// How many bytes the files may take together; lines of incidents stay even so.
    public let budgetByteCount: UInt64
    /// Whether systemd's journal is told.
    public let tellsJournald: Bool
    /// Whether a syslog daemon is told.
    public let tellsSyslog: Bool
    /// The file for Prometheus' textfile collector; nil for none.
    public let prometheus: String?
}

extension JournalPolicy {
    static let keys = ["retention", "budget", "journald", "syslog", "prometheus"]

    init(_ fields: Fields) throws(PolicyError) {
        retention = try fields.duration(
            "retention", or: Defaults.retention, in: Limits.retention)
        budgetByteCount =
            try fields["budget"]?.byteCount(Limits.journalByteCount) ?? Defaults.journalByteCount
        tellsJournald = try fields["journald"]?.boolean() ?? true
        tellsSyslog = try fields["syslog"]?.boolean() ?? false
        prometheus = try fields["prometheus"]?.path()
        // The collector reads no other names.
        if let entry = fields["prometheus"], let path = prometheus, !path.hasSuffix(".prom") {
            throw .notOneOf(at: entry.place, text: path, choices: ["*.prom"])
        }
    }
}

/// Sizes as policies write them: a whole number directly followed by its unit.
enum SizeText {
    private static let factors: [(unit: String, shift: UInt64)] = [
        ("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10),
    ]

    /// The units, smallest first.
    static let units: [String] = factors.reversed().map(\.unit)

    /// The bytes of a size such as `2GiB`; nil where it has no unit, and the most there can be
    /// where it is larger.
    static func read(_ text: String) -> UInt64? {
        let digits = text.utf8.prefix { $0 >= 0x30 && $0 <= 0x39 }
        let unit = String(text.dropFirst(digits.count))
        guard !digits.isEmpty, let factor = factors.first(where: { $0.unit == unit }) else {
            return nil
        }
        guard let number = UInt64(String(digits) ?? "") else { return .max }
        let (total, overflow) = number.multipliedReportingOverflow(by: 1 << factor.shift)
        return overflow ? .max : total
    }

    /// Writes a size with the largest unit that leaves no rest.
    static func write(_ byteCount: UInt64) -> String {
        if byteCount == 0 { return "0KiB" }
        for (unit, shift) in factors where byteCount % (1 << shift) == 0 {
            return "\(byteCount >> shift)\(unit)"
        }
        return "\(byteCount)"
    }
}

extension Entry {
    func byteCount(_ range: ClosedRange<UInt64>) throws(PolicyError) -> UInt64 {
        switch value {
        case .text, .integer, .number: break
        default: throw wrongType(.text)
        }
        guard let count = SizeText.read(text) else {
            throw .wrongUnit(at: place, text: text, units: SizeText.units)
        }
        guard range.contains(count) else {
            throw outOfRange(SizeText.write(range.lowerBound), SizeText.write(range.upperBound))
        }
        return count
    }
}
