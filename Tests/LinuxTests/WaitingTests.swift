import Linux
import Testing

/// `#expect` takes no call on a value that cannot be copied.
private func expect<Value: Equatable>(
    _ value: Value, _ expected: Value, at place: SourceLocation = #_sourceLocation
) {
    #expect(value == expected, sourceLocation: place)
}

@Suite(.timeLimit(.minutes(1))) struct WaitingTests {
    @Test func aCounterWakes() throws {
        let epoll = try Epoll()
        let counter = try EventCounter()
        try epoll.add(counter.descriptor, token: 7)
        try expect(epoll.wait(milliseconds: 0), nil)
        counter.signal()
        counter.signal()
        try expect(epoll.wait(milliseconds: -1), 7)
        expect(counter.drain(), 2)
        expect(counter.drain(), 0)
        try expect(epoll.wait(milliseconds: 0), nil)
        try epoll.remove(counter.descriptor)
        counter.signal()
        try expect(epoll.wait(milliseconds: 0), nil)
    }

    @Test func aTimerFiresAgainAndAgain() throws {
        let epoll = try Epoll()
        let timer = try Timer(everyNanoseconds: 1_000_000)
        try epoll.add(timer.descriptor, token: 1)
        for _ in 0..<3 {
            try expect(epoll.wait(milliseconds: -1), 1)
            let count = timer.drain()
            #expect(count >= 1)
        }
    }

    /// The signal goes to the one thread that blocks it, so that no other test sees it.
    @Test func aSignalIsCollected() throws {
        let watch = try SignalWatch([Signal.hangUp.rawValue])
        expect(watch.next(), nil)
        try ProcessHandle.send(
            .hangUp, toThread: ProcessHandle.ownThread, of: ProcessHandle.own)
        expect(watch.next(), Signal.hangUp.rawValue)
        expect(watch.next(), nil)
    }

    @Test func aThreadRunsAndEnds() throws {
        let counter = try EventCounter()
        let copy = try counter.descriptor.duplicate().release()
        let thread = try Thread.run {
            let file = FileDescriptor(owning: copy)
            _ = try? file.write([1, 0, 0, 0, 0, 0, 0, 0].span)
        }
        thread.join()
        expect(counter.drain(), 1)
        #expect(Scheduling.processorCount >= 1)
    }
}

@Suite(.timeLimit(.minutes(1))) struct UnixSocketTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func carriesBytesAndCredentials() throws {
        let path = scratch.path.appending("socket")
        let listener = try UnixSocket.listen(at: path)
        if try UnixSocket.accept(on: listener) != nil { Issue.record("nobody has connected") }
        #expect(try FileStatus.of(path).permissions == 0o600)
        let client = try UnixSocket.connect(to: path)
        guard let server = try UnixSocket.accept(on: listener) else {
            Issue.record("nobody waits")
            return
        }
        let peer = try UnixSocket.peer(of: server)
        #expect(peer.pid == ProcessHandle.own && peer.user == ProcessHandle.effectiveUser)
        try client.writeAll(Array("status\n".utf8).span)
        var buffer = [UInt8](repeating: 0, count: 64)
        var span = buffer.mutableSpan
        let count = try server.read(into: &span)
        #expect(Array(buffer[..<count]) == Array("status\n".utf8))
        try UnixSocket.setTimeout(server, milliseconds: 10)
        #expect(throws: Errno.wouldBlock) {
            var span = buffer.mutableSpan
            _ = try server.read(into: &span)
        }
    }

    @Test func replacesAStaleSocketButNoFile() throws {
        let path = scratch.path.appending("socket")
        try UnixSocket.listen(at: path).close()
        try UnixSocket.listen(at: path).close()
        let file = try scratch.write("file", "keep")
        #expect(throws: Errno.addressInUse) { _ = try UnixSocket.listen(at: file) }
        #expect(try scratch.text("file") == "keep")
    }

    @Test func refusesALongName() throws {
        let long = scratch.path.appending(String(repeating: "x", count: 108))
        #expect(throws: Errno.nameTooLong) { _ = try UnixSocket.connect(to: long) }
    }
}
