internal import Linux

/// What every line begins with.
struct LineHead: Sendable, Equatable {
    /// Digest of the line before.
    var previous: String
    /// Number of the line, from 1 and never reused.
    var sequence: UInt64
    /// The wall clock in milliseconds since 1970.
    var milliseconds: Int64
    /// Which boot of the machine; digits of `/proc/sys/kernel/random/boot_id`.
    var boot: String
    /// Time since that boot, which nobody can set.
    var bootNanoseconds: UInt64
    /// `event.action`.
    var action: String

    /// Time since boot in milliseconds.
    var bootMilliseconds: Int64 { Int64(clamping: bootNanoseconds / 1_000_000) }

    /// The beginning of the line, with its brace.
    var text: String {
        "\(Chain(digest: previous).link)\"event.sequence\":\(sequence),\"@timestamp\":\""
            + Clock.timestamp(milliseconds * 1_000_000)
            + "\",\"kanaria.boot.id\":\"\(boot)\",\"kanaria.boot.nanoseconds\":\(bootNanoseconds),"
            + "\"event.action\":\"\(action)\""
    }
}

extension LineHead {
    /// Reads the beginning of a line; nil where it is not exactly as `text` has it.
    init?(_ line: [UInt8]) {
        var scanner = Scanner(bytes: line)
        guard scanner.take("{\"previous\":\""), let previous = scanner.text(),
            previous.utf8.count == Chain.digitCount,
            scanner.take(",\"event.sequence\":"), let sequence = scanner.number(),
            scanner.take(",\"@timestamp\":\""), let stamp = scanner.text(),
            let milliseconds = Self.milliseconds(stamp),
            scanner.take(",\"kanaria.boot.id\":\""), let boot = scanner.text(),
            scanner.take(",\"kanaria.boot.nanoseconds\":"), let nanoseconds = scanner.number(),
            scanner.take(",\"event.action\":\""), let action = scanner.text(),
            line.last == UInt8(ascii: "}")
        else { return nil }
        self.init(
            previous: previous, sequence: sequence, milliseconds: milliseconds, boot: boot,
            bootNanoseconds: nanoseconds, action: action)
    }

    /// Reads a time as `Clock.timestamp` writes it.
    private static func milliseconds(_ stamp: String) -> Int64? {
        let parts = stamp.utf8.split(separator: UInt8(ascii: "."))
        guard parts.count == 2, parts[1].count == 4,
            let fraction = Int64(Substring(parts[1].dropLast())),
            let time = UTCTime(String(Substring(parts[0])) + "Z")
        else { return nil }
        return time.secondsSince1970 * 1000 + fraction
    }
}

/// Members of a line that this module wrote; enough to read its own, and no JSON parser.
///
/// A name in quotation marks with a colon cannot stand inside of a value: there the marks are
/// escaped.
enum Member {
    static func number(_ name: String, in line: [UInt8]) -> UInt64? {
        var scanner = Scanner(bytes: line)
        guard scanner.skip(to: "\"\(name)\":") else { return nil }
        return scanner.number()
    }

    static func text(_ name: String, in line: [UInt8]) -> String? {
        var scanner = Scanner(bytes: line)
        guard scanner.skip(to: "\"\(name)\":\"") else { return nil }
        return scanner.text()
    }

    static func stands(_ name: String, in line: [UInt8]) -> Bool {
        var scanner = Scanner(bytes: line)
        return scanner.skip(to: "\"\(name)\":")
    }
}

/// Walks over the bytes of a line.
struct Scanner {
    let bytes: [UInt8]
    private(set) var at = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func take(_ literal: String) -> Bool {
        guard bytes[at...].starts(with: literal.utf8) else { return false }
        at += literal.utf8.count
        return true
    }

    /// Goes behind the next such text; false where there is none.
    mutating func skip(to literal: String) -> Bool {
        let wanted = Array(literal.utf8)
        while let next = bytes[at...].firstIndex(of: wanted[0]) {
            at = next
            if take(literal) { return true }
            at += 1
        }
        return false
    }

    mutating func number() -> UInt64? {
        let digits = bytes[at...].prefix { $0 >= 0x30 && $0 <= 0x39 }
        at += digits.count
        return UInt64(String(decoding: digits, as: UTF8.self))
    }

    /// What stands before the next quotation mark, which is taken as well.
    mutating func text() -> String? {
        guard let end = bytes[at...].firstIndex(of: UInt8(ascii: "\"")) else { return nil }
        let text = String(validating: bytes[at..<end], as: UTF8.self)
        at = end + 1
        return text
    }
}
