internal import CLinux

/// A regular file that a process can change without opening it again.
public struct ChangeableFile: Sendable {
    /// A link below `/proc` that opens the file, whatever its name and in any mount namespace.
    public var link: BytePath
    /// The file when it was looked at.
    public var status: FileStatus
}

/// A part of a file that a process has mapped shared and writable.
public struct SharedMapping: Sendable, Equatable {
    /// Its name in `/proc/PID/map_files`.
    public var name: BytePath
    /// The path as the process's maps have it.
    public var path: BytePath

    /// Finds the mappings in the text of `/proc/PID/maps`; one for each run of the same file.
    ///
    /// Form of a line: `from-to perms offset device inode path`. Source: proc_pid_maps(5).
    public static func parse(_ text: [UInt8]) -> [SharedMapping] {
        var found = [SharedMapping]()
        var start = 0
        while start < text.count {
            let end = text[start...].firstIndex(of: 10) ?? text.count
            let line = text[start..<end]
            start = end + 1
            guard let blank = line.firstIndex(of: 32), blank + 4 < end,
                line[blank + 2] == UInt8(ascii: "w"), line[blank + 4] == UInt8(ascii: "s"),
                let slash = line.firstIndex(of: UInt8(ascii: "/"))
            else { continue }
            let path = BytePath(line[slash...])
            if found.last?.path == path { continue }
            found.append(SharedMapping(name: name(line[..<blank]), path: path))
        }
        return found
    }

    /// Maps are padded to eight digits, the names in `map_files` are not.
    private static func name(_ range: ArraySlice<UInt8>) -> BytePath {
        let parts = range.split(separator: UInt8(ascii: "-"))
        let short = parts.map { part in
            let digits = part.drop { $0 == UInt8(ascii: "0") }
            return digits.isEmpty ? part.suffix(1) : digits
        }
        return BytePath(short.joined(separator: [UInt8(ascii: "-")]))
    }
}

extension ProcessTable {
    /// The regular files that a process has open for writing or mapped shared and writable.
    ///
    /// Empty for processes that we may not look into.
    public static func changeableFiles(of pid: Int32) -> [ChangeableFile] {
        openForWriting(pid) + mappedForWriting(pid)
    }

    /// The regular file to which a link below `/proc` leads; nil if it leads to none.
    public static func changeableFile(at link: BytePath) -> ChangeableFile? {
        let status = try? FileStatus.of(directory: AT_FDCWD, name: link, flags: dontSync)
        guard let status, status.kind == .regular else { return nil }
        return ChangeableFile(link: link, status: status)
    }

    /// `AT_STATX_DONT_SYNC`: a file server that does not answer must not hold us up.
    private static let dontSync: Int32 = 0x4000

    private static func openForWriting(_ pid: Int32) -> [ChangeableFile] {
        let folder = BytePath("/proc/\(pid)/fd")
        guard let directory = try? FileDescriptor.open(folder, [.directory]),
            let entries = try? directory.entries()
        else { return [] }
        return entries.compactMap { entry in
            // The link's own permission says how the file was opened.
            guard let own = try? directory.status(of: entry.name), own.permissions & 0o200 != 0
            else { return nil }
            return changeableFile(at: folder.appending(entry.name))
        }
    }

    private static func mappedForWriting(_ pid: Int32) -> [ChangeableFile] {
        guard let text = contents(BytePath("/proc/\(pid)/maps"), limit: 16 << 20) else { return [] }
        let folder = BytePath("/proc/\(pid)/map_files")
        return SharedMapping.parse(text).compactMap { mapping in
            // Links of `map_files` need CAP_SYS_ADMIN; without it the path must do.
            changeableFile(at: folder.appending(mapping.name)) ?? changeableFile(at: mapping.path)
        }
    }
}
