internal import Detection
internal import Linux
internal import Response

/// Who opens a file: whether it is suspected or refused, or descends from somebody who is.
struct OpenerLookup {
    /// What is known of one thread that opens.
    struct Opener: Equatable {
        /// Ourselves, or nobody knows who: never held up.
        var passes = false
        var isSuspect = false
        /// The main process of the service whose writes are refused, where it belongs to one.
        var refused: ProcessKey?
    }

    private var suspects = Set<ProcessKey>()
    private var refused = Set<ProcessKey>()
    private(set) var versions: (suspects: UInt64, refused: UInt64) = (0, 0)
    private var found: [Int32: Opener] = [:]
    private var expires: UInt64 = 0

    /// How long an answer serves: numbers of processes are not reused that quickly.
    private static let lifetime: UInt64 = 200_000_000
    /// Ancestors that are asked; who hides deeper has been scored by itself.
    private static let depth = 64

    /// Takes over who is suspected now, and whose writes are refused.
    mutating func follow(_ suspects: SuspectTable, _ refused: RefusedWriters) {
        let now = Clock.monotonicNanoseconds
        if versions == (suspects.version, refused.version), now < expires { return }
        versions = (suspects.version, refused.version)
        (self.suspects, self.refused) = (suspects.keys, refused.keys)
        found.removeAll(keepingCapacity: true)
        expires = now + Self.lifetime
    }

    /// Whether anybody is looked for.
    var isOfUse: Bool { !suspects.isEmpty || !refused.isEmpty }

    /// Asks the kernel for the ancestors at the first time.
    mutating func opener(_ thread: Int32) -> Opener {
        if let known = found[thread] { return known }
        let answer = climb(from: thread)
        found[thread] = answer
        return answer
    }

    private func climb(from thread: Int32) -> Opener {
        var opener = Opener()
        guard var process = Self.process(ofThread: thread), process.pid != ProcessHandle.own else {
            opener.passes = true
            return opener
        }
        for _ in 0..<Self.depth {
            let key = ProcessKey(process)
            if suspects.contains(key) { opener.isSuspect = true }
            if opener.refused == nil, refused.contains(key) { opener.refused = key }
            guard process.parent > 1, let parent = ProcessTable.status(process.parent) else {
                break
            }
            process = parent
        }
        return opener
    }

    /// The process of a thread; of one with a single thread the thread's status is its own.
    private static func process(ofThread thread: Int32) -> ProcessStatus? {
        guard let status = ProcessTable.status(thread) else { return nil }
        if status.threadCount == 1 { return status }
        return ProcessTable.process(ofThread: thread).flatMap { ProcessTable.status($0) }
    }
}
