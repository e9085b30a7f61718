public import Linux

/// One entry of a sealed folder.
public struct FolderEntry: Equatable, Sendable {
    /// What an entry is.
    public enum Kind: String, Sendable {
        /// A regular file.
        case file
        /// A folder.
        case folder
        /// A symbolic link.
        case link
    }

    /// Its name beneath the folder, as its writer wrote it.
    public let name: BytePath
    /// What it is.
    public let kind: Kind
    /// Permission bits its writer saw; unpacking gives 0600 or 0700.
    public let permissions: UInt32
    /// Bytes of a file; 0 for anything else.
    public let byteCount: UInt64
    /// Last change of the content, in seconds since 1970.
    public let modified: Int64
    /// Where a link points; empty for anything else.
    public let linkTarget: BytePath

    init(_ header: TarHeader) {
        name = header.name
        kind =
            switch header.kind {
            case .file: .file
            case .folder: .folder
            case .link: .link
            }
        permissions = header.permissions
        byteCount = header.kind == .file ? header.byteCount : 0
        modified = header.modified
        linkTarget = header.kind == .link ? header.linkTarget : ""
    }
}

/// Reads the entries of a tar stream and forgets their content.
final class ListingSink: ByteSink {
    private var reader = TarReader()
    private(set) var entries = [FolderEntry]()

    func write(_ bytes: Span<UInt8>) throws(TransferError) {
        do throws(FolderError) {
            var at = 0
            while at < bytes.count, !reader.isAtEnd {
                let (count, event) = try reader.take(bytes.extracting(at..<bytes.count))
                if case .entry(let header) = event { entries.append(FolderEntry(header)) }
                at += count
            }
        } catch {
            throw .folder(error)
        }
    }

    func finish() throws(TransferError) {
        if reader.isAtEnd { return }
        throw .folder(entries.isEmpty ? .malformedArchive(at: 0) : .truncatedArchive)
    }
}
