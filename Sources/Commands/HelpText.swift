/// The help of a command, in Japanese.
///
/// The texts of arguments are Japanese where the parser gets them; this is for what it adds itself, and
/// for its lines, which it would end at spaces alone.
enum HelpText {
    /// The width of a terminal that is not asked for, as of the parser.
    private static let columns = 80
    /// Where descriptions begin.
    ///
    /// Source: swift-argument-parser 1.8, HelpGenerator.swift.
    private static let indent = 26

    private static let headings = [
        ("OVERVIEW: ", "概要: "), ("USAGE: ", "使い方: "), ("ARGUMENTS:", "引数:"),
        ("OPTIONS:", "オプション:"), ("SUBCOMMANDS:", "コマンド:"),
    ]

    /// What the parser says of arguments and verbs that it adds.
    private static let own = [
        "Show the version.": "バージョンを表示します。",
        "Show help information.": "使い方を表示します。",
        "Show subcommand help information.": "コマンドの使い方を表示します。",
    ]

    /// The help in Japanese.
    ///
    /// - Parameter said: what the parser says, in lines that it did not wrap.
    /// - Returns: nil where it is no help: a version, a script for a shell.
    static func japanese(_ said: String) -> String? {
        guard headings[..<2].contains(where: { said.hasPrefix($0.0) }) else { return nil }
        return said.split(separator: "\n", omittingEmptySubsequences: false)
            .map { line(String($0)) }.joined(separator: "\n")
    }

    private static func line(_ line: String) -> String {
        for (en, ja) in headings where line.hasPrefix(en) {
            let text = ja + line.dropFirst(en.count)
            // A usage is one line, as what is copied from it has to be.
            return en == "USAGE: " ? text : JapaneseLines.wrapped(text, columns)
        }
        guard line.hasPrefix("  ") else { return JapaneseLines.wrapped(line, columns) }
        if let sentence = UsageMessage.reference(line) { return sentence }
        let label = label(String(line.prefix(indent).reversed().drop { $0 == " " }.reversed()))
        guard line.count > indent else { return label }
        let room = String(repeating: " ", count: indent)
        let text = JapaneseLines.wrapped(
            described(String(line.dropFirst(indent))), columns - indent, newLine: "\n" + room)
        return label + room.dropFirst(JapaneseLines.width(label)) + text
    }

    private static func label(_ label: String) -> String {
        let marked = " (default)"
        return label.hasSuffix(marked) ? label.dropLast(marked.count) + " (既定)" : label
    }

    private static func described(_ text: String) -> String {
        own[text] ?? UsageMessage.values(text) ?? text
    }
}
