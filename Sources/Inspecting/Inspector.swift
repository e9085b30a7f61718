internal import Contents
public import Linux

/// Why there is no opinion on a file.
public enum InspectorError: Error, Equatable, Sendable {
    /// The inspector can't be started.
    case start(Errno)
    /// It ended.
    case ended
    /// It did not answer in time.
    case late
    /// Its answer does not fit the form.
    case garbled
    /// Somebody else listens or answers there: this user.
    case stranger(user: UInt32)
}

/// A process that takes files apart; after any error it must be ended and another one started.
public struct Inspector: ~Copyable, Sendable {
    private let socket: PacketSocket
    /// Nil where somebody else started it.
    private let child: ChildProcess?
    /// The user that answers must come from; nil where it is our own child.
    private let expected: UInt32?
    private var process: ProcessHandle?
    private var number: UInt64 = 0

    /// Its number, for those who look at it from outside; 0 while it is not known.
    public var pid: Int32 { process.number }

    /// Starts one.
    ///
    /// - Parameters:
    ///   - executable: the program that calls `InspectorProcess.run`.
    ///   - user: whom it becomes where the caller is root.
    /// - Throws: `InspectorError.start`.
    public init(executable: BytePath, user: UInt32) throws(InspectorError) {
        do throws(Errno) {
            var theirs: PacketSocket?
            let ours = try PacketSocket.pair(with: &theirs)
            guard let theirs else { throw .noDevice }
            let nothing = try FileDescriptor.open("/dev/null", [.readWrite])
            // Its number must be none that the program expects.
            let high = try theirs.descriptor.duplicate(from: Constants.socketNumber + 1)
            var options = ChildProcess.Options()
            // What it would say goes nowhere: it is not to be believed.
            options.descriptors = (0...2).map { (nothing.rawValue, Int32($0)) }
            options.descriptors.append((high.rawValue, Constants.socketNumber))
            options.newSession = true
            let started = try ChildProcess(
                executable, arguments: ["--user", BytePath("\(user)")], options: options)
            process = try? ProcessHandle(pid: started.pid)
            child = consume started
            socket = consume ours
            expected = nil
        } catch {
            throw .start(error)
        }
    }

    /// Asks one that a service manager starts for each connection.
    ///
    /// Who answers is seen with the first answer.
    /// - Parameters:
    ///   - path: the manager's socket; only root's or our own user's will do.
    ///   - user: as whom the program runs there.
    /// - Throws: `InspectorError.start` and `.stranger`.
    public init(connectingTo path: BytePath, user: UInt32) throws(InspectorError) {
        socket = try Self.connect(to: path)
        child = nil
        process = nil
        expected = user
    }

    private static func connect(to path: BytePath) throws(InspectorError) -> PacketSocket {
        let listener: PeerCredentials
        do throws(Errno) {
            let socket = try PacketSocket.connect(to: path)
            try socket.askForSenders()
            listener = try UnixSocket.peer(of: socket.descriptor)
            if [0, ProcessHandle.effectiveUser].contains(listener.user) { return socket }
        } catch {
            throw .start(error)
        }
        throw .stranger(user: listener.user)
    }

    /// Has `events` say `token` once it has ended, between two questions.
    public borrowing func tellEnd(
        to events: borrowing Epoll, token: UInt64
    ) throws(InspectorError) {
        do throws(Errno) {
            try events.add(socket.descriptor, token: token)
        } catch {
            throw .start(error)
        }
    }

    /// Asks for the opinion on a regular file.
    ///
    /// - Parameters:
    ///   - file: opened for reading alone; the inspector gets it.
    ///   - byteCount: its size.
    ///   - milliseconds: how long to wait.
    /// - Returns: the opinion.
    /// - Throws: `InspectorError`.
    public mutating func inspect(
        _ file: borrowing FileDescriptor, byteCount: UInt64, withinMilliseconds milliseconds: Int32
    ) throws(InspectorError) -> Inspection {
        number += 1
        let request = InspectionRequest(
            number: number, fileByteCount: byteCount, salt: UInt64.random(in: 0...UInt64.max))
        var answer = [UInt8](repeating: 0, count: Inspection.byteCount)
        var sender: PeerCredentials?
        do throws(Errno) {
            try socket.send(request.bytes.span, with: file)
            guard socket.isReady(withinMilliseconds: milliseconds) else { throw .wouldBlock }
            var span = answer.mutableSpan
            var file: FileDescriptor?
            let count = try socket.receive(into: &span, &file, from: &sender, waits: false)
            if count == 0 { throw .brokenPipe }
            answer.removeLast(answer.count - count)
        } catch {
            switch error {
            case .wouldBlock: throw .late
            case .invalidArgument: throw .garbled
            default: throw .ended
            }
        }
        try check(sender)
        guard let found = Inspection(answer.span, answering: number) else { throw .garbled }
        return found
    }

    /// Sees that it is the expected user who answers, and always the same process.
    private mutating func check(_ sender: PeerCredentials?) throws(InspectorError) {
        guard let expected else { return }
        guard let sender, sender.user == expected, [0, sender.pid].contains(process.number)
        else {
            throw .stranger(user: sender?.user ?? .max)
        }
        // Seen after it is held: the number could stand for somebody else by now.
        guard process == nil, let held = try? ProcessHandle(pid: sender.pid),
            ProcessTable.user(sender.pid) == expected
        else { return }
        process = consume held
    }

    /// Ends it, whatever it does; waits a second at most.
    ///
    /// Without CAP_KILL a process of another user can't be killed: it ends when nobody asks any
    /// more, and one that hangs then stays.
    public consuming func end() { Self.end(socket, process, child) }

    private static func end(
        _ socket: consuming PacketSocket, _ process: consuming ProcessHandle?,
        _ child: consuming ChildProcess?
    ) {
        _ = consume socket
        try? process?.send(.kill)
        guard let child else { return }
        for _ in 0..<1000 where child.poll() == nil { Clock.sleep(nanoseconds: 1_000_000) }
    }
}

extension Optional where Wrapped == ProcessHandle {
    /// That of the held process; 0 where none is held.
    fileprivate var number: Int32 {
        switch self {
        case .some(let held): held.pid
        case .none: 0
        }
    }
}
