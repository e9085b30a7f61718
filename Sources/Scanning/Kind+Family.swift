internal import Contents

extension Kind {
    /// Formats that an ordinary edit may turn into one another have the same family.
    var family: Kind {
        switch self {
        case .textASCII, .textUTF8, .textUTF16, .textEUCJP, .textShiftJIS, .csv, .json, .xml, .html,
            .svg, .mail, .mailbox, .hl7, .pem, .rtf:
            .textASCII
        case .zip, .officeOpenXML, .openDocument, .javaArchive: .zip
        case .isoMedia, .heif: .isoMedia
        case .riff, .wave, .avi, .webp: .riff
        case .ar, .debianPackage: .ar
        default: self
        }
    }
}
