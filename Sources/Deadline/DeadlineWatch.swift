/// What can be seen of the daemon from outside.
public struct DaemonView: Sendable, Equatable {
    /// Milliseconds on a clock that only goes forward.
    public var milliseconds: UInt64
    /// Whether the daemon has ended.
    public var isEnded: Bool
    /// Whether the daemon is stopped by a signal or a tracer.
    public var isStopped: Bool
    /// Whether events wait to be read.
    public var hasUnread: Bool
    /// Whether the daemon has answered events since the last look.
    public var hasAnswered: Bool

    /// Notes one look.
    public init(
        milliseconds: UInt64, isEnded: Bool = false, isStopped: Bool = false,
        hasUnread: Bool = false, hasAnswered: Bool = false
    ) {
        self.milliseconds = milliseconds
        self.isEnded = isEnded
        self.isStopped = isStopped
        self.hasUnread = hasUnread
        self.hasAnswered = hasAnswered
    }
}

/// Decides from successive looks whether the daemon must be stood in for; pure.
public struct DeadlineWatch: Sendable {
    /// What is to be done after a look.
    public enum Step: Sendable, Equatable {
        /// End: with the last descriptor of the group gone, the kernel lets everybody go on.
        case leave
        /// Sleep until an event comes, at most this long.
        case rest(milliseconds: Int32)
        /// Wait this long without minding events, then look again.
        case look(milliseconds: Int32)
        /// Note what the daemon holds, then look again.
        case note
        /// Answer whatever the daemon holds, whatever its number, and whatever is unread.
        case relieve
        /// Answer what the daemon has held since it was noted, and whatever is unread.
        case relieveNoted
    }

    private var stoppedSince: UInt64?
    private var unreadSince: UInt64?
    private var isNoted = false

    /// Starts without any knowledge.
    public init() {}

    /// Takes in a look.
    public mutating func step(after view: DaemonView) -> Step {
        if view.isEnded { return .leave }
        stoppedSince = view.isStopped ? stoppedSince ?? view.milliseconds : nil
        // Under a flood of openings the queue of a working daemon is never seen empty.
        if view.hasAnswered { unreadSince = nil }
        if unreadSince == nil { isNoted = false }
        unreadSince = view.hasUnread ? unreadSince ?? view.milliseconds : nil
        if unreadSince == nil { isNoted = false }
        if let since = stoppedSince {
            return view.milliseconds - since >= DeadlineLimits.stoppedMilliseconds
                ? .relieve : .look(milliseconds: DeadlineLimits.lookMilliseconds)
        }
        guard let since = unreadSince else {
            return .rest(milliseconds: DeadlineLimits.calmMilliseconds)
        }
        let waited = view.milliseconds - since
        if waited >= DeadlineLimits.unreadMilliseconds {
            (unreadSince, isNoted) = (nil, false)
            return .relieveNoted
        }
        if waited >= DeadlineLimits.notedMilliseconds, !isNoted {
            isNoted = true
            return .note
        }
        return .look(milliseconds: DeadlineLimits.lookMilliseconds)
    }
}
