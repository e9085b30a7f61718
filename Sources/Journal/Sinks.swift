public import Linux
internal import Messages
internal import Sodium

/// Where lines go besides the journal; nothing here waits.
public struct Sinks: Sendable, Equatable {
    /// The socket of systemd's journal; nil for none.
    public var journald: BytePath?
    /// The socket of a syslog daemon; nil for none.
    public var syslog: BytePath?
    /// Where alerts are left for who sends them; nil for nowhere.
    public var alerts: AlertSink?

    /// Source: systemd, Native Journal Protocol.
    public static let journaldSocket: BytePath = "/run/systemd/journal/socket"
    /// Source: POSIX `syslog`, as glibc has it.
    public static let syslogSocket: BytePath = "/dev/log"

    /// No sink.
    public init() {}

    /// Sends an event to each; what a sink does not take at once is lost to it.
    ///
    /// - Returns: how many did not take it.
    func send(_ event: JournalEvent, _ time: JournalTime, _ sequence: UInt64?) -> UInt64 {
        var refused: UInt64 = 0
        if let journald, !send(Journald.datagram(event, sequence), to: journald) { refused += 1 }
        if let syslog, !send(Syslog.datagram(event, time, sequence), to: syslog) { refused += 1 }
        return refused
    }

    private func send(_ bytes: [UInt8], to path: BytePath) -> Bool {
        (try? UnixSocket.sendDatagram(bytes.span, to: path)) != nil
    }
}

/// Fields of systemd's journal.
///
/// Source: systemd, Native Journal Protocol.
enum Journald {
    static func datagram(_ event: JournalEvent, _ sequence: UInt64?) -> [UInt8] {
        var bytes = [UInt8]()
        add("MESSAGE", "\(event.action.title.en): \(event.message)", to: &bytes)
        add("PRIORITY", "\(event.action.level.rawValue)", to: &bytes)
        add("SYSLOG_IDENTIFIER", "kanariad", to: &bytes)
        add("MESSAGE_ID", messageID(event.action), to: &bytes)
        add("EVENT_ACTION", event.action.rawValue, to: &bytes)
        if let sequence { add("EVENT_SEQUENCE", "\(sequence)", to: &bytes) }
        for (name, value) in event.fields { add(fieldName(name), value.plain, to: &bytes) }
        return bytes
    }

    /// The same for all events of a kind, and for nothing else.
    static func messageID(_ action: JournalAction) -> String {
        let text = Array("kanaria \(action.rawValue)".utf8)
        return Hexadecimal.text((try? BLAKE2b.hash(text.span, count: 16)) ?? [])
    }

    /// Upper-case letters, digits and `_`, not first.
    private static func fieldName(_ name: String) -> String {
        String(
            decoding: name.uppercased().utf8.map { byte in
                let isKept = (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
                return isKept ? byte : UInt8(ascii: "_")
            }.drop { $0 == UInt8(ascii: "_") }, as: UTF8.self)
    }

    private static func add(_ name: String, _ value: String, to bytes: inout [UInt8]) {
        bytes += name.utf8
        if value.utf8.contains(10) {
            bytes.append(10)
            let count = UInt64(value.utf8.count)
            bytes += (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
        } else {
            bytes.append(UInt8(ascii: "="))
        }
        bytes += value.utf8
        bytes.append(10)
    }
}

/// Lines for a syslog daemon.
///
/// Source: RFC 5424, §6; RFC 5426 §3.2 for the length of datagrams.
enum Syslog {
    /// `daemon`.
    private static let facility = 3
    /// Longer messages are cut by common daemons in any case.
    private static let limit = 8192

    static func datagram(_ event: JournalEvent, _ time: JournalTime, _ sequence: UInt64?) -> [UInt8]
    {
        let priority = facility * 8 + event.action.level.rawValue
        let number = sequence.map { "\"event.sequence\":\($0)," } ?? ""
        let head =
            "<\(priority)>1 \(Clock.timestamp(time.wall)) \(host) kanariad \(ProcessHandle.own) "
            + "\(event.action.rawValue) - {\(number)\"event.action\":\"\(event.action.rawValue)\","
        return Array("\(head)\(event.shortened(to: limit - head.utf8.count).text)}".utf8)
    }

    /// The machine's name; `-` where it has none that syslog takes.
    static let host: String = {
        let text = ProcessTable.contents("/proc/sys/kernel/hostname", limit: 256) ?? []
        let name = text.prefix { $0 > 0x20 && $0 < 0x7f }
        return name.isEmpty ? "-" : String(decoding: name, as: UTF8.self)
    }()
}
