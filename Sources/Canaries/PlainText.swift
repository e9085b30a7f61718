/// Tables, notes, rich text and web pages.
enum PlainText {
    /// Comma-separated values; Japanese ones begin with the mark that Excel needs for UTF-8.
    static func table(
        _ budget: Int, _ prose: inout Prose, using random: inout some RandomNumberGenerator
    ) -> [UInt8] {
        var text = Filler(limit: budget)
        text.add((prose.isJapanese ? "\u{FEFF}" : "") + line(prose.columns))
        var number = 1
        while text.add(line(prose.row(number, using: &random))) { number += 1 }
        return text.bytes
    }

    /// A note.
    static func note(
        _ budget: Int, _ prose: inout Prose, using random: inout some RandomNumberGenerator
    ) -> [UInt8] {
        var text = Filler(limit: budget)
        let title = prose.title(using: &random) + "\n"
        text.add(title.utf8.count <= budget ? title : "memo\n")
        while text.add(prose.sentence(using: &random) + "\n") {}
        return text.bytes
    }

    /// Rich text; other than ASCII as `\u` escapes.
    static func richText(
        _ budget: Int, _ prose: inout Prose, using random: inout some RandomNumberGenerator
    ) -> [UInt8] {
        var text = Filler(limit: budget - 2)
        text.add(#"{\rtf1\ansi\ansicpg932\deff0{\fonttbl{\f0\fnil MS Gothic;}}\uc1\f0\fs21"# + "\n")
        while text.add(escaped(prose.sentence(using: &random)) + "\\par\n") {}
        return text.bytes + Array("}\n".utf8)
    }

    /// A web page.
    static func webPage(
        _ budget: Int, _ prose: inout Prose, using random: inout some RandomNumberGenerator
    ) -> [UInt8] {
        let end = "</body>\n</html>\n"
        var text = Filler(limit: budget - end.utf8.count)
        let title = prose.title(using: &random)
        let language = prose.isJapanese ? "ja" : "en"
        text.add(
            """
            <!DOCTYPE html>
            <html lang="\(language)">
            <head><meta charset="utf-8"><title>\(title)</title></head>
            <body>

            """)
        text.add("<h1>\(title)</h1>\n")
        while text.add("<p>\(prose.sentence(using: &random))</p>\n") {}
        return text.bytes + Array(end.utf8)
    }

    private static func line(_ cells: [String]) -> String {
        cells.joined(separator: ",") + "\r\n"
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for unit in text.utf16 {
            if unit < 0x80 {
                result.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            } else {
                result += "\\u\(Int16(bitPattern: unit))?"
            }
        }
        return result
    }
}
