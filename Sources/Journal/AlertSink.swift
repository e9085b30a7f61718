internal import Alerts
public import Linux
internal import Messages

/// Leaves events of importance in a folder, from which others send them.
public struct AlertSink: Sendable, Equatable {
    /// The folder, which must be there.
    public var folder: BytePath
    /// What is of importance.
    public var actions: Set<JournalAction>

    /// Names folder and events.
    public init(folder: BytePath, actions: Set<JournalAction>) {
        (self.folder, self.actions) = (folder, actions)
    }

    /// Leaves an event there.
    ///
    /// - Returns: how many older alerts went to make room.
    func add(
        _ event: JournalEvent, _ time: JournalTime, _ sequence: UInt64?
    ) throws(Errno) -> Int {
        let isIncident = event.fields.contains { $0.name == JournalEvent.incidentName }
        let name = AlertName(isIncident: isIncident, time: time.wall)
        return try AlertSpool(folder).add(name, event.alert(name, time, sequence))
    }
}

extension JournalEvent {
    /// The body of an alert: one JSON object on one line.
    func alert(_ name: AlertName, _ time: JournalTime, _ sequence: UInt64?) -> [UInt8] {
        var head: [(name: String, value: JSONValue)] = [
            ("event.id", .text(name.id)), ("@timestamp", .text(Clock.timestamp(time.wall))),
            ("host.name", .text(Syslog.host)), ("event.action", .text(action.rawValue)),
            ("kanaria.title.en", .text(action.title.en)),
            ("kanaria.title.ja", .text(action.title.ja)),
        ]
        if let sequence { head.append(("event.sequence", .number(Int64(clamping: sequence)))) }
        let start = head.map { "\(JSONValue.quoted($0.name)):\($0.value.text)" }
            .joined(separator: ",")
        let room = AlertSpool.byteCountLimit - start.utf8.count - 3
        return Array("{\(start),\(shortened(to: room).text)}".utf8)
    }
}
