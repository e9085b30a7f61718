internal import Age
public import Linux
public import Policies

/// Why a recipients directory is not believed.
public enum RecipientsDirectoryError: Error, Equatable, Sendable {
    /// A file or the directory could not be read.
    case read(BytePath, Errno)
    /// A signature could not be written.
    case write(BytePath, Errno)
    /// A file is longer than such a file may be.
    case tooLong(BytePath)
    /// The administrator's key file holds no such key.
    case administratorKey(BytePath)
    /// A file has no signature beside it.
    case unsigned(BytePath)
    /// The text beside a file is no signature.
    case malformedSignature(BytePath)
    /// A file is signed by somebody else than the administrator.
    case otherSigner(BytePath, IssuerKey)
    /// A file is not the one that was signed.
    case wrongSignature(BytePath)
    /// A file is signed but malformed.
    case policy(BytePath, PolicyError)
}

/// The directory of persons and groups, every file signed by the administrator.
public enum RecipientsDirectory {
    /// Reads the administrator's public key: one `kanaria-issuer1…` line, `#` begins a comment.
    public static func administrator(
        _ path: BytePath
    ) throws(RecipientsDirectoryError) -> IssuerKey {
        let text = String(decoding: try contents(path), as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }
        guard lines.count == 1, let key = try? IssuerKey(String(lines[0])) else {
            throw .administratorKey(path)
        }
        return key
    }

    /// Reads and checks all files of a directory whose names end with `.yaml`.
    public static func book(
        _ folder: BytePath, signedBy administrator: IssuerKey
    ) throws(RecipientsDirectoryError) -> RecipientBook {
        let paths = try files(folder)
        var files = [RecipientsFile]()
        for path in paths {
            let bytes = try contents(path)
            try ListSignature.check(bytes, path, administrator)
            do throws(PolicyError) {
                files.append(try RecipientsFile.parse(bytes: bytes, isKey: isKey))
            } catch {
                throw .policy(path, error)
            }
        }
        do throws(RecipientBook.Fault) {
            return try RecipientBook(files)
        } catch {
            throw .policy(paths[error.file], error.error)
        }
    }

    /// Whether a text is a key that files can be sealed to.
    public static func isKey(_ text: String) -> Bool {
        (try? RecipientText.parse(text)) != nil
    }

    /// The files of a directory in the order of their names' bytes; hidden ones do not count.
    private static func files(
        _ folder: BytePath
    ) throws(RecipientsDirectoryError) -> [BytePath] {
        let entries: [DirectoryEntry]
        do throws(Errno) {
            entries = try FileDescriptor.open(folder, [.readOnly, .directory]).entries()
        } catch {
            throw .read(folder, error)
        }
        let names = entries.map(\.name.bytes).filter {
            $0.first != UInt8(ascii: ".") && $0.count > 5
                && $0.suffix(5).elementsEqual(".yaml".utf8)
        }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
            .map { folder.appending(BytePath($0)) }
    }

    static func contents(_ path: BytePath) throws(RecipientsDirectoryError) -> [UInt8] {
        do throws(KeyFileError) {
            return try KeyFile.read(path)
        } catch {
            switch error {
            case .read(_, let errno): throw .read(path, errno)
            default: throw .tooLong(path)
            }
        }
    }
}
