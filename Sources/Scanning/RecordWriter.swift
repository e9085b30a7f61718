public import Linux
internal import Synchronization

/// Writes the record of a scan, which gets its name when the scan has come to its end.
///
/// Until then it is called `NAME.partial` and can be gone on with. Called on several threads.
public final class RecordWriter: Sendable {
    private struct State: ~Copyable {
        let file: FileDescriptor
        var waiting: [UInt8] = []
        var fault: Errno?
    }

    private let path: BytePath
    private let partial: BytePath
    private let state: Mutex<State>

    /// Lines are written together, so that a kill costs few of them and disks little.
    private static let waitingByteCount = 32 * 1024

    /// Begins a record.
    ///
    /// - Throws: `ScanRecordError` where something has one of its names.
    public convenience init(at path: BytePath, roots: [BytePath]) throws(ScanRecordError) {
        let partial = Self.partial(of: path)
        try Self.requireOutside(path, roots)
        if (try? FileStatus.of(path)) != nil { throw .taken(path) }
        let file: FileDescriptor
        do throws(Errno) {
            file = try FileDescriptor.open(
                partial, [.readWrite, .create, .exclusive, .append, .noFollow])
        } catch {
            throw error == .fileExists ? .interrupted(partial) : .unwritable(partial, error)
        }
        try Self.lock(file, partial)
        self.init(file, path)
        write(.start(roots: roots, seconds: Clock.wallNanoseconds / 1_000_000_000))
        try flush()
    }

    private init(_ file: consuming FileDescriptor, _ path: BytePath) {
        self.path = path
        partial = Self.partial(of: path)
        state = Mutex(State(file: file))
    }

    /// Goes on with the record of a scan that was ended early.
    ///
    /// - Parameters:
    ///   - path: the name that it gets at the end.
    ///   - roots: what is to be scanned; empty for what was.
    /// - Returns: what the scan had found, and the writer.
    /// - Throws: `ScanRecordError`.
    public static func resume(
        at path: BytePath, roots: [BytePath]
    ) throws(ScanRecordError) -> (ScanRecord, RecordWriter) {
        let partial = partial(of: path)
        if (try? FileStatus.of(path)) != nil { throw .taken(path) }
        let file: FileDescriptor
        do throws(Errno) {
            file = try FileDescriptor.open(partial, [.readWrite, .append, .noFollow, .nonBlocking])
        } catch {
            throw .unreadable(partial, error)
        }
        try lock(file, partial)
        let record = try ScanRecord(file, partial)
        if record.isFinished { throw .malformed(partial, line: 1) }
        guard roots.isEmpty || roots == record.roots else { throw .otherPlaces(partial) }
        try requireOutside(path, record.roots)
        do throws(Errno) {
            try file.truncate(to: record.wholeByteCount)
        } catch {
            throw .unwritable(partial, error)
        }
        return (record, RecordWriter(file, path))
    }

    /// Adds a file; what goes wrong is told at the end.
    public func add(_ file: ScannedFile) { write(.file(file)) }

    private func write(_ line: RecordLine) {
        let bytes = line.bytes
        state.withLock { state in
            state.waiting += bytes
            if state.waiting.count >= Self.waitingByteCount { Self.flush(&state) }
        }
    }

    private static func flush(_ state: inout State) {
        guard state.fault == nil else { return }
        do throws(Errno) {
            try state.file.writeAll(state.waiting.span)
        } catch {
            state.fault = error
        }
        state.waiting.removeAll(keepingCapacity: true)
    }

    private func flush() throws(ScanRecordError) {
        let fault = state.withLock { state in
            Self.flush(&state)
            return state.fault
        }
        if let fault { throw .unwritable(partial, fault) }
    }

    /// Removes the record of a scan that could not begin.
    public func abandon() {
        guard let folder = try? FileDescriptor.open(path.parent, [.readOnly, .directory]) else {
            return
        }
        try? folder.remove(partial.lastComponent)
    }

    /// Ends the record and gives it its name.
    ///
    /// - Throws: `ScanRecordError`; the unfinished record stays then.
    public func finish(fileCount: Int) throws(ScanRecordError) {
        write(.end(fileCount: fileCount))
        try flush()
        do throws(Errno) {
            let fault: Errno? = state.withLock { state in
                do throws(Errno) { try state.file.sync() } catch { return error }
                return nil
            }
            if let fault { throw fault }
            let folder = try FileDescriptor.open(path.parent, [.readOnly, .directory])
            try folder.rename(partial.lastComponent, to: path.lastComponent)
            try folder.sync()
        } catch {
            throw error == .fileExists ? .taken(path) : .unwritable(path, error)
        }
    }

    private static func partial(of path: BytePath) -> BytePath {
        BytePath(path.bytes + Array(".partial".utf8))
    }

    private static func lock(
        _ file: borrowing FileDescriptor, _ path: BytePath
    ) throws(ScanRecordError) {
        guard (try? file.tryLock()) == true else { throw .busy(path) }
    }

    /// Nothing is written to what is scanned.
    private static func requireOutside(
        _ path: BytePath, _ roots: [BytePath]
    ) throws(ScanRecordError) {
        do throws(Errno) {
            let folder = try FileDescriptor.open(path.parent, [.pathOnly, .directory])
            let (home, mount) = (try folder.path(), try folder.mountNumber())
            for root in roots {
                // A place that is missing is told by the scan itself.
                guard let place = try? FileDescriptor.open(root, [.pathOnly]) else { continue }
                if try home.isBeneath(place.path()), try mount == place.mountNumber() {
                    throw .invalidArgument
                }
            }
        } catch {
            throw error == .invalidArgument ? .insideTree(path) : .unwritable(path, error)
        }
    }
}
