public import Contents
public import Linux
public import Magic

/// Why an export could not be looked through.
public enum ReviewError: Error, Equatable, Sendable {
    /// A file or folder could not be read.
    case read(BytePath, Errno)
    /// The media types could not be told.
    case magic(MagicError)
}

/// What an export holds, found before it is sealed; no byte of the content is kept.
public struct ExportReview: Sendable {
    /// A file and what it is.
    public struct TypedFile: Sendable, Equatable {
        /// Where it lies.
        public let path: BytePath
        /// Its media type.
        public let mediaType: String
    }

    /// All regular files that are not empty.
    public private(set) var files = [TypedFile]()
    /// All regular files as they were before they were read.
    public private(set) var stamps = Set<FileStamp>()
    /// What was found in all of them.
    public private(set) var findings = SensitiveFindings()

    /// Looks through a file, or all files of a folder; links are not followed.
    ///
    /// - Parameters:
    ///   - path: the export.
    ///   - searching: whether to look for data about people as well as for types.
    /// - Throws: `ReviewError`.
    public init(of path: BytePath, searching: Bool) throws(ReviewError) {
        let types: MediaTypes
        do throws(MagicError) { types = try MediaTypes() } catch { throw .magic(error) }
        do throws(Errno) {
            let file = try FileDescriptor.open(path, [.readOnly, .noFollow, .nonBlocking])
            try look(at: file, path, searching, types)
        } catch {
            throw .read(path, error)
        }
    }

    private mutating func look(
        at file: borrowing FileDescriptor, _ path: BytePath, _ searching: Bool,
        _ types: borrowing MediaTypes
    ) throws(Errno) {
        let status = try file.status()
        switch status.kind {
        case .regular:
            stamps.insert(status.stamp)
            try read(file, path, searching, types)
        case .directory:
            for entry in try file.entries() where try isLookedAt(entry, file) {
                let inner = try file.open(entry.name, [.readOnly, .noFollow, .nonBlocking])
                try look(at: inner, path.appending(entry.name), searching, types)
            }
        // Sealing refuses what is neither file nor folder, and names it.
        default: break
        }
    }

    private func isLookedAt(
        _ entry: DirectoryEntry, _ folder: borrowing FileDescriptor
    ) throws(Errno) -> Bool {
        let kind = try folder.status(of: entry.name).kind
        return kind == .regular || kind == .directory
    }

    private mutating func read(
        _ file: borrowing FileDescriptor, _ path: BytePath, _ searching: Bool,
        _ types: borrowing MediaTypes
    ) throws(Errno) {
        var buffer = [UInt8](repeating: 0, count: MediaTypes.headByteCount)
        var scanner = SensitiveScanner()
        var isHead = true
        while true {
            let count = try Self.fill(&buffer, from: file)
            let bytes = buffer.span.extracting(0..<count)
            // An empty file is of no type, and gives nothing away.
            if isHead, count > 0 {
                files.append(TypedFile(path: path, mediaType: types.mediaType(of: bytes)))
            }
            isHead = false
            if !searching || count == 0 { break }
            scanner.feed(bytes)
        }
        findings.add(scanner.finish())
    }

    private static func fill(
        _ buffer: inout [UInt8], from file: borrowing FileDescriptor
    ) throws(Errno) -> Int {
        var count = 0
        while count < buffer.count {
            var span = buffer.mutableSpan
            var rest = span._mutatingExtracting(count..<span.count)
            let more = try file.read(into: &rest)
            if more == 0 { break }
            count += more
        }
        return count
    }
}
