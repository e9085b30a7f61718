internal import Contents
internal import Linux

/// The last two suffixes of a name, where the one before tells a kind of file and the last does not.
///
/// `report.docx.abc` has them, `report.docx` and `archive.tar.gz` have not.
struct AddedSuffix: Equatable {
    let added: String

    init?(_ name: BytePath) {
        let suffix = name.suffix
        guard !suffix.isEmpty, let text = String(validating: suffix, as: UTF8.self),
            !FileSuffixes.common.contains(text)
        else { return nil }
        let rest = BytePath(name.bytes.dropLast(suffix.count + 1))
        guard FileSuffixes.common.contains(String(decoding: rest.suffix, as: UTF8.self)) else {
            return nil
        }
        added = text
    }
}
