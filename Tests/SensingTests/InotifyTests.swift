import Foundation
import Linux
import Sensing
import Testing

/// A folder of the test's own, and what inotify tells of it.
private final class WatchedFolder {
    private let base: String
    let root: BytePath
    private var sensor: InotifySensor
    private var events: [SeenEvent] = []

    /// `script` makes what is there before, in the folder above the watched one.
    init(after script: String = "") throws {
        let base = try Places.shell("mktemp -d /var/tmp/kanaria-inotify-XXXXXX")
            .trimmingCharacters(in: .newlines)
        try Places.shell("cd '\(base)' && mkdir watched outside\n" + script)
        (self.base, root) = (base, BytePath(base + "/watched"))
        sensor = try InotifySensor(watching: [root])
    }

    deinit {
        _ = try? Places.shell(
            "cd '\(base)'; umount -q -l watched || true; rm -rf --one-file-system '\(base)'")
    }

    var uncovered: [SensorError] { sensor.uncovered }

    func guardCanary(_ name: String) throws {
        try sensor.guardCanary(root.appending(BytePath(name)))
    }

    /// Runs a script in the folder above the watched one and reads what came of it.
    ///
    /// The kernel queues a record before the call that it is about returns.
    func run(_ script: String) throws {
        try Places.shell("cd '\(base)'\n" + script)
        try read()
    }

    /// Reads while the script runs.
    func readWhile(_ script: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-ec", "cd '\(base)'\n" + script]
        try process.run()
        while process.isRunning { try read() }
        #expect(process.terminationStatus == 0)
        try read()
    }

    func read() throws {
        var seen = [SeenEvent]()
        while try sensor.read({ seen.append(SeenEvent($0)) }) > 0 {}
        events += seen
    }

    func count(_ kind: String, _ name: String) -> Int {
        let path = root.appending(BytePath(name))
        return events.count { $0.kind == kind && $0.path == path }
    }

    func count(_ kind: String) -> Int { events.count { $0.kind == kind } }

    func closings(_ names: some Sequence<String>) -> Set<String> {
        let paths = Set(events.filter { $0.kind == "closedAfterWriting" }.map(\.path))
        return Set(names.filter { paths.contains(root.appending(BytePath($0))) })
    }

    func forgetEvents() { events = [] }
}

@Suite(.timeLimit(.minutes(1))) struct InotifyTests {
    private static let queueLength =
        (try? String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8))
        .flatMap { Int($0.trimmingCharacters(in: .newlines)) } ?? 0

    @Test func tellsOnceWhatWasWrittenInNewFolders() throws {
        let folder = try WatchedFolder()
        try folder.run("mkdir -p watched/a/b && echo x > watched/a/b/f")
        #expect(folder.count("closedAfterWriting", "a/b/f") == 1)
        try folder.run("echo x > watched/a/b/f")
        #expect(folder.count("closedAfterWriting", "a/b/f") == 2)
    }

    @Test func losesNothingInFoldersMadeWhileItReads() throws {
        let folder = try WatchedFolder()
        try folder.readWhile(
            "for i in $(seq 300); do mkdir -p watched/$i/d && echo x > watched/$i/d/f; done")
        let names = Set((1...300).map { "\($0)/d/f" })
        #expect(names.subtracting(folder.closings(names)).isEmpty)
    }

    @Test func doesNotTellWhatAMovedInFolderHeldBefore() throws {
        // Not in the kernel's same tick as the move.
        let folder = try WatchedFolder(
            after: "mkdir -p outside/a/b && echo x > outside/a/b/f && touch -d -1min outside/a/b/f")
        try folder.run("mv outside/a watched/a")
        #expect(folder.count("closedAfterWriting") == 0)
        try folder.run("echo x > watched/a/b/f")
        #expect(folder.count("closedAfterWriting", "a/b/f") == 1)
    }

    @Test func knowsTheNewPathsBeneathAMovedFolder() throws {
        let folder = try WatchedFolder(after: "mkdir -p watched/a/b && echo x > watched/a/b/f")
        try folder.guardCanary("a/b/f")
        try folder.run("mv watched/a watched/c")
        try folder.run("echo x > watched/c/b/f; mkdir watched/c/b/d; echo x > watched/c/b/d/g")
        #expect(folder.count("modified", "c/b/f") > 0)
        #expect(folder.count("closedAfterWriting", "c/b/f") == 1)
        #expect(folder.count("closedAfterWriting", "c/b/d/g") == 1)
        #expect(folder.count("closedAfterWriting", "a/b/f") == 0)
    }

    @Test func forgetsAFolderThatWasMovedAway() throws {
        let folder = try WatchedFolder(after: "mkdir -p watched/a/b && echo x > watched/a/b/f")
        try folder.run("mv watched/a outside/a")
        folder.forgetEvents()
        try folder.run("echo x > outside/a/b/f")
        #expect(folder.count("closedAfterWriting") == 0)
        #expect(folder.uncovered.isEmpty)
        try folder.run("mv outside/a watched/z; echo x > watched/z/b/f")
        #expect(folder.closings(["z/b/f"]) == ["z/b/f"])
    }

    @Test(
        "finds what was made while the queue was full",
        .enabled(if: (1...100_000).contains(queueLength), "the queue is too long to fill"))
    func overflow() throws {
        let folder = try WatchedFolder(after: "mkdir watched/old")
        // Creation, change and closing of each.
        let count = Self.queueLength / 3 + 1000
        try folder.run(
            """
            for i in $(seq \(count)); do echo x > watched/old/$i; done
            mkdir -p watched/new/er && echo x > watched/new/er/f
            """)
        #expect(folder.count("overflow") == 1)
        #expect(folder.closings(["new/er/f"]).count == 1)
        let names = Set((1...count).map { "old/\($0)" })
        // The queue may have become full between the creation of a file and its closing.
        #expect(names.subtracting(folder.closings(names)).count <= 1)
        folder.forgetEvents()
        try folder.run("echo x > watched/new/er/f")
        #expect(folder.count("closedAfterWriting", "new/er/f") == 1)
    }

    @Test("says that a watched folder is gone", arguments: ["rm -r watched", "mv watched outside"])
    func lost(script: String) throws {
        let folder = try WatchedFolder()
        try folder.run(script)
        #expect(folder.uncovered == [.lostFolder(folder.root)])
    }

    @Test("says that a watched folder was unmounted", .enabled(if: Places.canMount, "needs root"))
    func unmounted() throws {
        let folder = try WatchedFolder(
            after: "mount -t tmpfs -o size=1m none watched && mkdir watched/a")
        try folder.run("umount watched")
        #expect(folder.uncovered == [.lostFolder(folder.root)])
    }

    @Test func refusesAMissingFolder() {
        #expect(throws: SensorError.cannotMark("/no/such/folder", .noSuchFile)) {
            try InotifySensor(watching: ["/no/such/folder"]).uncovered
        }
    }
}
