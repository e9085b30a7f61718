import Linux
import Testing

@Suite(.timeLimit(.minutes(1))) struct ChildProcessTests {
    private func shell(_ script: String) throws(Errno) -> ChildProcess {
        try ChildProcess("/bin/sh", arguments: ["-c", BytePath(script)])
    }

    @Test(
        "how it ended",
        arguments: [
            ("exit 0", Linux.ExitStatus.exited(0)), ("exit 3", .exited(3)),
            ("exit 255", .exited(255)),
            ("kill -9 $$", .signalled(9)), ("kill -15 $$", .signalled(15)),
        ])
    func ends(script: String, expected: Linux.ExitStatus) throws {
        let status = try shell(script).wait()
        #expect(status == expected)
    }

    @Test func needsAProgram() throws {
        do throws(Errno) {
            _ = try ChildProcess("/no/such/program", arguments: []).wait()
            Issue.record("there is no such program")
        } catch {
            #expect(error == .noSuchFile)
        }
    }

    @Test func handsOverDescriptorsAndEnvironment() throws {
        let scratch = try Scratch()
        let file = try FileDescriptor.open(
            scratch.path.appending("out"), [.readWrite, .create, .exclusive])
        var options = ChildProcess.Options()
        options.environment = ["WARD=3"]
        options.descriptors = [(ours: file.rawValue, theirs: 1)]
        let child = try ChildProcess(
            "/bin/sh", arguments: ["-c", "echo $WARD"], options: options)
        let status = try child.wait()
        #expect(status == .exited(0))
        #expect(try scratch.text("out") == "3\n")
    }

    @Test func isKilledThroughItsHandle() throws {
        let child = try shell("read line < /dev/zero")
        let handle = try ProcessHandle(pid: child.pid)
        try handle.send(.none)
        let early = (handle.hasEnded(withinMilliseconds: 0), child.poll())
        #expect(!early.0 && early.1 == nil)
        try handle.send(.kill)
        let ended = handle.hasEnded(withinMilliseconds: -1)
        #expect(ended)
        let end = try child.wait()
        #expect(end == .signalled(9))
        #expect(throws: Errno.noSuchProcess) { try handle.send(.none) }
    }

    @Test func isStoppedAndSeenInTheTable() throws {
        let child = try shell("read line < /dev/zero")
        let handle = try ProcessHandle(pid: child.pid)
        let pid = child.pid
        try handle.send(.stop)
        let limit = Clock.monotonicNanoseconds + 10_000_000_000
        while ProcessTable.status(pid)?.state != UInt8(ascii: "T"),
            Clock.monotonicNanoseconds < limit
        {}
        let status = try #require(ProcessTable.status(pid))
        #expect(status.state == UInt8(ascii: "T") && status.parent == ProcessHandle.own)
        try handle.send(.kill)
        let end = try child.wait()
        #expect(end == .signalled(9))
        #expect(ProcessTable.status(pid) == nil)
    }

    @Test func lendsADescriptor() throws {
        let handle = try ProcessHandle(pid: ProcessHandle.own)
        let file = try FileDescriptor.open("/dev/null")
        do throws(Errno) {
            let copy = try handle.copyDescriptor(file.rawValue)
            let inodes = (try copy.status().inode, try file.status().inode)
            #expect(inodes.0 == inodes.1)
        } catch {
            #expect(error == .notPermitted || error == .notImplemented)
        }
    }
}
