internal import Age
public import Linux

extension KeyFile {
    /// The issuers in a file: one `kanaria-issuer1…` a line, `#` begins a comment.
    public static func issuers(_ path: BytePath) throws(KeyFileError) -> [IssuerKey] {
        var found = [IssuerKey]()
        for (number, line) in lines(try read(path, isTrusted: true)) {
            do throws(KeyError) {
                found.append(try IssuerKey(line))
            } catch {
                throw .line(path, number, error)
            }
        }
        if found.isEmpty { throw .empty(path) }
        return found
    }

    /// The `*.pub` files in a folder, by name; none where there is no folder.
    public static func issuerFiles(in folder: BytePath) throws(KeyFileError) -> [BytePath] {
        let entries: [DirectoryEntry]
        let status: FileStatus
        do throws(Errno) {
            let opened = try FileDescriptor.open(folder, [.readOnly, .directory])
            status = try opened.status()
            entries = try opened.entries()
        } catch {
            if error == .noSuchFile { return [] }
            throw .read(folder, error)
        }
        if status.isWritableByOthers { throw .writableByOthers(folder) }
        let names = entries.map(\.name).filter { $0.bytes.suffix(4).elementsEqual(".pub".utf8) }
        return names.map { folder.appending($0) }.sorted {
            $0.bytes.lexicographicallyPrecedes($1.bytes)
        }
    }
}

extension FileStatus {
    /// Whether more than the owner may write to it, as OpenSSH's StrictModes asks.
    var isWritableByOthers: Bool { permissions & 0o022 != 0 }
}
