/// Small PDF files with Latin text.
///
/// Source: ISO 32000-1 §7.5.
enum PortableDocument {
    private static let linesPerPage = 46

    /// A document of as many pages as fit.
    static func make(
        _ budget: Int, _ day: CalendarDay, using random: inout some RandomNumberGenerator
    ) -> [UInt8] {
        let prose = Prose(isJapanese: false, day: day)
        // Catalog, page tree, font, information, header and trailer.
        var room = budget - 520
        let title = prose.title(using: &random)
        var pages = [String]()
        repeat {
            // Page object, stream object, two cross-reference lines and the reference in the tree.
            room -= 232
            var text = Filler(limit: max(room, 0))
            text.add("BT /F1 11 Tf 14 TL 56 780 Td (\(title)) Tj T*\n")
            var lines = 0
            while lines < linesPerPage, text.add(line(prose, using: &random)) { lines += 1 }
            room -= text.bytes.count + 4
            pages.append(String(decoding: text.bytes, as: UTF8.self) + "ET\n")
        } while room > 400
        return assemble(pages, title, day)
    }

    private static func line(_ prose: Prose, using random: inout some RandomNumberGenerator)
        -> String
    {
        let text = prose.sentence(using: &random)
            .replacing("(", with: "\\(").replacing(")", with: "\\)")
        return "(\(text)) Tj T*\n"
    }

    private static func assemble(_ pages: [String], _ title: String, _ day: CalendarDay) -> [UInt8]
    {
        let references = pages.indices.map { "\(5 + 2 * $0) 0 R" }.joined(separator: " ")
        var objects = [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Count \(pages.count) /Kids [\(references)] >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            "<< /Title (\(title)) /CreationDate (D:\(day.compact)\(day.time)Z) >>",
        ]
        for (index, page) in pages.enumerated() {
            objects.append(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
                    + "/Resources << /Font << /F1 3 0 R >> >> /Contents \(6 + 2 * index) 0 R >>")
            objects.append("<< /Length \(page.utf8.count) >>\nstream\n\(page)endstream")
        }
        var bytes = Array("%PDF-1.4\n%".utf8) + [0xe2, 0xe3, 0xcf, 0xd3, 0x0a]
        var table = "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n"
        for (index, object) in objects.enumerated() {
            let digits = String(bytes.count)
            table += String(repeating: "0", count: 10 - digits.count) + digits + " 00000 n \n"
            bytes.append(text: "\(index + 1) 0 obj\n\(object)\nendobj\n")
        }
        let start = bytes.count
        let trailer = "trailer\n<< /Size \(objects.count + 1) /Root 1 0 R /Info 4 0 R >>\n"
        bytes.append(text: table + trailer + "startxref\n\(start)\n%%EOF\n")
        return bytes
    }
}
