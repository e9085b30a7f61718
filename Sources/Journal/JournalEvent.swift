internal import Linux

/// Something that is worth a line.
///
/// The names are those of the Elastic Common Schema.
/// Source: ECS 8.11, fields `event.*` and `log.level`.
public struct JournalEvent: Sendable, Equatable {
    /// `event.kind`.
    public enum Kind: String, Sendable {
        case alert, event, state
        case pipelineError = "pipeline_error"
    }

    /// `log.level`, with the severities of syslog.
    ///
    /// Source: RFC 5424, §6.2.1.
    public enum Level: Int, Sendable {
        case alert = 1
        case critical, error, warning, notice, information

        /// The keyword of syslog.
        public var name: String {
            switch self {
            case .alert: "alert"
            case .critical: "crit"
            case .error: "err"
            case .warning: "warning"
            case .notice: "notice"
            case .information: "info"
            }
        }
    }

    /// What happened.
    public var action: JournalAction
    /// One English sentence, for whoever reads a sink.
    public var message: String
    /// Everything else, in the order of the line; names are ECS or begin with `kanaria.`.
    public var fields: [(name: String, value: JSONValue)]

    /// The field that names an incident; a file with one is never removed to make room.
    public static let incidentName = "kanaria.incident.id"

    /// Describes something that happened.
    public init(
        _ action: JournalAction, _ message: String,
        _ fields: [(name: String, value: JSONValue)] = []
    ) {
        self.action = action
        self.message = message
        self.fields = fields
    }

    /// Whether two say the same.
    public static func == (left: JournalEvent, right: JournalEvent) -> Bool {
        left.action == right.action && left.text == right.text
    }

    /// The members of the JSON object behind those of `LineHead`, without braces.
    var text: String {
        var all: [(name: String, value: JSONValue)] = [
            ("event.kind", .text(action.kind.rawValue)),
            ("event.category", .texts([action.category])),
            ("event.type", .texts([action.type])),
            ("log.level", .text(action.level.name)), ("message", .text(message)),
        ]
        all += fields
        return all.map { "\(JSONValue.quoted($0.name)):\($0.value.text)" }.joined(separator: ",")
    }
}

/// A value in JSON.
public enum JSONValue: Sendable, Equatable {
    case text(String)
    case number(Int64)
    case decimal(Double)
    case flag(Bool)
    case texts([String])

    /// As it stands in a line.
    public var text: String {
        switch self {
        case .text(let text): Self.quoted(text)
        case .number(let number): "\(number)"
        case .decimal(let number): number.isFinite ? "\(number)" : "null"
        case .flag(let flag): flag ? "true" : "false"
        case .texts(let texts): "[" + texts.map(Self.quoted).joined(separator: ",") + "]"
        }
    }

    /// The value without quotation marks, for sinks that know only text.
    public var plain: String {
        switch self {
        case .text(let text): text
        case .texts(let texts): texts.joined(separator: " ")
        default: text
        }
    }

    /// A text in quotation marks, on one line.
    public static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                quoted += "\\u00" + Hexadecimal.text([UInt8(scalar.value)])
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
