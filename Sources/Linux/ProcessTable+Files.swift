internal import CLinux

/// A file that a process has open.
public struct HeldFile: Sendable {
    /// The descriptor's number in that process.
    public var number: Int32
    /// What is known of the file.
    public var status: FileStatus
    /// Whether it was opened for writing.
    public var isWritable: Bool
}

/// The users of a process, of which a server changes some with each request that it serves.
public struct ProcessUsers: Sendable, Equatable {
    /// Whom it can become again.
    public var saved: UInt32
    /// As whom it acts on files right now.
    public var fileSystem: UInt32
}

extension ProcessTable {
    /// The numbers of the descriptors of a process; none if it may not be looked at or is gone.
    public static func descriptors(of pid: Int32) -> [Int32] {
        numbers(in: BytePath("/proc/\(pid)/fd"))
    }

    /// Whether a descriptor of a process is a socket.
    public static func isSocket(_ number: Int32, of pid: Int32) -> Bool {
        let target = try? FileDescriptor.linkTarget(BytePath("/proc/\(pid)/fd/\(number)"))
        return target?.bytes.starts(with: "socket:".utf8) ?? false
    }

    /// As whom a process runs; nil when it is gone.
    ///
    /// Source: proc(5), `Uid:`.
    public static func users(_ pid: Int32) -> ProcessUsers? {
        guard let text = contents(BytePath("/proc/\(pid)/status"), limit: 8192),
            let line = text.split(separator: 10).first(where: { $0.starts(with: "Uid:".utf8) })
        else { return nil }
        let numbers = line.split(separator: 9).compactMap {
            UInt32(String(decoding: $0, as: UTF8.self))
        }
        guard numbers.count == 4 else { return nil }
        return ProcessUsers(saved: numbers[2], fileSystem: numbers[3])
    }

    /// The user who logged in, whatever he became since; nil where nobody did.
    ///
    /// Source: proc(5), `/proc/PID/loginuid`.
    public static func loginUser(_ pid: Int32) -> UInt32? {
        guard let text = contents(BytePath("/proc/\(pid)/loginuid"), limit: 32),
            let user = UInt32(String(decoding: text.filter { $0 != 10 }, as: UTF8.self))
        else { return nil }
        return user == .max ? nil : user
    }

    /// The file behind a descriptor if it lies beneath one of `folders`.
    public static func heldFile(
        of pid: Int32, _ number: Int32, beneath folders: [BytePath]
    ) -> HeldFile? {
        let link = BytePath("/proc/\(pid)/fd/\(number)")
        guard let path = try? FileDescriptor.linkTarget(link),
            folders.contains(where: { path.isBeneath($0) }),
            // The bits of the link itself tell how the file was opened. Source: proc(5).
            let how = try? FileStatus.of(link), let status = try? FileStatus.following(link)
        else { return nil }
        return HeldFile(
            number: number, status: status, isWritable: how.permissions & 0o200 != 0)
    }

    /// Bytes that a process handed to `write` and its kin, or made dirty on a disk.
    ///
    /// The latter counts stores into maps as well; nil if it is gone or may not be looked at.
    public static func writtenByteCount(of pid: Int32) -> UInt64? {
        let path = BytePath("/proc/\(pid)/io")
        guard let handed = number(in: path, field: "wchar:"),
            let dirtied = number(in: path, field: "write_bytes:")
        else { return nil }
        return UInt64(clamping: handed) &+ UInt64(clamping: dirtied)
    }

    /// The number that was given to a process last.
    public static var newest: Int32? {
        // The fifth field of `/proc/loadavg`. Source: proc(5).
        guard let text = contents("/proc/loadavg", limit: 256),
            let last = text.split(separator: 32).last
        else { return nil }
        return Int32(String(decoding: last.filter { $0 != 10 }, as: UTF8.self))
    }
}
