public import Age
public import Linux

/// Why moving bytes from source to output failed.
public enum TransferError: Error, Equatable, Sendable {
    /// The source could not be read.
    case read(Errno)
    /// The output could not be written.
    case write(Errno)
    /// The source became shorter while it was read.
    case sourceShrank
    /// A chunk or the payload as a whole is not what its writer wrote.
    case payload(PayloadError)
    /// The text armor around the file is damaged.
    case armor(ArmorError)
    /// The output is a terminal and the bytes are not text.
    case notText
    /// The header could not be signed or closed.
    case header
    /// Sealed chunks could not be kept in this folder until the header was known.
    case spool(BytePath, Errno)
    /// No thread could be started.
    case thread(Errno)
    /// The folder that is packed could not be read.
    case folder(FolderError)
}
