public import Linux

/// What an alert is called in its folder; the name alone says what goes first.
public struct AlertName: Sendable, Hashable {
    /// Whether it tells of an incident.
    public let isIncident: Bool
    /// When it was written.
    public let time: WallNanoseconds
    /// Tells alerts of one moment apart; 8 hexadecimal digits.
    public let suffix: String

    /// A name for a new alert.
    public init(isIncident: Bool, time: WallNanoseconds) {
        (self.isIncident, self.time) = (isIncident, max(0, time))
        let number = UInt32.random(in: 0...UInt32.max)
        suffix = Hexadecimal.text((0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
    }

    /// Reads the name of a file; nil where it is none of an alert.
    public init?(_ file: BytePath) {
        guard let text = String(validating: file.bytes, as: UTF8.self),
            text.hasSuffix(Self.ending)
        else { return nil }
        let parts = text.dropLast(Self.ending.count)
            .split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let time = Int64(parts[1]), time >= 0,
            parts[2].utf8.count == 8, parts[2].allSatisfy(\.isHexDigit)
        else { return nil }
        (isIncident, self.time, suffix) = (parts[0] == Self.incident, time, String(parts[2]))
        guard self.file == file else { return nil }
    }

    private static let (incident, other, ending) = ("incident", "event", ".json")

    /// What a receiver knows it by: the same each time it is sent.
    public var id: String { "\(isIncident ? Self.incident : Self.other)-\(time)-\(suffix)" }

    /// The file's name.
    public var file: BytePath { BytePath(id + Self.ending) }

    /// Incidents first, then what is older.
    public static func isBefore(_ one: AlertName, _ other: AlertName) -> Bool {
        if one.isIncident != other.isIncident { return one.isIncident }
        return (one.time, one.suffix) < (other.time, other.suffix)
    }
}
