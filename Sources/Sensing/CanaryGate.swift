public import Linux

/// Holds up whoever opens a canary until it is decided whether the open may go on.
public struct CanaryGate: ~Copyable {
    /// The group's queue, for waiting.
    public let group: Fanotify
    private var buffer: [UInt8]
    private var openers: [Opener] = []
    private var lastNumber: UInt64 = 0
    private let memory: MemoryReader

    /// Openings taken at once.
    private static let batch = 256
    /// How long openers may take altogether to come to rest in their calls, so that it can be seen
    /// what they open for.
    ///
    /// Measured with 8 threads at one canary: asked once, 15 % of the openings were unknown (62 %
    /// when each was answered before the next was asked); asked again, none after 2.5 ms.
    private static let patience: UInt64 = 50_000_000
    /// From when on somebody else has the processor that an opener needs to come to rest: chosen
    /// by us, above what it takes on an idle machine.
    private static let lateness: UInt64 = 200_000

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
        openers.reserveCapacity(Self.batch)
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
    ///
    /// - Parameters:
    ///   - isLate: called where openers take long to come to rest, before the others are decided.
    ///   - decide: whether an opening may go on; asked as soon as it is known what it is for.
    /// - Throws: `SensorError` when the queue can't be read.
    public mutating func answer(
        isLate: () -> Void = {}, _ decide: (Opening) -> Bool
    ) throws(SensorError) {
        var failure: Fanotify.QueueError?
        do throws(Fanotify.QueueError) {
            try take()
        } catch {
            failure = error
        }
        // All are asked before anybody is answered: an answer wakes all that wait, and what a
        // thread that runs has called can't be read.
        decideAll(isLate, decide)
        for opener in openers {
            let file = FileDescriptor(owning: opener.event)
            try? group.answer(file.rawValue, allow: opener.allows ?? true)
        }
        openers.removeAll(keepingCapacity: true)
        if let failure { throw SensorError(failure) }
    }

    /// Reads which openings wait; those before a record that can't be read are taken.
    private mutating func take() throws(Fanotify.QueueError) {
        // Taken out while in use, so that the group can be asked meanwhile.
        var local = [UInt8]()
        swap(&local, &buffer)
        defer { swap(&local, &buffer) }
        var (taken, number) = ([Opener](), lastNumber)
        swap(&taken, &openers)
        defer {
            swap(&taken, &openers)
            lastNumber = number
        }
        _ = try group.read(into: &local) { record, _ in
            guard record.event >= 0 else { return }
            let file = FileDescriptor(owning: record.event)
            let inode = (try? file.status())?.inode
            number += 1
            taken.append(
                Opener(
                    number: number, event: file.release(), thread: record.pid, inode: inode ?? 0,
                    allows: inode == nil ? true : nil))
        }
    }

    private mutating func decideAll(_ isLate: () -> Void, _ decide: (Opening) -> Bool) {
        var begun = Clock.monotonicNanoseconds
        var wasLate = false
        while true {
            let start = Clock.monotonicNanoseconds
            let wasDecided = decideSome(isLast: start >= begun + Self.patience, decide)
            if openers.allSatisfy({ $0.allows != nil }) { return }
            let end = Clock.monotonicNanoseconds
            // Deciding takes nothing from the time that the others have.
            if wasDecided { begun += end - start }
            if !wasLate, end >= begun + Self.lateness {
                wasLate = true
                isLate()
            }
            Clock.sleep(nanoseconds: ProcessTable.settlingNanoseconds)
        }
    }

    /// Asks about those of whom it is known what they open for; all of them are if `isLast`.
    private mutating func decideSome(isLast: Bool, _ decide: (Opening) -> Bool) -> Bool {
        var wasDecided = false
        var readsMemory = false
        for index in openers.indices where openers[index].allows == nil {
            let found = purpose(of: openers[index], &readsMemory)
            guard let purpose = found ?? (isLast ? .unknown : nil) else { continue }
            openers[index].allows = decide(openers[index].opening(for: purpose))
            wasDecided = true
        }
        return wasDecided
    }

    /// What a thread opens for; nil as long as it runs, or its memory can't be read.
    private borrowing func purpose(
        of opener: Opener, _ readsMemory: inout Bool
    ) -> SystemCall.OpenPurpose? {
        switch ProcessTable.activity(ofThread: opener.thread) {
        case .runs: return nil
        case .unknown: return .unknown
        case .isIn(let call):
            guard let address = call.flagsAddress else { return call.openPurpose }
            // One word is read at a time, and the answer is for who asked.
            if readsMemory { return nil }
            switch memory.word(at: address, ofThread: opener.thread, question: opener.number) {
            case .value(let flags): return SystemCall.purpose(flags: flags)
            case .unreadable: return .unknown
            case .pending:
                readsMemory = true
                return nil
            }
        }
    }
}

/// An opening that was read from the queue.
private struct Opener {
    var number: UInt64
    /// Descriptor of the event, which is not to be used for anything else before the answer.
    var event: Int32
    var thread: Int32
    var inode: UInt64
    var allows: Bool?

    func opening(for purpose: SystemCall.OpenPurpose) -> CanaryGate.Opening {
        CanaryGate.Opening(thread: thread, inode: inode, purpose: purpose)
    }
}
