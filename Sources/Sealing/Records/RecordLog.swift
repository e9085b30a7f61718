public import Linux
internal import Sodium

/// Why a record could not be kept.
public enum RecordLogError: Error, Equatable, Sendable {
    /// There is no home folder to keep records in.
    case noFolder
    /// The log or its folder could not be opened, read or written.
    case log(BytePath, Errno)
    /// Somebody else has held the log for too long.
    case locked(BytePath)
}

/// A log of lines, each of which carries the digest of the line before it.
///
/// A line that was changed, removed from the middle or put in breaks the chain; lines cut off at
/// the end do not show. A crash may leave the last line torn: it is kept, counts as a line, and
/// is told.
public struct RecordLog: Sendable {
    /// Where it lies.
    public let path: BytePath

    /// Bytes of a line at most; a longer one is not ours.
    static let lineLimit = 1 << 16
    /// How long to wait for others, who hold the log for one write and sync.
    private static let lockTries = 2000
    private static let lockPause: UInt64 = 1_000_000

    private let makesFolder: Bool

    /// Names a log; nothing is made yet.
    ///
    /// - Parameters:
    ///   - path: where it lies.
    ///   - makesFolder: whether a missing folder is made, for this user alone.
    public init(_ path: BytePath, makesFolder: Bool = false) {
        self.path = path
        self.makesFolder = makesFolder
    }

    /// Adds one line durably; makes the log where it is missing.
    ///
    /// - Parameter fields: the line's own fields: JSON behind the brace.
    /// - Throws: `RecordLogError`.
    func append(_ fields: String) throws(RecordLogError) {
        do throws(Errno) {
            if makesFolder { try Self.makeFolders(path.parent) }
            let isNew = (try? FileStatus.of(path)) == nil
            let file = try FileDescriptor.open(
                path, [.readWrite, .create, .append, .noFollow], permissions: 0o600)
            guard try Self.lock(file) else { throw Errno.wouldBlock }
            let tail = try Self.tail(of: file)
            let line = "{\"previous\":\"\(Self.digest(tail.line))\",\(fields)}\n"
            // A torn line gets its end, so that it stays one line.
            let bytes = (tail.isTorn ? [UInt8(ascii: "\n")] : []) + Array(line.utf8)
            try file.writeAll(bytes.span)
            try file.sync()
            if isNew {
                try FileDescriptor.open(path.parent, [.readOnly, .directory]).sync()
            }
        } catch {
            throw error == .wouldBlock ? .locked(path) : .log(path, error)
        }
    }

    private static func lock(_ file: borrowing FileDescriptor) throws(Errno) -> Bool {
        for _ in 0..<lockTries {
            if try file.tryLock() { return true }
            Clock.sleep(nanoseconds: lockPause)
        }
        return false
    }

    private static func makeFolders(_ path: BytePath) throws(Errno) {
        if (try? FileStatus.following(path)) != nil { return }
        let parent = path.parent
        if parent != path { try makeFolders(parent) }
        do throws(Errno) {
            let folder = try FileDescriptor.open(parent, [.readOnly, .directory])
            try folder.makeDirectory(path.lastComponent)
        } catch .fileExists {}
    }

    /// The last line of the log, without its end; empty where there is none.
    private static func tail(
        of file: borrowing FileDescriptor
    ) throws(Errno) -> (line: [UInt8], isTorn: Bool) {
        let end = try file.status().byteCount
        let start = end - min(end, UInt64(lineLimit) + 1)
        var bytes = [UInt8](repeating: 0, count: Int(end - start))
        var span = bytes.mutableSpan
        let count = try file.read(into: &span, at: start)
        bytes.removeLast(bytes.count - count)
        let isTorn = !bytes.isEmpty && bytes.last != 10
        if bytes.last == 10 { bytes.removeLast() }
        let line = bytes.lastIndex(of: 10).map { Array(bytes[($0 + 1)...]) } ?? bytes
        return (line, isTorn)
    }

    /// BLAKE2b of a line in hexadecimal digits; of no bytes in front of the first line.
    static func digest(_ line: [UInt8]) -> String {
        Hexadecimal.text((try? BLAKE2b.hash(line.span)) ?? [])
    }
}

extension RecordLog {
    /// What a log holds and whether it hangs together.
    public struct Reading: Sendable, Equatable {
        /// The lines in order, without their ends.
        public var lines = [[UInt8]]()
        /// Lines that do not follow from the one before, from 1.
        public var broken = [Int]()
        /// Lines that were cut off by a crash, from 1.
        public var torn = [Int]()
    }

    /// Reads all of it and follows the chain.
    ///
    /// - Returns: an empty reading where there is no log.
    /// - Throws: `RecordLogError`.
    public func read() throws(RecordLogError) -> Reading {
        let bytes: [UInt8]
        do throws(Errno) {
            let file = try FileDescriptor.open(path, [.readOnly, .noFollow])
            bytes = try file.readToEnd(limit: 1 << 30)
        } catch {
            if error == .noSuchFile { return Reading() }
            throw .log(path, error)
        }
        var reading = Reading()
        var before = [UInt8]()
        var lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
        if lines.last?.isEmpty == true { lines.removeLast() }
        for (index, line) in lines.enumerated() {
            let start = Array("{\"previous\":\"\(Self.digest(before))\",".utf8)
            // A torn line begins well or is shorter than its beginning, and has no end.
            let isWhole = line.last == UInt8(ascii: "}")
            let isTorn = !isWhole && (line.starts(with: start) || start.starts(with: line))
            if isTorn {
                reading.torn.append(index + 1)
            } else if !line.starts(with: start) {
                reading.broken.append(index + 1)
            }
            before = line
        }
        reading.lines = lines
        return reading
    }
}
