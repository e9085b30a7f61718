public import Linux

/// Why a folder could not be packed or unpacked; paths are relative to the folder.
public enum FolderError: Error, Equatable, Sendable {
    /// An entry could not be read.
    case read(BytePath, Errno)
    /// An entry could not be made.
    case write(BytePath, Errno)
    /// A file changed while it was packed.
    case changed(BytePath)
    /// An entry is neither a file, a folder nor a link that stays inside.
    case unsupportedKind(BytePath)
    /// A name is absolute, has `..`, or is empty.
    case unsafeName(BytePath)
    /// A symbolic link leads out of the folder.
    case unsafeLink(BytePath)
    /// Two entries have one name, or the name is taken.
    case collision(BytePath)
    /// A tar header is malformed; the offset is in the plaintext.
    case malformedArchive(at: UInt64)
    /// The archive ends inside an entry.
    case truncatedArchive
}
