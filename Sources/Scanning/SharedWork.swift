internal import Linux
internal import Synchronization

/// Work that several threads share, where doing one piece brings up more.
final class SharedWork<Item: Sendable>: Sendable {
    private struct State {
        var items: [Item] = []
        /// Pieces that wait or are being done.
        var openCount = 0
    }

    private let state = Mutex(State())
    private let ready: Semaphore
    private let threads: Int
    private let mostWaiting: Int

    init(threads: Int, mostWaiting: Int) throws(Errno) {
        ready = try Semaphore()
        (self.threads, self.mostWaiting) = (threads, mostWaiting)
    }

    /// Leaves a piece to whoever is free; false where enough waits, and the caller does it itself.
    func offer(_ item: Item) -> Bool {
        let isTaken = state.withLock { state in
            guard state.items.count < mostWaiting else { return false }
            state.items.append(item)
            state.openCount += 1
            return true
        }
        if isTaken { ready.signal() }
        return isTaken
    }

    /// Does what waits, here and on further threads, until there is no more.
    func run(_ body: @escaping @Sendable (Item) -> Void) {
        guard state.withLock({ $0.openCount }) > 0 else { return }
        run(threads, body)
    }

    private func run(_ count: Int, _ body: @escaping @Sendable (Item) -> Void) {
        guard count > 1 else { return work(body) }
        // A thread that can't be started makes it slower, not wrong.
        let thread = try? Thread.run { self.work(body) }
        run(count - 1, body)
        if let thread = consume thread { thread.join() }
    }

    private func work(_ body: (Item) -> Void) {
        while true {
            ready.wait()
            // The newest first, so that few folders are open at once.
            guard let item = state.withLock({ $0.items.popLast() }) else { return }
            body(item)
            let isLast = state.withLock { state in
                state.openCount -= 1
                return state.openCount == 0
            }
            if isLast { for _ in 0..<threads { ready.signal() } }
        }
    }
}
