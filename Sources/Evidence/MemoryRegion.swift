public import Linux

/// A part of a process's address space, from a line of `/proc/PID/maps`.
public struct MemoryRegion: Sendable, Equatable {
    /// Where it begins.
    public var start: UInt64
    /// Where it ends; not part of it.
    public var end: UInt64
    /// `rwxp`, with `-` for what is not allowed and `s` for shared.
    public var permissions: [UInt8]
    /// The file, or a name in brackets; empty where it has none.
    public var name: BytePath

    /// Takes a text apart; lines of another form are left out.
    ///
    /// Form of a line: `from-to perms offset device inode name`. Source: proc_pid_maps(5).
    public static func parse(_ text: [UInt8]) -> [MemoryRegion] {
        text.split(separator: 10).compactMap(MemoryRegion.init(line:))
    }

    private init?(line: ArraySlice<UInt8>) {
        let words = line.split(separator: 32, maxSplits: 5)
        guard words.count >= 5, words[1].count == 4 else { return nil }
        let range = words[0].split(separator: UInt8(ascii: "-"))
        guard range.count == 2, let start = Self.number(range[0]), let end = Self.number(range[1]),
            start < end
        else { return nil }
        (self.start, self.end, permissions) = (start, end, Array(words[1]))
        name = BytePath(words.count > 5 ? words[5].drop { $0 == 32 } : [])
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        UInt64(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}

extension MemoryRegion {
    /// Bytes of address space.
    public var byteCount: UInt64 { end - start }

    /// Whether it is memory of the program's own: what it can write to, and no file of somebody's.
    ///
    /// A shared mapping of a file is that file's content; one of memory without a name is not.
    public var isOwnWritable: Bool {
        guard permissions[1] == UInt8(ascii: "w") else { return false }
        if permissions[3] == UInt8(ascii: "p") { return true }
        return ["/memfd:", "/dev/zero", "/SYSV"].contains { name.bytes.starts(with: $0.utf8) }
    }

    /// Heap and stack come first, since keys lie there.
    var rank: Int {
        switch name {
        case "[heap]": 0
        case "[stack]": 1
        default: 2
        }
    }
}

extension [MemoryRegion] {
    /// Those worth keeping, in the order in which they are kept where not all can be: heap, stack,
    /// then the smallest first, since buffers are large and keys are small.
    public var wanted: [MemoryRegion] {
        filter(\.isOwnWritable).sorted {
            ($0.rank, $0.byteCount, $0.start) < ($1.rank, $1.byteCount, $1.start)
        }
    }
}
