internal import Control
internal import Linux
internal import Messages

/// The guard's state on one page.
struct WatchPage {
    /// How many incidents are shown.
    static let incidentCount = 5

    private let report: StatusReport
    private let incidents: [IncidentReport]
    private let eventsPerSecond: Double
    private let language: Language

    init(
        _ report: StatusReport, _ incidents: [IncidentReport], eventsPerSecond: Double,
        _ language: Language
    ) {
        (self.report, self.incidents) = (report, incidents)
        (self.eventsPerSecond, self.language) = (eventsPerSecond, language)
    }

    private var rate: Int { Int(eventsPerSecond.rounded()) }

    private var now: String { LocalTime.text(Int64(Clock.wallNanoseconds / 1_000_000_000)) }

    private func say(_ en: String, _ ja: String) -> String {
        Message(en: en, ja: ja).text(language)
    }

    /// One line for those who keep it.
    var summary: String {
        let (canaries, total) = (report.canariesIntact, report.canariesTotal)
        return now + " "
            + say(
                "events/s \(rate), actors \(report.actorsTracked), canaries \(canaries)/\(total), "
                    + "frozen \(report.incidentsOpen)",
                "イベント/秒 \(rate)、追跡中の主体 \(report.actorsTracked)、カナリア \(canaries)/\(total)、"
                    + "凍結中 \(report.incidentsOpen)")
    }

    /// The page, with what is bad set off by colour if `marked`.
    func lines(marked: Bool) -> [String] {
        let alarm = { (text: String) in marked ? "\u{1b}[1;31m\(text)\u{1b}[0m" : text }
        let hasLoss = report.canariesIntact < report.canariesTotal
        let canaries = "\(report.canariesIntact)/\(report.canariesTotal)"
        let kind = "\(report.policyName), \(report.mode), \(report.sensor)"
        let facts = [
            say("watches", "監視対象") + ": " + report.watched.map(\.text).joined(separator: ", "),
            say("events/s", "イベント/秒")
                + ": \(rate)  "
                + say(
                    "(\(report.events) in all, \(report.overflows) overflows)",
                    "(合計 \(report.events)、キューあふれ \(report.overflows))"),
            say("actors", "追跡中の主体") + ": \(report.actorsTracked)",
            say("canaries", "カナリア") + ": " + (hasLoss ? alarm(canaries) : canaries)
                + ", " + say("planting ", "設置: ") + report.planting.text(language),
            say("gate", "ゲート") + ": "
                + (report.gateIsUp == true ? alarm(say("up", "上")) : say("down", "下")),
            say("frozen", "凍結中")
                + ": " + (report.incidentsOpen > 0 ? alarm("\(report.incidentsOpen)") : "0"),
        ]
        let lacks = report.degraded.map {
            alarm(say("degraded", "制限") + ": " + $0.text.text(language))
        }
        let heading = ["kanariad \(report.version), \(kind)    \(now)", ""]
        return heading + facts + lacks + ["", lastIncidents]
            + incidents.map { "  " + line($0, alarm) }
            + ["", say("Ctrl-C ends this view, not the guard.", "Ctrl-C で表示だけを終えます。")]
    }

    private var lastIncidents: String {
        incidents.isEmpty
            ? say("no incidents", "インシデントはありません") : say("last incidents:", "最近のインシデント:")
    }

    private func line(_ incident: IncidentReport, _ alarm: (String) -> String) -> String {
        let isOpen = incident.state == .frozen || incident.state == .notStopped
        let state = isOpen ? alarm(incident.state.rawValue) : incident.state.rawValue
        let time = LocalTime.text(incident.at.milliseconds / 1000)
        let program = incident.actor.executable.text
        return "\(time) \(incident.id) \(state) \(incident.reason) \(program)"
    }
}
