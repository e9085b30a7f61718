internal import Control
internal import Journal
internal import Linux
internal import Policies

/// Writes numbers for Prometheus where the policy says, on a thread of its own: the place may be
/// on another file system, which may hang.
enum Metrics {
    // Chosen by us: as often as Prometheus asks by default, twice.
    private static let pause: Int32 = 30_000

    /// Runs until `stop` is signalled.
    static func run(
        _ state: GuardState, _ record: IncidentRecord, until stop: borrowing EventCounter
    ) {
        Thread.setName("metrics")
        Scheduling.setBackground()
        guard let waiting = try? Epoll() else { return }
        try? waiting.add(stop.descriptor, token: 1)
        repeat {
            if let path = state.policy.journal.prometheus {
                // A place that is not there is told by the file's age; the guard goes on.
                try? file(state, record).write(to: BytePath(path))
            }
        } while ((try? waiting.wait(milliseconds: pause)) ?? nil) != 1
    }

    private static func file(_ state: GuardState, _ record: IncidentRecord) -> MetricsFile {
        var file = MetricsFile()
        let journal = record.recorder.status
        state.withContents { contents in
            file.counter("kanaria_events_total", "Changes seen.", contents.events)
            file.counter(
                "kanaria_queue_overflows_total", "How often the kernel lost changes.",
                contents.overflows)
            file.counter(
                "kanaria_unattributed_total", "Suspicious changes of unknown processes.",
                contents.unattributed)
            file.gauge(
                "kanaria_last_event_timestamp_seconds", "When a change was last seen.",
                Double(contents.lastEvent) / 1e9)
            file.gauge(
                "kanaria_canaries", "Canaries planted.", Double(contents.canariesTotal))
            file.gauge(
                "kanaria_canaries_intact", "Canaries as they were planted.",
                Double(contents.canariesIntact))
            file.gauge(
                "kanaria_incidents_frozen", "Incidents nobody decided about.",
                Double(contents.incidents.count { $0.report.state == .frozen }))
            file.gauge(
                "kanaria_watchdog_ok", "Whether the sensor runs.",
                contents.sensorFailure == nil ? 1 : 0)
            let codes = Set(contents.degraded.map(\.code)).sorted()
            file.gauges(
                "kanaria_degraded", "What the guard lacks.", "code", codes.map { ($0, 1) })
        }
        file.counter("kanaria_journal_lines_total", "Lines written.", journal.written)
        file.counter("kanaria_journal_lost_total", "Lines lost.", journal.lost)
        file.counter(
            "kanaria_journal_unsent_total", "Messages that a sink did not take.", journal.unsent)
        file.counter("kanaria_alerts_total", "Alerts left to be sent.", journal.alerts)
        file.counter("kanaria_alerts_lost_total", "Alerts lost.", journal.alertsLost)
        return file
    }
}
