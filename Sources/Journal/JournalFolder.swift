public import Linux

/// The files of a journal.
///
/// `journal-00000001.jsonl` and so on hold the lines; `head` the newest checkpoint, `key` and
/// `key.pub` the halves of the signing key, `lock` keeps a second writer out, `torn-…` is what a
/// crash left of a line.
public struct JournalFolder: Sendable, Equatable {
    /// Where it lies.
    public let path: BytePath

    /// Names a folder.
    public init(_ path: BytePath) { self.path = path }

    /// The newest checkpoint, a copy of its line.
    var head: BytePath { path.appending("head") }
    var key: BytePath { path.appending("key") }
    var lock: BytePath { path.appending("lock") }

    /// The public key: 64 hexadecimal digits.
    public var publicKey: BytePath { path.appending("key.pub") }

    /// More than the longest file may have: one that is longer is not ours.
    static let fileLimit = 1 << 30

    /// The numbers of the files that hold lines, in order.
    func numbers() throws(Errno) -> [UInt64] {
        try FileDescriptor.open(path, [.directory]).entries()
            .compactMap { Self.number($0.name) }.sorted()
    }

    /// The path of a file with lines.
    func file(_ number: UInt64) -> BytePath { path.appending(Self.name(number)) }

    func read(_ number: UInt64) throws(Errno) -> [UInt8] {
        try FileDescriptor.open(file(number), [.noFollow]).readToEnd(limit: Self.fileLimit)
    }

    static func name(_ number: UInt64) -> String {
        let digits = "\(number)"
        return "journal-" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
            + ".jsonl"
    }

    private static func number(_ name: BytePath) -> UInt64? {
        var scanner = Scanner(bytes: name.bytes)
        guard scanner.take("journal-"), let number = scanner.number(), number > 0,
            BytePath(Self.name(number)) == name
        else { return nil }
        return number
    }
}

/// The lines of one file.
struct FileLines {
    /// Without their ends.
    var lines = [[UInt8]]()
    /// Bytes behind the last end of a line, which a crash or a cut left.
    var torn = [UInt8]()

    init(_ bytes: [UInt8]) {
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: 10) {
            lines.append(Array(bytes[start..<end]))
            start = end + 1
        }
        torn = Array(bytes[start...])
    }
}
