public import Linux

/// Moments as people write them.
public enum Moment {
    /// What a date without a time of day stands for.
    public enum Edge: Sendable {
        /// Its first second.
        case beginning
        /// Its last second.
        case end
    }

    /// Reads a date (`2026-12-31`), a time (`2026-12-31T17:00`, with seconds and with `Z` or
    /// `+09:00` if wanted), or a time from now (`90m`, `12h`, `30d`, `8w`).
    ///
    /// - Parameters:
    ///   - text: what a person wrote; local time unless a zone is given.
    ///   - edge: what a date alone means.
    ///   - now: seconds since 1970.
    /// - Returns: seconds since 1970; nil if it is none of these.
    public static func parse(
        _ text: String, _ edge: Edge, now: Int64 = Clock.wallNanoseconds / 1_000_000_000
    ) -> Int64? {
        let bytes = Array(text.utf8)
        if let length = duration(bytes) {
            let (moment, overflow) = now.addingReportingOverflow(length)
            return overflow ? nil : moment
        }
        guard bytes.count >= 10 else { return nil }
        let date = String(decoding: bytes[..<10], as: UTF8.self)
        let rest = Array(bytes[10...])
        if rest.isEmpty {
            return local(date + (edge == .beginning ? "T00:00:00Z" : "T23:59:59Z"))
        }
        let clock = Array(rest.prefix { "T 0123456789:".utf8.contains($0) })
        guard clock.first == UInt8(ascii: "T") || clock.first == UInt8(ascii: " ") else {
            return nil
        }
        let time = String(decoding: clock.dropFirst(), as: UTF8.self)
        let whole = "\(date)T\(time)\(clock.count == 6 ? ":00" : "")Z"
        let zone = Array(rest.dropFirst(clock.count))
        if zone.isEmpty { return local(whole) }
        guard let ahead = offset(zone) else { return nil }
        return UTCTime(whole).map { $0.secondsSince1970 - ahead }
    }

    private static func local(_ text: String) -> Int64? {
        guard let clock = UTCTime(text)?.secondsSince1970 else { return nil }
        // The second look is for the days on which the offset changes.
        return clock - LocalTime.offset(at: clock - LocalTime.offset(at: clock))
    }

    private static func duration(_ bytes: [UInt8]) -> Int64? {
        let units: [UInt8: Int64] = [
            UInt8(ascii: "m"): 60, UInt8(ascii: "h"): 3600, UInt8(ascii: "d"): 86400,
            UInt8(ascii: "w"): 604_800,
        ]
        // Nine digits of weeks are still far from overflowing.
        guard let unit = bytes.last.flatMap({ units[$0] }), (2...10).contains(bytes.count),
            let count = number(bytes.dropLast())
        else { return nil }
        return count * unit
    }

    /// Seconds of `Z`, `+09:00` or `-05:00`.
    private static func offset(_ zone: [UInt8]) -> Int64? {
        if zone == [UInt8(ascii: "Z")] { return 0 }
        guard zone.count == 6, zone[3] == UInt8(ascii: ":"), let hours = number(zone[1..<3]),
            let minutes = number(zone[4..<6]), hours < 24, minutes < 60
        else { return nil }
        let seconds = hours * 3600 + minutes * 60
        switch zone[0] {
        case UInt8(ascii: "+"): return seconds
        case UInt8(ascii: "-"): return -seconds
        default: return nil
        }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        let range = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard digits.allSatisfy(range.contains) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int64($1 - range.lowerBound) }
    }
}
