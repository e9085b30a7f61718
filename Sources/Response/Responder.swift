internal import Attribution
public import Detection
public import Linux

/// One process that is held: frozen, until it is released or killed.
public final class HeldProcess: Sendable {
    /// Pidfd of the process.
    let handle: ProcessHandle
    /// Number and start of the process.
    public let key: ProcessKey

    init(handle: consuming ProcessHandle, key: ProcessKey) {
        self.handle = handle
        self.key = key
    }

    /// Number of the process.
    public var pid: Int32 { key.pid }

    /// Kills it; nothing happens if it has ended.
    public func kill() { try? handle.send(.kill) }

    /// Lets it run on.
    public func release() { try? handle.send(.cont) }

    /// Whether it has ended within `milliseconds`.
    public func hasEnded(withinMilliseconds milliseconds: Int32) -> Bool {
        handle.hasEnded(withinMilliseconds: milliseconds)
    }
}

/// What came of freezing a process tree.
public struct FrozenTree: Sendable {
    /// The processes that stand still.
    public var held: [HeldProcess] = []
    /// The processes that go on, because the kernel did not let us signal them.
    public var refused: [ProcessKey] = []

    /// Nobody.
    public init() {}
}

/// Freezes and kills process trees.
public struct Responder: Sendable {
    private let protection: Protection

    /// Takes who must be left alone.
    public init(_ protection: Protection) {
        self.protection = protection
    }

    /// Freezes a process and everything that descends from it, parents first.
    ///
    /// Children that are born meanwhile are caught by looking again, once their parents stand
    /// still, until none is new; a parent that stands still bears none, so this ends. Waits up
    /// to 20 ms for them.
    public func freeze(from root: Int32) -> FrozenTree {
        var tree = FrozenTree()
        let deadline = Clock.monotonicNanoseconds + Self.patience
        freeze(from: root, &tree, deadline)
        return tree
    }

    /// How long a stopped process is waited for; it takes some 0.05 ms, and longer only where it
    /// gets no processor, and so bears no children.
    private static let patience: UInt64 = 20_000_000
    /// Sleeping leaves those that are to stop a processor.
    private static let nap: UInt64 = 20_000

    private func freeze(from root: Int32, _ tree: inout FrozenTree, _ deadline: UInt64) {
        let first = tree.held.count
        var known = Set<Int32>()
        var generation = [root]
        while !generation.isEmpty {
            // Siblings are stopped before their children are looked up, which takes longer.
            let stopped = generation.filter { known.insert($0).inserted && freeze($0, &tree) }
            generation = stopped.flatMap { ProcessTable.children(of: $0) }
        }
        // All were told to stop before any is waited for.
        for process in tree.held[first...] {
            Self.awaitStandstill(of: process.pid, until: deadline)
            let late = ProcessTable.children(of: process.pid).filter { !known.contains($0) }
            for child in late { freeze(from: child, &tree, deadline) }
        }
    }

    /// Freezes one process; false if its children are left alone with it.
    private func freeze(_ pid: Int32, _ tree: inout FrozenTree) -> Bool {
        do throws(Errno) {
            guard let process = try freezeOne(pid) else { return false }
            tree.held.append(process)
        } catch {
            // Its children may be ours nevertheless, as those of `sudo` are its user's.
            guard let status = ProcessTable.status(pid) else { return false }
            tree.refused.append(ProcessKey(status))
        }
        return true
    }

    /// Waits until no thread of a process runs any more: a stop reaches one that is being forked
    /// only when the child is there.
    private static func awaitStandstill(of pid: Int32, until deadline: UInt64) {
        guard let status = ProcessTable.status(pid) else { return }
        for thread in status.threadCount > 1 ? ProcessTable.threads(of: pid) : [pid] {
            while ProcessTable.status(thread)?.state == UInt8(ascii: "R"),
                Clock.monotonicNanoseconds < deadline
            {
                Clock.sleep(nanoseconds: nap)
            }
        }
    }

    /// Freezes one process with all its threads; nil if it is to be left alone, serves files to
    /// more than one client or holds what others wait for, or has ended.
    ///
    /// It throws when the kernel does not let us signal it.
    public func freezeOne(_ pid: Int32) throws(Errno) -> HeldProcess? {
        guard let (process, status) = try take(pid), mayStandStill(status),
            try unlessGone({ () throws(Errno) in try process.handle.send(.stop) }) != nil
        else { return nil }
        // A stop for the whole process reaches its threads one after the other, up to 56 ms
        // late; sent to each thread it takes 0.1 ms. Source: facts/kernel.md §5.
        if status.threadCount > 1 {
            // Most have the next numbers, and asking for the numbers takes 0.2 ms: time for three
            // files. A number that is no thread of the process gets no signal.
            let guessed = pid...(pid + Int32(clamping: min(2 * status.threadCount, 64)))
            Self.stop(guessed, of: pid)
            Self.stop(ProcessTable.threads(of: pid).filter { !guessed.contains($0) }, of: pid)
        }
        return process
    }

    private static func stop(_ threads: some Sequence<Int32>, of pid: Int32) {
        for thread in threads { try? ProcessHandle.send(.stop, toThread: thread, of: pid) }
    }

    /// A process that serves one client, to be ended while it runs on; nil if it is none.
    public func takeRunning(_ pid: Int32) -> HeldProcess? {
        guard let (process, status) = try? take(pid),
            protection.serving(status)?.service == .endsOnly
        else { return nil }
        return process
    }

    /// A process that somebody stopped before, to be let go or ended; nil if it has ended, runs, or
    /// is another one by now.
    public func takeStopped(_ key: ProcessKey) -> HeldProcess? {
        guard let (process, status) = try? take(key.pid), process.key == key,
            status.state == UInt8(ascii: "T")
        else { return nil }
        return process
    }

    private func mayStandStill(_ status: ProcessStatus) -> Bool {
        let service = protection.serving(status)?.service
        return service == nil || service == .perClient
    }

    private func take(_ pid: Int32) throws(Errno) -> (HeldProcess, ProcessStatus)? {
        guard let handle = try unlessGone({ () throws(Errno) in try ProcessHandle(pid: pid) }),
            let status = ProcessTable.status(pid), !protection.covers(status),
            status.state != UInt8(ascii: "Z")
        else { return nil }
        let key = ProcessKey(status)
        return (HeldProcess(handle: handle, key: key), status)
    }

    private func unlessGone<R: ~Copyable>(
        _ body: () throws(Errno) -> R
    ) throws(Errno) -> R? {
        do throws(Errno) {
            return try body()
        } catch {
            if error == .noSuchProcess { return nil }
            throw error
        }
    }
}

extension ProcessKey {
    /// Names the process that has this status.
    public init(_ status: ProcessStatus) {
        self.init(pid: status.pid, startTicks: status.startTicks)
    }
}
