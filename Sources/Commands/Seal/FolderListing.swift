internal import Linux
internal import Sealing

/// What is in a sealed folder, as people and programs read it.
struct FolderListing {
    private let path: BytePath
    private let entries: [FolderEntry]

    init(_ path: BytePath, _ entries: [FolderEntry]) {
        self.path = path
        self.entries = entries
    }

    /// Mode, size, time in UTC and name of each entry; control characters of names escaped.
    var lines: [String] {
        let width = entries.map { "\($0.byteCount)".utf8.count }.max() ?? 0
        return entries.map { entry in
            let size = "\(entry.byteCount)"
            let padding = String(repeating: " ", count: width - size.utf8.count)
            let target = entry.kind == .link ? " -> \(entry.linkTarget)" : ""
            let fields = [entry.mode, padding + size, entry.time ?? "-", "\(entry.name)" + target]
            return fields.joined(separator: "  ")
        }
    }

    /// One object a file.
    var json: String {
        let items = entries.map { entry in
            "{\"name\":\(JSONText.string("\(entry.name)")),\(entry.exactName)"
                + "\"kind\":\"\(entry.kind.rawValue)\",\"mode\":\"\(entry.permissionText)\","
                + "\"bytes\":\(entry.byteCount),"
                + "\"modified\":\(entry.time.map(JSONText.string) ?? "null"),"
                + "\"target\":\(entry.kind == .link ? JSONText.string("\(entry.linkTarget)") : "null")}"
        }
        return
            "{\"path\":\(JSONText.string("\(path)")),\"entries\":[\(items.joined(separator: ","))]}"
    }
}

extension FolderEntry {
    fileprivate var mode: String {
        let kind =
            switch kind {
            case .file: "-"
            case .folder: "d"
            case .link: "l"
            }
        return kind + permissionText
    }

    fileprivate var permissionText: String {
        let octal = String(permissions, radix: 8)
        return String(repeating: "0", count: max(0, 4 - octal.utf8.count)) + octal
    }

    /// nil where no clock can show it.
    fileprivate var time: String? {
        let time = modified.multipliedReportingOverflow(by: 1_000_000_000)
        return time.overflow ? nil : Clock.timestamp(time.partialValue)
    }

    /// The bytes of a name that is not shown as it is.
    fileprivate var exactName: String {
        if Array("\(name)".utf8) == name.bytes { return "" }
        return "\"nameBytes\":\"\(Hexadecimal.text(name.bytes))\","
    }
}

extension Failure {
    /// The words where a folder could not be listed.
    static func listing(_ error: UnlockError) -> Failure {
        guard case .folder(let path, .malformedArchive(at: 0)) = error else {
            return Failure(error)
        }
        return Failure(
            ExitCodes.usage,
            text("\(path) holds a single file, not a folder", "\(path) の中身は単一のファイルです"),
            text("open it without --list", "--list を付けずに開いてください"))
    }
}
