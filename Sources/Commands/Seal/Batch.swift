internal import Linux
internal import Messages
internal import Sealing
internal import Synchronization

/// Many files in one call: one that fails does not stop the others.
struct Batch: Sendable {
    /// Language of messages.
    let language: Language
    /// Files at once; what one file gets is what this leaves of the processors.
    let threads: Int
    /// Threads for each file.
    let threadsPerFile: Int
    private let count: Int

    /// Shares the processors out among `count` files.
    init(_ count: Int, _ language: Language) {
        self.count = count
        self.language = language
        threads = max(1, min(count, Parallel.threads))
        threadsPerFile = max(1, Parallel.threads / threads)
    }

    /// Runs `body` for each file.
    ///
    /// - Throws: the failure itself where there is one file; else, after each failure was said, how
    ///   many there were, with the code of the first in the order of the arguments.
    func run(_ body: @escaping @Sendable (Int) throws(Failure) -> Void) throws(Failure) {
        let failures = Failures()
        let (count, language) = (count, language)
        Parallel.forEach(count, threads: threads) { number in
            do throws(Failure) {
                try body(number)
            } catch {
                failures.add(number, error, count > 1 ? language : nil)
            }
        }
        guard let (failed, first) = failures.result else { return }
        if count == 1 { throw first }
        throw Failure(
            first.code,
            text(
                "\(failed) of \(count) files failed, \(count - failed) are done",
                "\(count) 件中 \(failed) 件が失敗し、\(count - failed) 件は完了しました"))
    }

    private final class Failures: Sendable {
        private let found = Mutex<[Int: Failure]>([:])

        var result: (Int, Failure)? {
            found.withLock { found in
                guard let first = found.min(by: { $0.key < $1.key }) else { return nil }
                return (found.count, first.value)
            }
        }

        /// Remembers a failure, and says it at once if there is a language to say it in.
        func add(_ number: Int, _ failure: Failure, _ language: Language?) {
            found.withLock { found in
                found[number] = failure
                if let language { failure.say(language) }
            }
        }
    }
}
