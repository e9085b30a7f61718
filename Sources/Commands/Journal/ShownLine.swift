internal import ArgumentParser
internal import FoundationEssentials
internal import Journal
internal import Linux
internal import Messages

/// Which lines of the journal are wanted.
struct LineFilter: ParsableArguments {
    @Option(help: .said("Only lines of this incident.", "このインシデントの行だけ。"))
    var incident: String?

    @Option(help: .said("Only lines with this event.action.", "この event.action の行だけ。"))
    var action: String?

    @Flag(help: .said("Only alerts.", "警報だけ。"))
    var alerts = false

    /// Whether a line is one of them.
    func takes(_ line: [UInt8]) -> Bool {
        if incident == nil, action == nil, !alerts { return true }
        guard let shown = ShownLine(line) else { return false }
        if let incident, shown.incident != incident { return false }
        if let action, shown.action != action { return false }
        return !alerts || shown.kind == JournalEvent.Kind.alert.rawValue
    }
}

/// A line of the journal as people read it.
struct ShownLine: Decodable {
    let sequence: UInt64
    let time: String
    let action: String
    let kind: String
    let level: String
    let message: String
    let incident: String?

    private enum CodingKeys: String, CodingKey {
        case message
        case sequence = "event.sequence"
        case time = "@timestamp"
        case action = "event.action"
        case kind = "event.kind"
        case level = "log.level"
        case incident = "kanaria.incident.id"
    }

    /// Reads a line; nil where it is none.
    init?(_ line: [UInt8]) {
        guard let found = try? JSONDecoder().decode(Self.self, from: Data(line)) else { return nil }
        self = found
    }

    /// Prints a line for programs or for people; one that cannot be read is printed as it stands.
    static func print(_ line: [UInt8], _ options: JournalOptions) {
        let raw = String(decoding: line, as: UTF8.self)
        if options.json { return Console.output(raw.shownOnScreen) }
        Console.output((ShownLine(line)?.text(options.language) ?? raw).shownOnScreen)
    }

    private func text(_ language: Language) -> String {
        let title = JournalAction(rawValue: action)?.title.text(language) ?? action
        return "\(sequence)  \(time)  \(level)  \(title): \(message)"
    }
}

extension String {
    /// The text with control characters shown: a changed journal may hold what steers a screen.
    fileprivate var shownOnScreen: String {
        unicodeScalars.reduce(into: "") { result, scalar in
            result +=
                scalar.properties.generalCategory == .control
                ? scalar.escaped(asASCII: true) : String(scalar)
        }
    }
}
