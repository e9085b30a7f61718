public import Age
public import Linux
public import Sodium

/// Why a file could not be sealed; the source is whole in every case.
public enum ProtectError: Error, Equatable, Sendable {
    /// The source could not be opened or read.
    case source(BytePath, Errno)
    /// The source is a symbolic link.
    case sourceIsLink(BytePath)
    /// The source is neither a file nor a folder.
    case sourceNotRegular(BytePath)
    /// The source changed while it was read.
    case sourceChanged(BytePath)
    /// An entry of the source folder can't be packed.
    case folder(BytePath, FolderError)
    /// The output's name is taken.
    case outputExists(BytePath)
    /// The output could not be written.
    case output(BytePath, Errno)
    /// The output is a terminal and would get bytes that are not text.
    case outputIsTerminal
    /// The file key could not be wrapped.
    case wrap(WrapError)
    /// The policy to sign is one that no reader would take.
    case policy(PolicyTermsError)
    /// The policy could not be signed.
    case signature(SignatureError)
    /// The sealed chunks could not be kept in this folder until the header was known.
    case spool(BytePath, Errno)
    /// The header could not be built.
    case header(HeaderError)
    /// The cipher failed.
    case payload(PayloadError)
    /// Random numbers or keys were not to be had.
    case sodium(SodiumError)
    /// The written file did not authenticate when it was read back.
    case readBack(BytePath, UnlockError)
    /// The source can't be removed: it is a pipe, or the output has no name.
    case notRemovable(BytePath)
    /// The source changed after it was sealed, and was kept.
    case sourceKept(BytePath)
    /// Entries of the source folder that changed or came after it was sealed, and were kept.
    case entriesKept(BytePath, [BytePath])
    /// The source could not be removed after it was sealed.
    case removeSource(BytePath, Errno)

    /// An output that could not be begun or given its name.
    static func naming(_ path: BytePath, _ error: Errno) -> ProtectError {
        error == .fileExists ? .outputExists(path) : .output(path, error)
    }

    static func transfer(
        _ error: TransferError, _ source: BytePath, _ output: BytePath
    ) -> ProtectError {
        switch error {
        case .read(let errno): .source(source, errno)
        case .write(let errno): .output(output, errno)
        case .sourceShrank: .sourceChanged(source)
        case .payload(let error): .payload(error)
        case .armor: .sourceChanged(source)
        case .header: .signature(.unavailable)
        case .spool(let folder, let errno): .spool(folder, errno)
        case .thread(let errno): .source(source, errno)
        case .folder(let error): .folder(source, error)
        case .notText: .outputIsTerminal
        }
    }
}
