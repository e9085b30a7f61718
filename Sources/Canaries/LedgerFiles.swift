internal import Linux
internal import Sodium

/// The files of the list on the disk.
extension Ledger {
    /// Opens the folder, made with its parents' permissions untouched; only its owner may enter.
    static func openFolder(_ path: BytePath) throws(LedgerError) -> FileDescriptor {
        try attempt(path) { () throws(Errno) in
            let parent = try FileDescriptor.open(path.parent, [.readOnly, .directory])
            do throws(Errno) {
                try parent.makeDirectory(path.lastComponent, permissions: 0o700)
            } catch {
                if error != .fileExists { throw error }
            }
        }
        let folder = try attempt(path) { () throws(Errno) in
            try FileDescriptor.open(path, [.readOnly, .directory, .noFollow])
        }
        try requirePrivate(folder, path)
        return folder
    }

    static func exists(
        _ name: BytePath, in folder: borrowing FileDescriptor, _ path: BytePath
    ) throws(LedgerError) -> Bool {
        do throws(Errno) {
            _ = try folder.status(of: name)
            return true
        } catch {
            if error == .noSuchFile { return false }
            throw .system(path.appending(name), error)
        }
    }

    static func makeKey(
        in folder: borrowing FileDescriptor, _ path: BytePath
    ) throws(LedgerError) {
        var bytes: [UInt8]
        do throws(SodiumError) {
            bytes = try Randomness.bytes(keyByteCount)
        } catch {
            throw .sodium(error)
        }
        defer { Wipe.wipe(&bytes) }
        try write(bytes, keyName, in: folder, path)
    }

    static func readKey(
        in folder: borrowing FileDescriptor, _ path: BytePath
    ) throws(LedgerError) -> SecretBytes {
        var bytes = try read(keyName, limit: keyByteCount, in: folder, path)
        defer { Wipe.wipe(&bytes) }
        guard bytes.count == keyByteCount else { throw .keyMalformed }
        do throws(SodiumError) {
            return try SecretBytes(copying: bytes.span)
        } catch {
            throw .sodium(error)
        }
    }

    static func read(
        _ name: BytePath, limit: Int, in folder: borrowing FileDescriptor, _ path: BytePath
    ) throws(LedgerError) -> [UInt8] {
        let place = path.appending(name)
        let file: FileDescriptor
        do throws(Errno) {
            file = try folder.open(name, [.readOnly, .noFollow, .nonBlocking])
        } catch {
            throw .system(place, error)
        }
        try requirePrivate(file, place)
        let bytes: [UInt8]
        do throws(Errno) {
            bytes = try file.readToEnd(limit: limit + 1)
        } catch {
            throw .system(place, error)
        }
        if bytes.count > limit { throw name == keyName ? .keyMalformed : .tooLarge }
        return bytes
    }

    /// Replaces a file as a whole.
    static func write(
        _ bytes: [UInt8], _ name: BytePath, in folder: borrowing FileDescriptor, _ path: BytePath
    ) throws(LedgerError) {
        do throws(Errno) {
            let file = try AtomicFile(beneath: folder, permissions: 0o600)
            do throws(Errno) {
                try file.file.writeAll(bytes.span)
            } catch {
                file.abandon()
                throw error
            }
            try file.commit(as: name, replacing: true)
        } catch {
            throw .system(path.appending(name), error)
        }
    }

    /// Refuses what others may read or write.
    private static func requirePrivate(
        _ file: borrowing FileDescriptor, _ path: BytePath
    ) throws(LedgerError) {
        let status: FileStatus
        do throws(Errno) {
            status = try file.status()
        } catch {
            throw .system(path, error)
        }
        if status.permissions & 0o077 != 0 {
            throw .exposed(path, permissions: status.permissions, user: status.user)
        }
    }

    /// Turns an error number into an error of this module.
    static func attempt<Value: ~Copyable>(
        _ path: BytePath, _ body: () throws(Errno) -> Value
    ) throws(LedgerError) -> Value {
        do throws(Errno) {
            return try body()
        } catch {
            throw .system(path, error)
        }
    }
}
