public import Messages

/// Why a line on the control socket was refused.
public enum ControlError: Sendable, Equatable {
    /// The line has more bytes than a message may have.
    case lineTooLong(limit: Int)
    /// The line is not JSON of a known message.
    case malformed
    /// A number in the request is out of range.
    case outOfRange(field: String, value: Int)
    /// The name of an incident is not one.
    case badIdentifier
    /// A value has no form in JSON, as a number that is not finite.
    case unencodable
}

extension ControlError: Explained {
    /// What is wrong with the message.
    public var problem: Message {
        switch self {
        case .lineTooLong(let limit):
            Message(
                en: "the message has more than \(limit) bytes",
                ja: "メッセージが \(limit) バイトを超えています")
        case .malformed:
            Message(en: "the message cannot be understood", ja: "メッセージを解釈できません")
        case .outOfRange(let field, let value):
            Message(en: "\(field) \(value) is out of range", ja: "\(field) \(value) は範囲外です")
        case .badIdentifier:
            Message(en: "this is not the name of an incident", ja: "インシデントの名前ではありません")
        case .unencodable:
            Message(en: "the message cannot be written", ja: "メッセージを書き出せません")
        }
    }

    /// What to do about it.
    public var hint: Message? {
        switch self {
        case .malformed:
            Message(
                en: "kanaria and kanariad may be of different versions",
                ja: "kanaria と kanariad のバージョンが異なる可能性があります")
        case .outOfRange:
            Message(
                en:
                    "from \(ControlRequest.counts.lowerBound) to \(ControlRequest.counts.upperBound)",
                ja: "\(ControlRequest.counts.lowerBound) から \(ControlRequest.counts.upperBound) まで")
        case .badIdentifier:
            Message(
                en: "`kanaria incidents` shows the names",
                ja: "`kanaria incidents` で名前を確認できます")
        case .lineTooLong, .unencodable: nil
        }
    }
}
