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
}

/// A process that takes files apart; after any error it must be ended and another one started.
public struct Inspector: ~Copyable, Sendable {
    private let socket: PacketSocket
    private let process: ChildProcess
    private var number: UInt64 = 0

    /// Its number, for those who look at it from outside.
    public var pid: Int32 { process.pid }

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
            process = try ChildProcess(
                executable, arguments: ["--user", BytePath("\(user)")], options: options)
            socket = ours
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
        do throws(Errno) {
            try socket.send(request.bytes.span, with: file)
            guard socket.isReady(withinMilliseconds: milliseconds) else { throw .wouldBlock }
            var span = answer.mutableSpan
            var file: FileDescriptor?
            let count = try socket.receive(into: &span, &file, waits: false)
            if count == 0 { throw .brokenPipe }
            answer.removeLast(answer.count - count)
        } catch {
            switch error {
            case .wouldBlock: throw .late
            case .invalidArgument: throw .garbled
            default: throw .ended
            }
        }
        guard let found = Inspection(answer.span, answering: number) else { throw .garbled }
        return found
    }

    /// Ends it, whatever it does; waits a second at most.
    ///
    /// Without CAP_KILL a process of another user can't be killed: it ends when nobody asks any
    /// more, and one that hangs then stays.
    public consuming func end() { Self.end(socket, process) }

    private static func end(
        _ socket: consuming PacketSocket, _ process: consuming ChildProcess
    ) {
        _ = consume socket
        try? ProcessHandle(pid: process.pid).send(.kill)
        for _ in 0..<1000 where process.poll() == nil { Clock.sleep(nanoseconds: 1_000_000) }
    }
}
