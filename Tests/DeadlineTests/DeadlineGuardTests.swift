import Deadline
import Linux
import Testing

/// A daemon that fails and how long its openers may wait.
struct FailureCase: CustomTestStringConvertible, Sendable {
    var behaviour: String
    var openers: Int
    var milliseconds: UInt64
    var testDescription: String { "\(behaviour), \(openers) openers" }
}

@Suite(
    .serialized, .timeLimit(.minutes(1)),
    .enabled(if: StandInDaemon.canRun, "needs root, python3 and the built kanaria-deadline"))
struct DeadlineGuardTests {
    private static let failures = [
        FailureCase(behaviour: "stops at once", openers: 1, milliseconds: 1000),
        FailureCase(behaviour: "stops at once", openers: 40, milliseconds: 1000),
        FailureCase(behaviour: "stops at the first event", openers: 1, milliseconds: 1000),
        FailureCase(behaviour: "stops after reading", openers: 1, milliseconds: 1000),
        FailureCase(behaviour: "stops after reading", openers: 40, milliseconds: 1000),
        FailureCase(behaviour: "dies after reading", openers: 1, milliseconds: 200),
        FailureCase(behaviour: "hangs after reading one", openers: 40, milliseconds: 1000),
    ]

    @Test("openers go on in time when the daemon", arguments: failures)
    func failure(_ one: FailureCase) throws {
        let daemon = try StandInDaemon(one.behaviour)
        try #require(daemon.companion > 0)
        let isReady = one.behaviour != "stops at once" || daemon.hasStopped()
        try #require(isReady)
        let outcomes = try Opener.open(daemon.canary.file, times: one.openers)
        #expect(outcomes.allSatisfy { $0.error == nil })
        let longest = outcomes.map(\.milliseconds).max() ?? .max
        #expect(longest <= one.milliseconds)
        Console.output("longest wait, \(one.testDescription): \(longest) ms")
    }

    @Test("after the daemon was killed nobody waits and the companion ends")
    func killed() throws {
        let daemon = try StandInDaemon("stops at once")
        let hasStopped = daemon.hasStopped()
        try #require(hasStopped)
        let companion = try ProcessHandle(pid: daemon.companion)
        let opener = try Opener(daemon.canary.file)
        try daemon.send(.kill)
        let outcomes = opener.finish()
        let outcome = try #require(outcomes.first)
        #expect(outcome.error == nil)
        #expect(outcome.milliseconds <= 200)
        let hasEnded = companion.hasEnded(withinMilliseconds: 200)
        #expect(hasEnded)
    }

    @Test(
        "a daemon that answers is never interfered with",
        arguments: [("denies", 100), ("denies after 300 ms", 5)])
    func healthy(behaviour: String, openings: Int) throws {
        let daemon = try StandInDaemon(behaviour)
        let companion = try ProcessHandle(pid: daemon.companion)
        for _ in 0..<openings {
            #expect(Opener.open(daemon.canary.file).error == .notPermitted)
        }
        let hasEnded = companion.hasEnded(withinMilliseconds: 0)
        #expect(!hasEnded)
    }

    @Test("a flood of openings does not make a slow daemon look as if it hung")
    func flood() throws {
        let daemon = try StandInDaemon("denies after 5 ms")
        let outcomes = try Opener.open(daemon.canary.file, times: 8, repeating: 50)
        #expect(outcomes.count == 400)
        #expect(outcomes.allSatisfy { $0.error == .notPermitted })
    }

    @Test(
        "signals of a shutdown do not end the companion before the daemon",
        arguments: [Signal.terminate, .hangUp, .interrupt])
    func signalled(_ signal: Signal) throws {
        let daemon = try StandInDaemon("denies")
        let companion = try ProcessHandle(pid: daemon.companion)
        // Once it has allowed something, it has surely come as far as blocking signals.
        try daemon.send(.stop)
        #expect(Opener.open(daemon.canary.file).error == nil)
        try companion.send(signal)
        let hasEnded = companion.hasEnded(withinMilliseconds: 100)
        #expect(!hasEnded)
    }

    @Test("a stopped daemon that goes on decides again")
    func resumed() throws {
        let daemon = try StandInDaemon("denies")
        try daemon.send(.stop)
        #expect(Opener.open(daemon.canary.file).error == nil)
        try daemon.send(.cont)
        // Whoever comes while the companion is still answering is let go as well.
        var strays = 0
        while strays < 100, Opener.open(daemon.canary.file).error == nil { strays += 1 }
        for _ in 0..<20 { #expect(Opener.open(daemon.canary.file).error == .notPermitted) }
    }

    @Test("the companion of this process answers for it")
    func started() throws {
        let canary = try Canary()
        let group = try Fanotify(.permission)
        try group.mark(.inode, .openPermission, at: canary.file)
        let companion = try DeadlineGuard.start(
            executable: StandInDaemon.executable, group: group.descriptor)
        let outcome = Opener.open(canary.file)
        #expect(outcome.error == nil)
        #expect(outcome.milliseconds <= 1000)
        try ProcessHandle(pid: companion.pid).send(.kill)
        let end = try companion.wait()
        #expect(end == .signalled(9))
    }
}
