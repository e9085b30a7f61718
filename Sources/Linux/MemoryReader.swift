internal import CLinux
internal import Synchronization

/// Reads words of other processes' memory without waiting for them.
///
/// Such a reading waits for a lock that the owner of the memory may hold, and for pages that it
/// may serve itself (userfaultfd, FUSE). So a thread of its own reads and may be kept waiting; as
/// long as it is, nothing else can be read. Ask from one thread at a time.
public final class MemoryReader: Sendable {
    private let desk: Desk

    /// From when on a reading counts as one that its owner withholds.
    ///
    /// A thread that must wait for a processor holds the lock for some milliseconds.
    private static let patience: UInt64 = 50_000_000

    /// What is known of a word.
    public enum Word: Sendable, Equatable {
        case value(UInt64)
        /// Being read, or not begun since another reading lasts.
        case pending
        case unreadable
    }

    /// Starts the thread that reads.
    public init() throws(Errno) {
        let desk = try Desk()
        try Thread.run { Self.serve(desk) }.detach()
        self.desk = desk
    }

    deinit {
        desk.question.withLock { $0.isLast = true }
        desk.asked.signal()
    }

    /// The eight bytes at an address, in the host's order; a reading takes some 0.05 ms.
    ///
    /// - Parameters:
    ///   - address: where they are.
    ///   - thread: in whose memory.
    ///   - number: of the question, not 0. Asked again with the same number it is answered; one
    ///     with another number takes the place of an answer that nobody asked for again.
    /// - Returns: the word, if it was read.
    public func word(
        at address: UInt64, ofThread thread: Int32, question number: UInt64
    ) -> Word {
        let (word, isNew) = desk.question.withLock { question -> (Word, Bool) in
            let now = Clock.monotonicNanoseconds
            if question.isOpen {
                let isStuck = question.since + Self.patience < now
                return (isStuck ? .unreadable : .pending, false)
            }
            if question.number == number {
                return (question.answer.map(Word.value) ?? .unreadable, false)
            }
            (question.number, question.isOpen, question.since) = (number, true, now)
            (question.address, question.thread) = (address, thread)
            return (.pending, true)
        }
        if isNew { desk.asked.signal() }
        return word
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
        }
    }

    private static func read(at address: UInt64, ofThread thread: Int32) -> UInt64? {
        var word: UInt64 = 0
        return unsafe k_read_memory(thread, &word, address, 8) == 8 ? word : nil
    }

    /// Where the two threads meet.
    private final class Desk: Sendable {
        struct Question {
            var number: UInt64 = 0
            var address: UInt64 = 0
            var thread: Int32 = 0
            /// Whether it is not answered yet.
            var isOpen = false
            var since: UInt64 = 0
            var answer: UInt64?
            var isLast = false
        }

        let question = Mutex(Question())
        let asked: EventCounter

        init() throws(Errno) { asked = try EventCounter() }
    }
}
