internal import CLinux

/// A file without a name that appears under its name whole, or never.
///
/// Where the file system has no unnamed files (`O_TMPFILE`), a hidden temporary name is used
/// and removed again unless committed.
public struct AtomicFile: ~Copyable, Sendable {
    /// The open file, readable and writable.
    public let file: FileDescriptor
    private let directory: FileDescriptor
    private let temporaryName: BytePath?

    /// Opens an unnamed file in a directory.
    public init(in folder: BytePath, permissions: UInt32 = 0o600) throws(Errno) {
        let directory = try FileDescriptor.open(folder, [.readOnly, .directory])
        try self.init(beneath: directory, permissions: permissions)
    }

    /// Opens an unnamed file in an open directory.
    public init(
        beneath folder: borrowing FileDescriptor, permissions: UInt32 = 0o600
    ) throws(Errno) {
        let home = try folder.duplicate()
        let made: (file: Int32, name: BytePath?)
        do throws(Errno) {
            let unnamed = try home.open(".", [.readWrite, .unnamed], permissions: permissions)
            made = (unnamed.release(), nil)
        } catch  where error == .notSupported || error == .isDirectory || error == .noSuchFile {
            let name = BytePath(".kanaria-\(UInt64.random(in: 0...UInt64.max)).part")
            let named = try home.open(
                name, [.readWrite, .create, .exclusive, .noFollow], permissions: permissions)
            made = (named.release(), name)
        }
        file = FileDescriptor(owning: made.file)
        temporaryName = made.name
        directory = home
    }

    /// Syncs the content, gives the file its name and syncs the directory.
    ///
    /// With `isDurable` off nothing is synced, for files that may be lost in a crash.
    ///
    /// - Throws: `.fileExists` if the name is taken and not `replacing`; the file is then gone.
    public consuming func commit(
        as name: BytePath, replacing: Bool = false, isDurable: Bool = true
    ) throws(Errno) {
        do throws(Errno) {
            if isDurable { try file.sync() }
            if let temporaryName {
                try directory.rename(temporaryName, to: name, replacing: replacing)
            } else {
                try link(as: name, replacing: replacing)
            }
            if isDurable { try directory.sync() }
        } catch {
            discardTemporary()
            throw error
        }
    }

    /// Drops the content; the same happens without a commit where there is no temporary name.
    public consuming func abandon() {
        discardTemporary()
    }

    private borrowing func discardTemporary() {
        if let temporaryName { try? directory.remove(temporaryName) }
    }

    private borrowing func link(as name: BytePath, replacing: Bool) throws(Errno) {
        if !replacing { return try link(name) }
        let name2 = BytePath(".kanaria-\(UInt64.random(in: 0...UInt64.max)).part")
        try link(name2)
        do throws(Errno) {
            try directory.rename(name2, to: name, replacing: true)
        } catch {
            try? directory.remove(name2)
            throw error
        }
    }

    private borrowing func link(_ name: BytePath) throws(Errno) {
        let source = BytePath("/proc/self/fd/\(file.rawValue)")
        let number = directory.rawValue
        try retrying {
            unsafe source.withCString { from in
                unsafe name.withCString { to in
                    unsafe linkat(AT_FDCWD, from, number, to, AT_SYMLINK_FOLLOW)
                }
            }
        }
    }
}
