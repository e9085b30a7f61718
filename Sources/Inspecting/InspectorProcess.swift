internal import Contents
internal import Linux
internal import Seccomp

/// The program that takes files apart without any rights of its own.
public enum InspectorProcess {
    /// What a process tries to do that must not succeed, to see that it does not.
    public enum Attempt: String, CaseIterable, Sendable {
        case open, socket, start, signal, write, run
    }

    /// Who starts the process.
    public enum Starter: Equatable, Sendable {
        /// The guard itself, which has it become this user; nil stays, which root may not.
        case guardian(user: UInt32?)
        /// A service manager, for one connection and as the user that it runs as.
        case manager
    }

    /// Gives all rights up and answers until the socket's other end is closed.
    ///
    /// The socket is descriptor 3. Returns only at that end, or where rights can't be given up.
    /// - Parameters:
    ///   - starter: who started it.
    ///   - attempt: what to try instead of answering.
    /// - Returns: the exit code: 0 at the end, 1 after an attempt that succeeded, 70 where the
    ///   filter is refused, 77 where the user can't be changed, or where neither root nor the
    ///   same user is at the other end of a manager's connection.
    public static func run(_ starter: Starter, trying attempt: Attempt? = nil) -> Int32 {
        let socket = PacketSocket(owning: FileDescriptor(owning: Constants.socketNumber))
        // What is set up at the first use must be so before it is forbidden.
        _ = FullJudge.judge([UInt8](repeating: 0x41, count: 4096))
        do throws(Errno) {
            if starter == .manager { try checkPeer(of: socket) }
            try confine(starter)
        } catch {
            return 77
        }
        do throws(FilterError) {
            try Constants.filter.enforce()
        } catch {
            return 70
        }
        if let attempt {
            attempt.make()
            return 1
        }
        serve(socket)
        return 0
    }

    private static func checkPeer(of socket: borrowing PacketSocket) throws(Errno) {
        let peer = try UnixSocket.peer(of: socket.descriptor)
        guard peer.user == 0 || peer.user == ProcessHandle.effectiveUser else {
            throw .notPermitted
        }
    }

    private static func confine(_ starter: Starter) throws(Errno) {
        Confinement.closeDescriptors(from: UInt32(Constants.socketNumber) + 1)
        if case .guardian(let user?) = starter, ProcessHandle.effectiveUser == 0 {
            // Not everywhere allowed, and not needed: the filter lets no such call through.
            _ = Confinement.unshare()
            try Confinement.become(user: user, group: user)
        }
        if ProcessHandle.effectiveUser == 0 { throw .notPermitted }
        try Confinement.forbidNewRights()
        try Confinement.hide()
        // One that a manager started ends with its connection.
        if starter != .manager { try Confinement.endWithParent() }
        try Confinement.limit(Constants.limits)
    }

    private static func serve(_ socket: consuming PacketSocket) {
        var buffer = [UInt8](repeating: 0, count: InspectionRequest.byteCount)
        while true {
            var span = buffer.mutableSpan
            var file: FileDescriptor?
            guard let count = try? socket.receive(into: &span, &file, waits: true), count > 0,
                let request = InspectionRequest(buffer.span.extracting(0..<count)), let file
            else { return }
            let source = HandedFile(file, byteCount: request.fileByteCount)
            let judgement = FullJudge.judge(source, budget: Constants.budget, salt: request.salt)
            let note = source.noteNumber(if: judgement)
            let answer = Inspection(judgement, noteNumber: note).bytes(answering: request.number)
            guard (try? socket.send(answer.span)) != nil else { return }
        }
    }
}

extension InspectorProcess.Attempt {
    fileprivate func make() {
        switch self {
        case .open: _ = try? FileDescriptor.open("/etc/hostname")
        case .socket:
            var other: PacketSocket?
            _ = try? PacketSocket.pair(with: &other)
        case .start: _ = try? ChildProcess("/bin/true", arguments: [])
        case .signal:
            let own = ProcessHandle.own
            try? ProcessHandle.send(.none, toThread: own, of: own)
        case .write: Console.error("written")
        case .run: _ = Confinement.mapsRunnableMemory()
        }
    }
}
