import Linux
import Testing

@Suite(
    .timeLimit(.minutes(1)), .enabled(if: Privilege.canFanotify, "needs CAP_SYS_ADMIN and fanotify")
)
struct FanotifyTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Marks are on one folder or file, so that this run holds up nobody else.
    @Test func reportsNamesAndTheProcess() throws {
        let group = try Fanotify(.notification)
        do throws(Errno) {
            try group.mark(.inode, [.closeWrite, .rename, .delete, .onChild], at: scratch.path)
        } catch {
            try Test.cancel("no fanotify handles on this file system: \(error)")
        }
        let script = "echo x > a; mv a b; rm b"
        let child = try ChildProcess(
            "/bin/sh", arguments: ["-c", BytePath("cd '\(scratch.path)'; \(script)")],
            options: withSearchPath())
        let shell = child.pid
        let status = try child.wait()
        #expect(status == .exited(0))
        let events = try readAll(group)
        #expect(events.map(\.mask) == [.closeWrite, .rename, .delete])
        #expect(events.map(\.name) == ["a", "b", "b"])
        #expect(events.map(\.oldName) == [nil, "a", nil])
        #expect(events.first?.pid == shell)
    }

    private func withSearchPath() -> ChildProcess.Options {
        var options = ChildProcess.Options()
        options.environment = ["PATH=/usr/bin:/bin"]
        return options
    }

    private struct Event {
        var mask: EventMask
        var pid: Int32
        var name: String?
        var oldName: String?
    }

    private func readAll(_ group: borrowing Fanotify) throws -> [Event] {
        var events = [Event]()
        var buffer = [UInt8](repeating: 0, count: 16384)
        var span = buffer.mutableSpan
        let count = try group.descriptor.read(into: &span)
        var offset = 0
        while let record = try FanotifyRecord.next(
            buffer.span.extracting(0..<count), &offset)
        {
            let text = { (range: Range<Int>?) in
                range.map { String(decoding: buffer[$0], as: UTF8.self) }
            }
            events.append(
                Event(
                    mask: record.mask, pid: record.pid, name: text(record.name),
                    oldName: text(record.oldName)))
        }
        return events
    }

    @Test("a permission group decides", arguments: [true, false])
    func answers(allow: Bool) throws {
        let path = try scratch.write("canary", "untouched")
        let group = try Fanotify(.permission)
        let child: ChildProcess
        try group.mark(.inode, .openPermission, at: path)
        child = try ChildProcess(
            "/bin/sh", arguments: ["-c", BytePath("echo damage > '\(scratch.path)/canary'")])
        let shell = child.pid
        let epoll = try Epoll()
        try epoll.add(group.descriptor, token: 1)
        let token = try epoll.wait(milliseconds: 10_000)
        #expect(token == 1)
        var buffer = [UInt8](repeating: 0, count: 4096)
        var span = buffer.mutableSpan
        let count = try group.descriptor.read(into: &span)
        var offset = 0
        let read = try FanotifyRecord.next(buffer.span.extracting(0..<count), &offset)
        let record = try #require(read)
        #expect(record.mask == .openPermission && record.pid == shell)
        let file = FileDescriptor(owning: record.event)
        let content = try file.readToEnd(limit: 100)
        #expect(content == Array("untouched".utf8))
        #if arch(x86_64)
            var activity = ThreadActivity.runs
            while activity == .runs { activity = ProcessTable.activity(ofThread: record.pid) }
            guard case .isIn(let call) = activity else {
                throw Errno.noSuchProcess
            }
            #expect(call.openPurpose == .writing)
        #endif
        try group.answer(file.rawValue, allow: allow)
        let status = try child.wait()
        #expect((status == .exited(0)) == allow)
        try group.unmark(.inode, .openPermission, at: path)
        #expect(try scratch.text("canary") == (allow ? "damage\n" : "untouched"))
    }
}
