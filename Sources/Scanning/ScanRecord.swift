internal import Control
public import Linux

/// Why a record of a scan can't be read or written.
public enum ScanRecordError: Error, Equatable, Sendable {
    /// It can't be read.
    case unreadable(BytePath, Errno)
    /// It is no record, or that line of it is damaged.
    case malformed(BytePath, line: Int)
    /// The scan that wrote it did not come to its end.
    case unfinished(BytePath)
    /// It is of other places, or of another number of them.
    case otherPlaces(BytePath)
    /// Something has its name already.
    case taken(BytePath)
    /// An unfinished record of that name is there.
    case interrupted(BytePath)
    /// Another scan is writing it.
    case busy(BytePath)
    /// It would lie in the tree that is scanned.
    case insideTree(BytePath)
    /// It can't be written.
    case unwritable(BytePath, Errno)
}

/// What an earlier scan found, one file a line.
public struct ScanRecord: Sendable {
    /// The places that were scanned.
    public private(set) var roots: [BytePath] = []
    /// What was found, by where it lies.
    public private(set) var files: [ScannedPlace: ScannedFile] = [:]
    /// Whether the scan came to its end.
    public private(set) var isFinished = false
    /// Bytes of whole lines; behind them is what a killed scan left of one.
    private(set) var wholeByteCount: UInt64 = 0

    private static let chunkByteCount = 1 << 20

    /// Reads the record of a scan that came to its end.
    ///
    /// - Parameters:
    ///   - path: where it is.
    ///   - rootCount: how many places it must be of.
    /// - Returns: all of it, in memory.
    /// - Throws: `ScanRecordError`.
    public static func baseline(
        at path: BytePath, rootCount: Int
    ) throws(ScanRecordError) -> ScanRecord {
        let file: FileDescriptor
        do throws(Errno) {
            file = try FileDescriptor.open(path, [.readOnly, .nonBlocking])
        } catch {
            throw .unreadable(path, error)
        }
        let record = try ScanRecord(file, path)
        guard record.isFinished else { throw .unfinished(path) }
        guard record.roots.count == rootCount else { throw .otherPlaces(path) }
        return record
    }

    init(_ file: borrowing FileDescriptor, _ path: BytePath) throws(ScanRecordError) {
        var lines = LineBuffer()
        var buffer = [UInt8](repeating: 0, count: Self.chunkByteCount)
        var number = 0
        while true {
            let count: Int
            do throws(Errno) {
                var span = buffer.mutableSpan
                count = try file.read(into: &span)
            } catch {
                throw .unreadable(path, error)
            }
            if count == 0 { break }
            guard (try? lines.append(buffer.span.extracting(0..<count))) != nil else {
                throw .malformed(path, line: number + 1)
            }
            while let line = lines.next() {
                number += 1
                try take(line, number, path)
                wholeByteCount += UInt64(line.count) + 1
            }
        }
        if number == 0 { throw .malformed(path, line: 1) }
    }

    private mutating func take(
        _ bytes: [UInt8], _ number: Int, _ path: BytePath
    ) throws(ScanRecordError) {
        guard let line = RecordLine(bytes), !isFinished else {
            throw .malformed(path, line: number)
        }
        switch line {
        case .start(let found, _) where number == 1 && !found.isEmpty: roots = found
        case .file(let file) where number > 1 && roots.indices.contains(file.place.root):
            files[file.place] = file
        case .end where number > 1: isFinished = true
        default: throw .malformed(path, line: number)
        }
    }
}
