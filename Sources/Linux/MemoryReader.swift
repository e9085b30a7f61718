internal import CLinux
internal import Synchronization

/// Reads words of other processes' memory, and never waits long for them.
///
/// Such a reading waits for a lock that the owner of the memory may hold, and for pages that it
/// may serve itself (userfaultfd, FUSE). So a thread of its own reads and may be kept waiting; as
/// long as it is, nothing can be read. Ask from one thread at a time.
public final class MemoryReader: Sendable {
    private let desk: Desk
    private let answered: Epoll

    /// How long is waited, in milliseconds; a reading takes some 0.05.
    private static let patience: Int32 = 3

    /// Starts the thread that reads.
    public init() throws(Errno) {
        let desk = try Desk()
        answered = try Epoll()
        try answered.add(desk.answered.descriptor, token: 1)
        try Thread.run { Self.serve(desk) }.detach()
        self.desk = desk
    }

    deinit {
        desk.question.withLock { $0.isLast = true }
        desk.asked.signal()
    }

    /// The eight bytes at an address, in the host's order; nil where they can't be had in time.
    public func word(at address: UInt64, ofThread thread: Int32) -> UInt64? {
        let isTaken = desk.question.withLock { question in
            if question.isOpen { return false }
            (question.address, question.thread) = (address, thread)
            (question.isOpen, question.answer) = (true, nil)
            return true
        }
        guard isTaken else { return nil }
        desk.asked.signal()
        let end = Clock.monotonicNanoseconds + UInt64(Self.patience) * 1_000_000
        repeat {
            _ = try? answered.wait(milliseconds: Self.patience)
            desk.answered.drain()
            // What woke may have been the answer to the question before, which came too late.
            let (isOpen, answer) = desk.question.withLock { ($0.isOpen, $0.answer) }
            if !isOpen { return answer }
        } while Clock.monotonicNanoseconds < end
        return nil
    }

    private static func serve(_ desk: Desk) {
        // Somebody waits who runs before all ordinary threads.
        try? Scheduling.setRealTime(priority: 1)
        Thread.setName("memory")
        guard let waiting = try? Epoll(),
            (try? waiting.add(desk.asked.descriptor, token: 1)) != nil
        else { return }
        while true {
            _ = try? waiting.wait(milliseconds: -1)
            desk.asked.drain()
            let question = desk.question.withLock { $0 }
            if question.isLast { return }
            guard question.isOpen else { continue }
            let answer = read(at: question.address, ofThread: question.thread)
            desk.question.withLock { ($0.isOpen, $0.answer) = (false, answer) }
            desk.answered.signal()
        }
    }

    private static func read(at address: UInt64, ofThread thread: Int32) -> UInt64? {
        var word: UInt64 = 0
        return unsafe k_read_memory(thread, &word, address, 8) == 8 ? word : nil
    }

    /// Where the two threads meet.
    private final class Desk: Sendable {
        struct Question {
            var address: UInt64 = 0
            var thread: Int32 = 0
            /// Whether it is not answered yet.
            var isOpen = false
            var answer: UInt64?
            var isLast = false
        }

        let question = Mutex(Question())
        let asked: EventCounter
        let answered: EventCounter

        init() throws(Errno) {
            asked = try EventCounter()
            answered = try EventCounter()
        }
    }
}
