internal import Linux
internal import Synchronization

/// Work on several threads.
public enum Parallel {
    /// Threads that are worth starting here.
    public static var threads: Int { min(Scheduling.processorCount, Constants.threads) }

    /// Runs `body` here and on further threads, `threads` in all; returns when each has.
    ///
    /// A thread that can't be started makes it slower, not wrong: `body` shares out the work.
    static func run(threads: Int, _ body: @escaping @Sendable () -> Void) {
        guard threads > 1 else { return body() }
        let thread = try? Thread.run(body)
        run(threads: threads - 1, body)
        if let thread = consume thread { thread.join() }
    }

    /// Runs `body` once for each number below `count`.
    public static func forEach(
        _ count: Int, threads: Int = Parallel.threads, _ body: @escaping @Sendable (Int) -> Void
    ) {
        let turn = Turn()
        run(threads: min(threads, count)) {
            while let number = turn.next(below: count) { body(number) }
        }
    }

    private final class Turn: Sendable {
        private let taken = Atomic<Int>(0)

        func next(below count: Int) -> Int? {
            let number = taken.wrappingAdd(1, ordering: .relaxed).oldValue
            return number < count ? number : nil
        }
    }
}
