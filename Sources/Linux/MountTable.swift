/// One mount as the mount table of this process's namespace has it.
public struct Mount: Sendable, Equatable {
    /// Number of the mount; see `FileDescriptor.mountNumber()`.
    public var number: UInt64
    /// Number of the mount that it lies on.
    public var parent: UInt64
    /// Device of the file system, the same for all subvolumes of one btrfs.
    public var device: UInt64
    /// The folder of the file system that is shown here; `/` is the whole of it.
    public var root: BytePath
    /// Where it is mounted.
    public var point: BytePath
    /// Its type, as `ext4` or `overlay`.
    public var fileSystem: BytePath
    /// The device's path, or whatever the one who mounted called it.
    public var source: BytePath
    /// Options of the file system, separated by commas.
    public var options: BytePath
}

/// Why a mount table can't be had.
public enum MountTableError: Error, Equatable, Sendable {
    /// Reading it failed.
    case cannotRead(Errno)
    /// A line, counted from 1, isn't as `proc_pid_mountinfo(5)` says.
    case malformed(line: Int)
}

/// The mounts of a namespace in the order of the kernel: what hides comes after what it hides.
public struct MountTable: Sendable, Equatable {
    /// All mounts.
    public let mounts: [Mount]

    /// The table of this process.
    public static func current() throws(MountTableError) -> MountTable {
        let text: [UInt8]
        do throws(Errno) {
            text = try FileDescriptor.open("/proc/self/mountinfo").readToEnd(limit: 64 << 20)
        } catch {
            throw .cannotRead(error)
        }
        return try MountTable(parsing: text.span)
    }

    /// Reads the text of `/proc/PID/mountinfo`; the last line needs its newline.
    ///
    /// Source: proc_pid_mountinfo(5).
    public init(parsing text: Span<UInt8>) throws(MountTableError) {
        var found = [Mount]()
        var start = 0
        for place in text.indices where text[place] == UInt8(ascii: "\n") {
            guard let mount = Mount(parsing: text.extracting(start..<place)) else {
                throw .malformed(line: found.count + 1)
            }
            found.append(mount)
            start = place + 1
        }
        guard start == text.count else { throw .malformed(line: found.count + 1) }
        mounts = found
    }

    /// The mount with this number; nil where the namespace doesn't show it.
    public subscript(number: UInt64) -> Mount? { mounts.first { $0.number == number } }
}

extension Mount {
    /// Fields: number, parent, major:minor, root, point, options of the mount, any number of
    /// tags, `-`, file system, source, options of the file system.
    fileprivate init?(parsing line: Span<UInt8>) {
        let fields = Self.fields(line)
        guard fields.count >= 10, let number = Self.number(fields[0]),
            let parent = Self.number(fields[1]), let device = Self.device(fields[2]),
            let dash = fields[6...].firstIndex(of: [UInt8(ascii: "-")]), fields.count == dash + 4
        else { return nil }
        (self.number, self.parent, self.device) = (number, parent, device)
        (root, point) = (Self.path(fields[3]), Self.path(fields[4]))
        fileSystem = Self.path(fields[dash + 1])
        source = Self.path(fields[dash + 2])
        options = Self.path(fields[dash + 3])
    }

    private static func fields(_ line: Span<UInt8>) -> [[UInt8]] {
        var fields = [[UInt8]()]
        for place in line.indices {
            if line[place] == UInt8(ascii: " ") {
                fields.append([])
            } else {
                fields[fields.count - 1].append(line[place])
            }
        }
        return fields
    }

    private static func number(_ digits: some Collection<UInt8>) -> UInt64? {
        guard digits.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
        return UInt64(String(decoding: digits, as: UTF8.self))
    }

    private static func device(_ field: [UInt8]) -> UInt64? {
        let parts = field.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2, let major = number(parts[0]).flatMap(UInt32.init(exactly:)),
            let minor = number(parts[1]).flatMap(UInt32.init(exactly:))
        else { return nil }
        return FileStatus.device(major: major, minor: minor)
    }

    /// Space, tab, newline, backslash and `#` are written as a backslash and three octal digits.
    private static func path(_ field: [UInt8]) -> BytePath {
        var bytes = [UInt8]()
        var place = 0
        while place < field.count {
            if field[place] == UInt8(ascii: "\\"), let byte = octal(field[(place + 1)...].prefix(3))
            {
                bytes.append(byte)
                place += 4
            } else {
                bytes.append(field[place])
                place += 1
            }
        }
        return BytePath(bytes)
    }

    private static func octal(_ digits: ArraySlice<UInt8>) -> UInt8? {
        guard digits.count == 3 else { return nil }
        var value = 0
        for digit in digits {
            guard digit >= 48, digit <= 55 else { return nil }
            value = value * 8 + Int(digit - 48)
        }
        return UInt8(exactly: value)
    }
}
