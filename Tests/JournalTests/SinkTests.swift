import Foundation
import Linux
import Testing

@testable import Journal

@Suite("Sinks", .timeLimit(.minutes(1))) struct SinkTests {
    private let event = JournalEvent(
        .attackFound, "canary-write",
        [
            (JournalEvent.incidentName, .text("i-1")), ("file.path", .text("/srv/a\nb")),
            ("process.pid", .number(7)),
        ])
    private let time = JournalTime(wall: 1_800_000_000_250_000_000, boot: 1)

    @Test("systemd's journal gets fields in its native protocol")
    func journald() throws {
        let scratch = try Scratch()
        let listener = try Listener(scratch.home + "/socket")
        var sinks = Sinks()
        sinks.journald = BytePath(scratch.home + "/socket")
        #expect(sinks.send(event, time, 12) == 0)
        let fields = try fields(of: listener.next())
        #expect(fields["MESSAGE"] == "an attack was found: canary-write")
        #expect(fields["PRIORITY"] == "1" && fields["SYSLOG_IDENTIFIER"] == "kanariad")
        #expect(fields["EVENT_ACTION"] == "attack-found" && fields["EVENT_SEQUENCE"] == "12")
        #expect(fields["KANARIA_INCIDENT_ID"] == "i-1" && fields["PROCESS_PID"] == "7")
        #expect(fields["FILE_PATH"] == "/srv/a\nb")
        #expect(fields["MESSAGE_ID"]?.count == 32)
    }

    @Test("no two kinds of event have one message id")
    func messageIDs() {
        let identifiers = Set(JournalAction.allCases.map(Journald.messageID))
        #expect(identifiers.count == JournalAction.allCases.count)
    }

    @Test("syslog gets RFC 5424 with JSON in it")
    func syslog() throws {
        let scratch = try Scratch()
        let listener = try Listener(scratch.home + "/socket")
        var sinks = Sinks()
        sinks.syslog = BytePath(scratch.home + "/socket")
        #expect(sinks.send(event, time, 12) == 0)
        let text = String(decoding: try listener.next(), as: UTF8.self)
        let parts = text.split(separator: " ", maxSplits: 7).map(String.init)
        #expect(parts[0] == "<25>1" && parts[1] == "2027-01-15T08:00:00.250Z")
        #expect(parts[3] == "kanariad" && parts[4] == "\(ProcessHandle.own)")
        #expect(parts[5] == "attack-found" && parts[6] == "-")
        let object = try JSONSerialization.jsonObject(with: Data(parts[7].utf8)) as? [String: Any]
        #expect(object?["file.path"] as? String == "/srv/a\nb")
        #expect(object?["event.sequence"] as? Int == 12)
    }

    @Test("a message that is too long is shortened and stays JSON")
    func long() throws {
        let event = JournalEvent(
            .degraded, String(repeating: "語", count: 5000),
            [("a", .text("short")), ("b", .text(String(repeating: "x", count: 9000)))])
        let bytes = Syslog.datagram(event, time, nil)
        #expect(bytes.count <= 8192)
        let text = String(decoding: bytes, as: UTF8.self).split(separator: " ", maxSplits: 7)[7]
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        #expect(object?["a"] as? String == "short" && object?["b"] == nil)
        #expect(object?["kanaria.shortened"] as? Bool == true)
    }

    @Test("Prometheus' file is whole, readable, and replaced")
    func metrics() throws {
        let scratch = try Scratch()
        let path = BytePath(scratch.home + "/kanaria.prom")
        for value in [UInt64(1), 2] {
            var file = MetricsFile()
            file.counter("kanaria_events_total", "Changes seen.", value)
            file.gauges("kanaria_degraded", "Lacks.", "code", [("no-gate", 1), ("a\"b", 1)])
            file.gauges("kanaria_nothing", "Nothing.", "code", [])
            try file.write(to: path)
        }
        let text = try String(contentsOfFile: path.description, encoding: .utf8)
        #expect(
            text == """
                # HELP kanaria_events_total Changes seen.
                # TYPE kanaria_events_total counter
                kanaria_events_total 2
                # HELP kanaria_degraded Lacks.
                # TYPE kanaria_degraded gauge
                kanaria_degraded{code="no-gate"} 1.0
                kanaria_degraded{code="a\\"b"} 1.0

                """)
        #expect(try FileStatus.of(path).permissions == 0o644)
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.home)
        #expect(names == ["kanaria.prom"])
    }

    private func fields(of bytes: [UInt8]) throws -> [String: String] {
        var (rest, found) = (bytes[...], [String: String]())
        while let end = rest.firstIndex(of: 10) {
            let line = rest[..<end]
            rest = rest[(end + 1)...]
            if let equals = line.firstIndex(of: UInt8(ascii: "=")) {
                found[String(decoding: line[..<equals], as: UTF8.self)] =
                    String(decoding: line[(equals + 1)...], as: UTF8.self)
            } else {
                let count = rest.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
                rest = rest.dropFirst(8)
                found[String(decoding: line, as: UTF8.self)] =
                    String(decoding: rest.prefix(count), as: UTF8.self)
                rest = rest.dropFirst(count + 1)
            }
        }
        return found
    }
}
