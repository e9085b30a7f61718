public import Age
public import Linux
public import Sodium

/// Why a sealed file could not be opened; nothing stands under the output's name then.
public enum UnlockError: Error, Equatable, Sendable {
    /// The sealed file could not be opened or read.
    case source(BytePath, Errno)
    /// The sealed file is not a regular file.
    case sourceNotRegular(BytePath)
    /// The header is not one of age v1.
    case header(BytePath, HeaderError)
    /// The armor is damaged.
    case armor(BytePath, ArmorError)
    /// No key fits, or the header was changed.
    case unwrap(BytePath, UnwrapError)
    /// The payload is damaged or cut.
    case payload(BytePath, PayloadError)
    /// The signed policy does not hold.
    case policy(BytePath, SignatureError)
    /// An entry of the folder can't be unpacked.
    case folder(BytePath, FolderError)
    /// The output's name is taken.
    case outputExists(BytePath)
    /// The output is a terminal and would get bytes that are not text.
    case outputIsTerminal
    /// The output could not be written.
    case output(BytePath, Errno)
    /// Keys were not to be had.
    case sodium(SodiumError)

    /// An output that could not be begun or given its name.
    static func naming(_ path: BytePath, _ error: Errno) -> UnlockError {
        error == .fileExists ? .outputExists(path) : .output(path, error)
    }

    static func transfer(
        _ error: TransferError, _ source: BytePath, _ output: BytePath
    ) -> UnlockError {
        switch error {
        case .read(let errno): .source(source, errno)
        case .write(let errno): .output(output, errno)
        case .sourceShrank: .payload(source, .truncated)
        case .payload(let error): .payload(source, error)
        case .armor(let error): .armor(source, error)
        case .header: .policy(source, .unavailable)
        case .spool(let folder, let errno): .output(folder, errno)
        case .thread(let errno): .source(source, errno)
        case .folder(let error): .folder(output, error)
        case .notText: .outputIsTerminal
        }
    }
}
