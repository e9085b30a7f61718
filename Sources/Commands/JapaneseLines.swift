/// Japanese in lines of a terminal.
enum JapaneseLines {
    // What never begins and never ends a line. Source: JIS X 4051.
    private static let neverFirst: Set<Character> = [
        "、", "。", "，", "」", "』", "）", "】", "ー", "ぁ", "ぃ", "ぅ", "ぇ", "ぉ", "っ", "ゃ", "ゅ", "ょ", "ァ",
        "ィ", "ゥ", "ェ", "ォ", "ッ", "ャ", "ュ", "ョ", "？", "！", ")", ",", ".",
    ]
    private static let neverLast: Set<Character> = ["「", "『", "（", "【", "("]

    /// How many columns a text takes.
    static func width(_ text: some StringProtocol) -> Int {
        text.reduce(0) { $0 + (isWide($1) ? 2 : 1) }
    }

    /// A text with lines of at most `columns`, where its words allow it.
    static func wrapped(_ text: String, _ columns: Int, newLine: String = "\n") -> String {
        var (lines, line, used) = ([String](), "", 0)
        for piece in pieces(text) {
            let shown = width(piece.last == " " ? piece.dropLast() : piece)
            if used > 0, used + shown > columns {
                lines.append(line)
                (line, used) = ("", 0)
            }
            line += piece
            used += width(piece)
        }
        return (lines + [line]).map { $0.last == " " ? String($0.dropLast()) : $0 }
            .joined(separator: newLine)
    }

    /// What no line may end within.
    private static func pieces(_ text: String) -> [Substring] {
        var (found, start) = ([Substring](), text.startIndex)
        for at in text.indices.dropFirst() where endsLine(text[text.index(before: at)], text[at]) {
            found.append(text[start..<at])
            start = at
        }
        return found + [text[start...]]
    }

    private static func endsLine(_ last: Character, _ next: Character) -> Bool {
        if last == " " { return next != " " }
        return (isWide(last) || isWide(next)) && next != " " && !neverLast.contains(last)
            && !neverFirst.contains(next)
    }

    /// Whether a character takes two columns.
    ///
    /// Source: Unicode Standard Annex #11, those that Japanese texts have.
    private static func isWide(_ character: Character) -> Bool {
        guard let scalar = character.unicodeScalars.first?.value else { return false }
        return 0x3000...0x30FF ~= scalar || 0x3400...0x9FFF ~= scalar || 0xFF01...0xFF60 ~= scalar
    }
}
