internal import CLinux

/// A second in UTC, taken apart into calendar and clock.
public struct UTCTime: Equatable, Sendable {
    /// The year, for example 2026.
    public let year: Int64
    /// 1 to 12.
    public let month: Int64
    /// 1 to 31.
    public let day: Int64
    /// 0 to 23.
    public let hour: Int64
    /// 0 to 59.
    public let minute: Int64
    /// 0 to 59; leap seconds are not known to Unix time.
    public let second: Int64

    /// Takes a Unix time apart.
    ///
    /// Source: Hinnant, chrono-Compatible Low-Level Date Algorithms, `civil_from_days`.
    public init(secondsSince1970 seconds: Int64) {
        let days = seconds / 86400 - (seconds % 86400 < 0 ? 1 : 0)
        let ofDay = seconds - days * 86400
        let shifted = days + 719468
        let era = (shifted >= 0 ? shifted : shifted - 146096) / 146097
        let dayOfEra = shifted - era * 146097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        (hour, minute, second) = (ofDay / 3600, ofDay / 60 % 60, ofDay % 60)
    }

    /// Reads `2026-11-23T09:54:01Z`, exactly so; the years 1970 to 9999.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        let shape = Array("0000-00-00T00:00:00Z".utf8)
        let zero = UInt8(ascii: "0")
        guard bytes.count == shape.count else { return nil }
        for (byte, wanted) in zip(bytes, shape) {
            let isDigit = byte >= zero && byte <= UInt8(ascii: "9")
            guard wanted == zero ? isDigit : byte == wanted else { return nil }
        }
        func number(_ range: Range<Int>) -> Int64 {
            bytes[range].reduce(0) { $0 * 10 + Int64($1 - zero) }
        }
        let seconds = Self.seconds(
            year: number(0..<4), month: number(5..<7), day: number(8..<10),
            ofDay: number(11..<13) * 3600 + number(14..<16) * 60 + number(17..<19))
        self.init(secondsSince1970: seconds)
        // What is no date, such as February 30th, becomes another one.
        guard year >= 1970, self.text == text else { return nil }
    }

    /// The Unix time.
    public var secondsSince1970: Int64 {
        Self.seconds(
            year: year, month: month, day: day, ofDay: hour * 3600 + minute * 60 + second)
    }

    /// RFC 3339, for example `2026-11-23T09:54:01Z`.
    public var text: String { clockText + "Z" }

    var clockText: String {
        "\(Self.pad(year, 4))-\(Self.pad(month, 2))-\(Self.pad(day, 2))T"
            + "\(Self.pad(hour, 2)):\(Self.pad(minute, 2)):\(Self.pad(second, 2))"
    }

    // Source: Hinnant, chrono-Compatible Low-Level Date Algorithms, `days_from_civil`.
    private static func seconds(
        year: Int64, month: Int64, day: Int64, ofDay: Int64
    ) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return (era * 146097 + dayOfEra - 719468) * 86400 + ofDay
    }

    fileprivate static func pad(_ value: Int64, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}

/// The zone of the machine, or of `TZ`.
public enum LocalTime {
    /// Seconds by which local time is ahead of UTC at a Unix time.
    public static func offset(at seconds: Int64) -> Int64 {
        var time = time_t(seconds)
        var parts = unsafe tm()
        tzset()
        _ = unsafe localtime_r(&time, &parts)
        return Int64(unsafe parts.tm_gmtoff)
    }

    /// RFC 3339 in local time, for example `2026-11-23T18:54:01+09:00`.
    public static func text(_ seconds: Int64) -> String {
        let offset = offset(at: seconds)
        let minutes = abs(offset) / 60
        return UTCTime(secondsSince1970: seconds + offset).clockText + (offset < 0 ? "-" : "+")
            + "\(UTCTime.pad(minutes / 60, 2)):\(UTCTime.pad(minutes % 60, 2))"
    }
}
