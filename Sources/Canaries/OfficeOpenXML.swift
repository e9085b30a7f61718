/// Small Word and Excel files.
///
/// Source: ECMA-376 part 1, §12.2 and §17, §18.
enum OfficeOpenXML {
    private static let head = #"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"# + "\n"
    private static let kinds = "application/vnd.openxmlformats-officedocument."
    private static let relations =
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    private static let package = "http://schemas.openxmlformats.org/package/2006/"

    /// A Word document of paragraphs.
    static func document(
        _ budget: Int, _ prose: inout Prose, using random: inout some RandomNumberGenerator
    ) -> [UInt8] {
        let part = "word/document.xml"
        var archive = Archive(day: prose.day)
        archive.add(
            "[Content_Types].xml",
            types([("/" + part, kinds + "wordprocessingml.document.main+xml")]))
        archive.add("_rels/.rels", relationship("officeDocument", part))
        let space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        let start = head + #"<w:document xmlns:w="\#(space)"><w:body>"#
        let end = "<w:sectPr/></w:body></w:document>"
        let room = budget - archive.byteCount - Archive.overhead(of: part)
        var text = Filler(limit: room - end.utf8.count)
        text.add(start)
        text.add(paragraph(prose.title(using: &random)))
        while text.add(paragraph(prose.sentence(using: &random))) {}
        archive.add(part, text.bytes + Array(end.utf8))
        return archive.finish()
    }

    /// An Excel workbook with one sheet.
    static func workbook(
        _ budget: Int, _ prose: inout Prose, using random: inout some RandomNumberGenerator
    ) -> [UInt8] {
        let part = "xl/worksheets/sheet1.xml"
        var archive = Archive(day: prose.day)
        let sheet = kinds + "spreadsheetml."
        archive.add(
            "[Content_Types].xml",
            types([
                ("/xl/workbook.xml", sheet + "sheet.main+xml"),
                ("/" + part, sheet + "worksheet+xml"),
            ]))
        archive.add("_rels/.rels", relationship("officeDocument", "xl/workbook.xml"))
        let space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        let names = #"xmlns="\#(space)" xmlns:r="\#(relations)""#
        let list = #"<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets>"#
        archive.add("xl/workbook.xml", Array("\(head)<workbook \(names)>\(list)</workbook>".utf8))
        archive.add(
            "xl/_rels/workbook.xml.rels", relationship("worksheet", "worksheets/sheet1.xml"))
        let end = "</sheetData></worksheet>"
        let room = budget - archive.byteCount - Archive.overhead(of: part)
        var text = Filler(limit: room - end.utf8.count)
        text.add(head + #"<worksheet xmlns="\#(space)"><sheetData>"#)
        var number = 1
        text.add(row(number, prose.columns))
        repeat { number += 1 } while text.add(row(number, prose.row(number - 1, using: &random)))
        archive.add(part, text.bytes + Array(end.utf8))
        return archive.finish()
    }

    private static func paragraph(_ text: String) -> String {
        "<w:p><w:r><w:t>\(text)</w:t></w:r></w:p>"
    }

    private static func row(_ number: Int, _ cells: [String]) -> String {
        let letters = Array("ABCDEFGH")
        var text = #"<row r="\#(number)">"#
        for (letter, cell) in zip(letters, cells) {
            let place = #"r="\#(letter)\#(number)""#
            let isNumber = Int(cell) != nil
            text += isNumber ? "<c \(place)><v>" : #"<c \#(place) t="inlineStr"><is><t>"#
            text += cell + (isNumber ? "</v></c>" : "</t></is></c>")
        }
        return text + "</row>"
    }

    private static func types(_ parts: [(name: String, type: String)]) -> [UInt8] {
        var text = head + #"<Types xmlns="\#(package)content-types"><Default Extension="rels" "#
        text += #"ContentType="application/vnd.openxmlformats-package.relationships+xml"/>"#
        for part in parts {
            text += #"<Override PartName="\#(part.name)" ContentType="\#(part.type)"/>"#
        }
        return Array((text + "</Types>").utf8)
    }

    private static func relationship(_ type: String, _ target: String) -> [UInt8] {
        var text =
            head + #"<Relationships xmlns="\#(package)relationships"><Relationship Id="rId1" "#
        text += #"Type="\#(relations)/\#(type)" Target="\#(target)"/></Relationships>"#
        return Array(text.utf8)
    }
}
