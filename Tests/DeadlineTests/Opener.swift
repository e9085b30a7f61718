import Linux
import Synchronization

/// Opens a file on a thread of its own and takes the time.
struct Opener: ~Copyable {
    /// How an opening ended (`nil`: well) and how long it took.
    struct Outcome: Sendable {
        var error: Errno?
        var milliseconds: UInt64
    }

    private final class Place: Sendable {
        let outcomes = Mutex([Outcome]())
    }

    private let place = Place()
    private let thread: Linux.Thread

    init(_ file: BytePath, repeating count: Int = 1) throws(Errno) {
        let place = place
        thread = try Linux.Thread.run {
            for _ in 0..<count {
                let outcome = Self.open(file)
                place.outcomes.withLock { $0.append(outcome) }
            }
        }
    }

    /// Waits for the openings.
    consuming func finish() -> [Outcome] {
        let place = place
        thread.join()
        return place.outcomes.withLock { $0 }
    }

    /// Opens on the calling thread.
    static func open(_ file: BytePath) -> Outcome {
        let start = Clock.monotonicNanoseconds
        var failure: Errno?
        do throws(Errno) {
            _ = try FileDescriptor.open(file)
        } catch {
            failure = error
        }
        let elapsed = Clock.monotonicNanoseconds - start
        return Outcome(error: failure, milliseconds: elapsed / 1_000_000)
    }

    /// Opens on several threads at once, on each `count` times in a row.
    static func open(
        _ file: BytePath, times: Int, repeating count: Int = 1
    ) throws(Errno) -> [Outcome] {
        if times == 0 { return [] }
        let own = try Opener(file, repeating: count)
        let others = try open(file, times: times - 1, repeating: count)
        return own.finish() + others
    }
}
