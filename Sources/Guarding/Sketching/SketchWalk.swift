internal import Contents
internal import Linux
internal import Policies
internal import Sensing
internal import Sketches

/// Sketches the files of the watched folders, one after the other, on a thread behind all others.
struct SketchWalk: ~Copyable {
    private let state: GuardState
    private let store: SketchStore
    private var sketcher: Sketcher
    private let stopping: Epoll
    private var isStopped = false
    private var owed: UInt64 = 0
    /// Whether the round left out a file that is to be sketched.
    private var isUnfinished = false

    /// After each file the thread rests so many times as long as it took, disk included.
    private static let restFactor: UInt64 = 9
    /// Rests are collected up to this, for files cost less than a switch of threads does.
    private static let leastRest: UInt64 = 5_000_000
    /// A file that changed so lately may be in the middle of a change.
    private static let settlingTime: Int64 = 2_000_000_000
    /// All rounds in which nothing is new may take this part of one processor.
    private static let share: UInt64 = 100
    private static let pauses: ClosedRange<UInt64> = 5_000_000_000...3_600_000_000_000

    /// Walks until `stop` is signalled.
    static func run(_ state: GuardState, until stop: borrowing EventCounter) {
        guard let store = state.sketches.store else { return }
        Thread.setName("sketch")
        Scheduling.setBackground()
        Scheduling.setIdleDisk()
        do throws(Errno) {
            let stopping = try Epoll()
            try stopping.add(stop.descriptor, token: 1)
            var walk = SketchWalk(
                state: state, store: store, sketcher: Sketcher(store), stopping: stopping)
            store.count { !walk.isAsked(within: 0) }
            while !walk.isStopped { walk.round() }
        } catch {
            state.sketches.note(error)
        }
    }

    private mutating func round() {
        let start = Clock.threadNanoseconds
        let events = state.withContents { $0.events }
        isUnfinished = false
        store.beginRound()
        let policy = state.policy
        var walk = ChangeWalk(since: .min, ignores: { policy.ignores($0) })
        for folder in policy.watch where !isStopped {
            _ = walk.walk(BytePath(folder)) { folder, file in
                take(file, in: folder)
                return !isStopped
            }
        }
        if isStopped { return }
        state.sketches.noteRound()
        let wanted = (Clock.threadNanoseconds - start) * Self.share
        rest(min(max(wanted, Self.pauses.lowerBound), Self.pauses.upperBound))
        if !isUnfinished { restWhileQuiet(since: events, policy) }
    }

    /// Puts the next round off while nothing happens, as it would find nothing; not for ever, since not
    /// every change is told of.
    private mutating func restWhileQuiet(since events: UInt64, _ policy: GuardPolicy) {
        let end = Clock.monotonicNanoseconds + Self.pauses.upperBound
        while !isStopped, Clock.monotonicNanoseconds < end, state.policy == policy,
            state.withContents({ $0.events }) == events
        {
            rest(Self.pauses.lowerBound)
        }
    }

    private mutating func take(_ file: ChangedFile, in folder: borrowing FileDescriptor) {
        let start = Clock.monotonicNanoseconds
        do throws(Errno) {
            try sketch(file, in: folder)
        } catch {
            isUnfinished = true
            state.sketches.note(error)
        }
        owed += (Clock.monotonicNanoseconds - start) * Self.restFactor
        if owed >= Self.leastRest { rest(owed) }
    }

    private mutating func sketch(
        _ file: ChangedFile, in folder: borrowing FileDescriptor
    ) throws(Errno) {
        guard file.status.byteCount > 0, try sketcher.needsLook(FileIdentity(file.status))
        else { return }
        guard Clock.wallNanoseconds - file.status.changed > Self.settlingTime else {
            isUnfinished = true
            return
        }
        // It may be gone, or another file.
        guard let open = try? file.open(in: folder), let status = try? open.status(),
            status.kind == .regular
        else { return }
        // What was damaged meanwhile and told of by nobody stays as it was kept.
        _ = try sketcher.look(at: open, FileIdentity(status))
        state.sketches.note(nil)
    }

    private mutating func rest(_ nanoseconds: UInt64) {
        owed = 0
        if isAsked(within: Int32(clamping: max(1, nanoseconds / 1_000_000))) { isStopped = true }
    }

    /// Whether the end was asked for.
    private func isAsked(within milliseconds: Int32) -> Bool {
        ((try? stopping.wait(milliseconds: milliseconds)) ?? nil) != nil
    }
}
