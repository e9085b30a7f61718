/// A day and time of day in UTC, for dates inside documents.
struct CalendarDay: Sendable, Equatable {
    var year: Int
    var month: Int
    var day: Int
    var hour: Int
    var minute: Int
    var second: Int

    /// The day of a point in time.
    ///
    /// Source: "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
    init(_ nanoseconds: Int64) {
        let seconds = Int(max(nanoseconds, 0) / 1_000_000_000)
        let days = seconds / 86_400 + 719_468
        let era = days / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shifted + 2) / 5 + 1
        month = shifted < 10 ? shifted + 3 : shifted - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let rest = seconds % 86_400
        (hour, minute, second) = (rest / 3600, rest % 3600 / 60, rest % 60)
    }

    /// The date as `20261123`.
    var compact: String { "\(year)" + Self.two(month) + Self.two(day) }

    /// The time as `115302`.
    var time: String { Self.two(hour) + Self.two(minute) + Self.two(second) }

    /// The date word of a ZIP entry, which begins in 1980.
    var zipDate: UInt16 { UInt16(clamping: max(year - 1980, 0) << 9 | month << 5 | day) }

    /// The time word of a ZIP entry.
    var zipTime: UInt16 { UInt16(clamping: hour << 11 | minute << 5 | second / 2) }

    /// Two digits.
    static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
