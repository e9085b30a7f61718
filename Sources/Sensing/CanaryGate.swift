public import Linux

/// Holds up whoever opens a canary until it is decided whether the open may go on.
public struct CanaryGate: ~Copyable {
    /// The group's queue, for waiting.
    public let group: Fanotify
    private var buffer: [UInt8]

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
        do throws(Errno) {
            group = try Fanotify(.permission)
        } catch {
            throw .cannotInitialise(error)
        }
        buffer = [UInt8](repeating: 0, count: 24 * 256)
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
        let span = local.span.extracting(0..<filled)
        var offset = 0
        do throws(RecordError) {
            while let record = try FanotifyRecord.next(span, &offset) {
                if record.event >= 0 { answer(record, decide) }
            }
        } catch {
            throw .malformed(error)
        }
    }

    private borrowing func answer(_ record: FanotifyRecord, _ decide: (Opening) -> Bool) {
        let file = FileDescriptor(owning: record.event)
        let call = ProcessTable.systemCall(ofThread: record.pid)
        var allow = true
        if let status = try? file.status() {
            allow = decide(
                Opening(
                    thread: record.pid, inode: status.inode,
                    purpose: call?.openPurpose(ofThread: record.pid) ?? .unknown))
        }
        try? group.answer(file.rawValue, allow: allow)
    }
}
