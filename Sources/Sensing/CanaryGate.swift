public import Linux

/// Holds up whoever opens a canary until it is decided whether the open may go on.
public struct CanaryGate: ~Copyable {
    /// The group's queue, for waiting.
    public let group: Fanotify
    private var buffer: [UInt8]
    private var purposes: [SystemCall.OpenPurpose] = []
    private let memory: MemoryReader

    /// Openings taken at once.
    private static let batch = 256
    /// How long openers may take altogether to come to rest in their calls, so that it can be seen
    /// what they open for.
    ///
    /// Measured with 8 threads at one canary: asked once, 15 % of the openings were unknown (62 %
    /// when each was answered before the next was asked); asked again, none after 2.5 ms.
    private static let patience: UInt64 = 50_000_000

    /// One opening that waits for an answer.
    public struct Opening: Sendable {
        /// Thread that opens.
        public var thread: Int32
        /// Inode of the canary.
        public var inode: UInt64
        /// What it opens for.
        public var purpose: SystemCall.OpenPurpose
    }

    /// Makes the permission group; needs CAP_SYS_ADMIN.
    public init() throws(SensorError) {
        let reader = try Self.made { () throws(Errno) in try MemoryReader() }
        let made = try Self.made { () throws(Errno) in try Fanotify(.permission) }
        memory = reader
        group = made
        buffer = [UInt8](repeating: 0, count: 24 * Self.batch)
        purposes.reserveCapacity(Self.batch)
    }

    private static func made<Value: ~Copyable>(
        _ body: () throws(Errno) -> Value
    ) throws(SensorError) -> Value {
        do throws(Errno) {
            return try body()
        } catch {
            throw .cannotInitialise(error)
        }
    }

    /// Makes `set` say `token` when openings wait.
    public borrowing func wait(in set: borrowing Epoll, token: UInt64) throws(Errno) {
        try set.add(group.descriptor, token: token)
    }

    /// Holds up openings of this canary from now on.
    public borrowing func add(_ path: BytePath) throws(SensorError) {
        do throws(Errno) {
            try group.mark(.inode, .openPermission, at: path)
        } catch {
            throw .cannotMark(path, error)
        }
    }

    /// Stops holding up openings of this canary.
    public borrowing func remove(_ path: BytePath) {
        try? group.unmark(.inode, .openPermission, at: path)
    }

    /// Asks `decide` about every waiting opening and answers with what it says.
    ///
    /// Every opening is answered, also when nothing is known about it (allowed).
    public mutating func answer(_ decide: (Opening) -> Bool) throws(SensorError) {
        // Taken out while in use, so that the group can be asked meanwhile.
        var local = [UInt8]()
        swap(&local, &buffer)
        defer { swap(&local, &buffer) }
        var bytes = local.mutableSpan
        let filled: Int
        do throws(Errno) {
            filled = try group.descriptor.read(into: &bytes)
        } catch {
            if error == .wouldBlock { return }
            throw .cannotRead(error)
        }
        let records = local.span.extracting(0..<filled)
        do throws(RecordError) {
            // All are asked before anybody is answered: an answer wakes all that wait, and what
            // a thread that runs has called can't be read.
            try notePurposes(records)
            var (offset, index) = (0, 0)
            while let record = try FanotifyRecord.next(records, &offset) {
                if record.event >= 0 { answer(record, purposes[index], decide) }
                index += 1
            }
        } catch {
            throw .malformed(error)
        }
    }

    private mutating func notePurposes(_ records: Span<UInt8>) throws(RecordError) {
        purposes.removeAll(keepingCapacity: true)
        let deadline = Clock.monotonicNanoseconds + Self.patience
        var offset = 0
        while let record = try FanotifyRecord.next(records, &offset) {
            let call = ProcessTable.systemCall(ofThread: record.pid, waitingUntil: deadline)
            let purpose = call?.openPurpose { memory.word(at: $0, ofThread: record.pid) }
            purposes.append(purpose ?? .unknown)
        }
    }

    private borrowing func answer(
        _ record: FanotifyRecord, _ purpose: SystemCall.OpenPurpose, _ decide: (Opening) -> Bool
    ) {
        let file = FileDescriptor(owning: record.event)
        var allow = true
        if let status = try? file.status() {
            allow = decide(
                Opening(thread: record.pid, inode: status.inode, purpose: purpose))
        }
        try? group.answer(file.rawValue, allow: allow)
    }
}
