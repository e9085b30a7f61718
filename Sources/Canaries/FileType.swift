/// The kinds of file that canaries can be.
public enum FileType: String, Codable, CaseIterable, Sendable {
    case docx, xlsx, pdf, jpeg, png, csv, text, dicom, rtf, html

    /// The type that a lower-case suffix without dot stands for.
    public init?(suffix: [UInt8]) {
        switch String(decoding: suffix, as: UTF8.self) {
        case "docx", "doc": self = .docx
        case "xlsx", "xls": self = .xlsx
        case "pdf": self = .pdf
        case "jpg", "jpeg": self = .jpeg
        case "png": self = .png
        case "csv", "tsv": self = .csv
        case "txt", "log", "md": self = .text
        case "dcm", "dicom": self = .dicom
        case "rtf": self = .rtf
        case "html", "htm": self = .html
        default: return nil
        }
    }

    /// The suffix that people give such files.
    public var suffix: String {
        switch self {
        case .jpeg: "jpg"
        case .text: "txt"
        case .dicom: "dcm"
        default: rawValue
        }
    }

    /// The fewest bytes that a valid file of this type from `Document` may need.
    public var minimumByteCount: Int {
        switch self {
        case .docx: 1400
        case .xlsx: 2700
        case .pdf: 900
        case .jpeg: 800
        case .png: 200
        case .csv: 64
        case .text: 32
        case .dicom: 1200
        case .rtf: 160
        case .html: 260
        }
    }
}

/// What a document is to be.
public struct Recipe: Sendable, Equatable {
    /// Type of the file.
    public var type: FileType
    /// Most bytes it may have, unless its type needs more.
    public var byteCount: Int
    /// When it seems to have been written.
    public var modified: Int64
    /// Whether its text is Japanese where the type allows it.
    public var isJapanese: Bool

    /// Describes a document.
    public init(type: FileType, byteCount: Int, modified: Int64, isJapanese: Bool) {
        (self.type, self.byteCount) = (type, byteCount)
        (self.modified, self.isJapanese) = (modified, isJapanese)
    }
}

/// Makes valid files with invented content.
public enum Document {
    /// How far below the wanted size a file may stay.
    public static let slack = 640

    /// A file of at most the wanted size, or of the least size that its type needs.
    public static func make(
        _ recipe: Recipe, using random: inout some RandomNumberGenerator
    ) -> [UInt8] {
        let budget = max(recipe.byteCount, recipe.type.minimumByteCount)
        let day = CalendarDay(recipe.modified)
        var prose = Prose(isJapanese: recipe.isJapanese, day: day)
        switch recipe.type {
        case .docx: return OfficeOpenXML.document(budget, &prose, using: &random)
        case .xlsx: return OfficeOpenXML.workbook(budget, &prose, using: &random)
        case .pdf: return PortableDocument.make(budget, day, using: &random)
        case .jpeg: return Photograph.make(budget, using: &random)
        case .png: return Bitmap.make(budget, using: &random)
        case .csv: return PlainText.table(budget, &prose, using: &random)
        case .text: return PlainText.note(budget, &prose, using: &random)
        case .rtf: return PlainText.richText(budget, &prose, using: &random)
        case .html: return PlainText.webPage(budget, &prose, using: &random)
        case .dicom: return MedicalImage.make(budget, day, using: &random)
        }
    }
}
