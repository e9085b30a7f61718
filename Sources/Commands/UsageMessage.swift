internal import Linux
internal import Messages

/// What the parser of arguments says, in the language of whoever reads it.
enum UsageMessage {
    /// A sentence with gaps for what the person wrote.
    private struct Sentence {
        let en: [String]
        let ja: [String]
    }

    /// The more particular before those that fit as well.
    ///
    /// Source: swift-argument-parser 1.8, UsageGenerator.swift; those of commands are ours.
    private static let sentences = [
        Sentence(
            en: ["Unknown option '", "'. Did you mean '", "'?"],
            ja: ["オプション '", "' はありません。'", "' ではありませんか？"]),
        Sentence(
            en: ["Unknown command '", "'. Did you mean '", "'?"],
            ja: ["コマンド '", "' はありません。'", "' ではありませんか？"]),
        Sentence(en: ["Unknown command '", "'"], ja: ["コマンド '", "' はありません"]),
        Sentence(en: ["Unknown option '", "'"], ja: ["オプション '", "' はありません"]),
        Sentence(en: ["Missing value for '", "'"], ja: ["'", "' に値がありません"]),
        Sentence(en: ["Missing expected argument '", "'"], ja: ["引数 '", "' がありません"]),
        Sentence(en: ["Missing one of: ", ""], ja: ["次のいずれかが必要です: ", ""]),
        Sentence(en: ["Unexpected argument '", "'"], ja: ["引数 '", "' は余分です"]),
        Sentence(en: ["", " unexpected arguments: ", ""], ja: ["引数が ", " 個余分です: ", ""]),
        Sentence(
            en: ["The value '", "' is invalid for '", "'. Please provide one of ", "."],
            ja: ["値 '", "' は '", "' に使えません。", " のいずれかを指定してください"]),
        Sentence(
            en: ["The value '", "' is invalid for '", "'"], ja: ["値 '", "' は '", "' に使えません"]),
        Sentence(
            en: ["The option '", "' does not take any value, but '", "' was specified."],
            ja: ["オプション '", "' は値を取りませんが、'", "' が指定されました"]),
        Sentence(
            en: ["  See '", "' for more information."], ja: ["  詳しくは '", "' を参照してください"]),
    ]

    private static let references = [
        Sentence(
            en: ["  See '", "' for detailed help."], ja: ["  詳しくは '", "' を参照してください"])
    ]

    private static let values = [
        Sentence(
            en: ["", " (values: ", "; default: ", ")"], ja: ["", " (値: ", "、既定値: ", ")"]),
        Sentence(en: ["", " (values: ", ")"], ja: ["", " (値: ", ")"]),
        Sentence(en: ["", " (default: ", ")"], ja: ["", " (既定値: ", ")"]),
    ]

    private static let labels = [
        ("Error: ", "エラー: "), ("Usage: ", "使い方: "), ("Help:  ", "説明:  "),
    ]

    /// A message with its usage.
    ///
    /// - Parameters:
    ///   - message: as the parser has it.
    ///   - language: what to say it in; a sentence not known here stays English.
    /// - Returns: the same lines, with bytes of arguments that are not UTF-8 shown as `\xNN`.
    static func text(_ message: String, _ language: Language) -> String {
        message.split(separator: "\n", omittingEmptySubsequences: false)
            .map { language == .en ? String($0).shown : japanese(String($0)) }
            .joined(separator: "\n")
    }

    private static func japanese(_ line: String) -> String {
        for (en, ja) in labels where line.hasPrefix(en) {
            return ja + translated(String(line.dropFirst(en.count)))
        }
        return translated(line)
    }

    /// The last line of a help that has more; nil for other lines.
    static func reference(_ line: String) -> String? { translated(line, references) }

    /// What an argument is for, with its values; nil where none are told.
    static func values(_ text: String) -> String? { translated(text, values) }

    private static func translated(_ line: String) -> String {
        translated(line, sentences) ?? line.shown
    }

    private static func translated(_ line: String, _ sentences: [Sentence]) -> String? {
        for sentence in sentences {
            guard let gaps = gaps(of: sentence.en, in: line) else { continue }
            let parts = zip(gaps, sentence.ja.dropFirst()).map { gap, next in
                // A list of values ends like that.
                gap.shown.replacing("' or '", with: "'、'") + next
            }
            return sentence.ja[0] + parts.joined()
        }
        return nil
    }

    /// What stands between the parts of a sentence; nil where the line is another one.
    private static func gaps(of parts: [String], in line: String) -> [String]? {
        guard line.hasPrefix(parts[0]) else { return nil }
        var rest = line.dropFirst(parts[0].count)
        var found = [String]()
        for part in parts[1...].dropLast() {
            let starts = rest.indices.first { rest[$0...].hasPrefix(part) }
            guard let start = starts else { return nil }
            found.append(String(rest[..<start]))
            rest = rest[start...].dropFirst(part.count)
        }
        let last = parts[parts.count - 1]
        guard rest.hasSuffix(last) else { return nil }
        return found + [String(rest.dropLast(last.count))]
    }
}

extension String {
    /// As people read it; operands stand in one argument with NUL between them.
    fileprivate var shown: String {
        split(separator: "\0", omittingEmptySubsequences: false)
            .map { BytePath(argument: String($0)).description }.joined(separator: "' '")
    }
}
