internal import Messages

/// How far the work is at one moment.
struct ProgressReport: Equatable {
    /// Bytes done.
    var done: UInt64
    /// Bytes to do; nil where nobody knows.
    var total: UInt64?
    /// Time since the start.
    var nanoseconds: UInt64
    /// Whether the work has ended.
    var isEnd: Bool

    /// Bytes a second since the start.
    var rate: UInt64 {
        nanoseconds == 0 ? 0 : UInt64(Double(done) / (Double(nanoseconds) / 1e9))
    }

    /// Seconds until the end at this rate; nil where they can't be told.
    var secondsLeft: UInt64? {
        guard let total, rate > 0 else { return nil }
        return total > done ? (total - done) / rate : 0
    }

    /// The report for people.
    var line: Message {
        let (done, rate) = (Self.size(done), Self.size(rate))
        if isEnd {
            let time = Self.time(nanoseconds / 1_000_000_000)
            return text("\(done) in \(time), \(rate)/s", "\(done) を \(time) で処理、\(rate)/秒")
        }
        guard let total else { return text("\(done), \(rate)/s", "\(done)、\(rate)/秒") }
        let percent = total == 0 ? 100 : min(100, self.done * 100 / total)
        let left = secondsLeft.map(Self.time)
        return text(
            "\(percent) %, \(done) of \(Self.size(total)), \(rate)/s"
                + (left.map { ", \($0) left" } ?? ""),
            "\(percent) %、\(Self.size(total)) 中 \(done)、\(rate)/秒"
                + (left.map { "、残り \($0)" } ?? ""))
    }

    /// The report for programs.
    var json: String {
        "{\"bytes\":\(done),\"total\":\(total.map { "\($0)" } ?? "null"),"
            + "\"milliseconds\":\(nanoseconds / 1_000_000),\"bytesPerSecond\":\(rate),"
            + "\"secondsLeft\":\(isEnd ? "0" : secondsLeft.map { "\($0)" } ?? "null"),"
            + "\"end\":\(isEnd)}"
    }

    /// A size with one decimal in the largest unit that fits.
    static func size(_ bytes: UInt64) -> String {
        var (unit, tenths) = (0, bytes)
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
        if bytes < 1024 { return "\(bytes) B" }
        var divisor: UInt64 = 1
        while unit + 1 < units.count, bytes / divisor >= 1024 {
            divisor *= 1024
            unit += 1
        }
        tenths = bytes / divisor * 10 + bytes % divisor * 10 / divisor
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }

    /// Minutes and seconds, with hours where there are any.
    static func time(_ seconds: UInt64) -> String {
        func two(_ value: UInt64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
        if hours > 0 { return "\(hours):\(two(minutes)):\(two(seconds % 60))" }
        return "\(minutes):\(two(seconds % 60))"
    }
}
