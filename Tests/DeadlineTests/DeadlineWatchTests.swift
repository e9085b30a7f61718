import Deadline
import Testing

/// Looks at the daemon and what must follow from each.
struct WatchCase: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var looks: [(view: DaemonView, step: DeadlineWatch.Step)]
}

private func view(
    _ milliseconds: UInt64, ended: Bool = false, stopped: Bool = false, unread: Bool = false,
    answered: Bool = false
) -> DaemonView {
    DaemonView(
        milliseconds: milliseconds, isEnded: ended, isStopped: stopped, hasUnread: unread,
        hasAnswered: answered)
}

private let rest = DeadlineWatch.Step.rest(milliseconds: DeadlineLimits.calmMilliseconds)
private let look = DeadlineWatch.Step.look(milliseconds: DeadlineLimits.lookMilliseconds)

private let cases = [
    WatchCase(
        testDescription: "nothing waits",
        looks: [(view(0), rest), (view(400), rest), (view(100_000), rest)]),
    WatchCase(
        testDescription: "the daemon ended, whatever else is seen",
        looks: [(view(0, ended: true, stopped: true, unread: true), .leave)]),
    WatchCase(
        testDescription: "the daemon takes events in time, again and again",
        looks: [
            (view(0, unread: true), look), (view(25), rest), (view(300, unread: true), look),
            (view(400, unread: true), .note), (view(410, unread: true), look),
            (view(799, unread: true), look), (view(800), rest),
            (view(900, unread: true), look), (view(1399, unread: true), .note),
        ]),
    WatchCase(
        testDescription: "events stay unread, twice",
        looks: [
            (view(0, unread: true), look), (view(99, unread: true), look),
            (view(100, unread: true), .note), (view(499, unread: true), look),
            (view(500, unread: true), .relieveNoted), (view(501, unread: true), look),
            (view(700, unread: true), .note), (view(1001, unread: true), .relieveNoted),
            (view(1002), rest),
        ]),
    WatchCase(
        testDescription: "the queue is never empty, but answers come",
        looks: [
            (view(0, unread: true), look), (view(400, unread: true), .note),
            (view(499, unread: true, answered: true), look),
            (view(900, unread: true), .note), (view(998, unread: true), look),
            (view(999, unread: true), .relieveNoted),
        ]),
    WatchCase(
        testDescription: "a stop that lasts, and its end",
        looks: [
            (view(10, stopped: true), look), (view(309, stopped: true, unread: true), look),
            (view(310, stopped: true), .relieve), (view(360, stopped: true), .relieve),
            (view(400), rest), (view(410, stopped: true), look),
        ]),
    WatchCase(
        testDescription: "a stop that is short",
        looks: [(view(0, stopped: true), look), (view(299), rest)]),
]

@Suite struct DeadlineWatchTests {
    @Test("each look is followed by the right step", arguments: cases)
    func steps(_ one: WatchCase) {
        var watch = DeadlineWatch()
        for (index, expected) in one.looks.enumerated() {
            #expect(watch.step(after: expected.view) == expected.step, "look \(index)")
        }
    }

    @Test("the parts of the longest wait add up to less than a second")
    func limits() {
        let stop =
            UInt64(DeadlineLimits.calmMilliseconds) + DeadlineLimits.stoppedMilliseconds
            + UInt64(DeadlineLimits.lookMilliseconds)
        #expect(stop < 1000)
        #expect(DeadlineLimits.unreadMilliseconds < 1000)
    }
}
