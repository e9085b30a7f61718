internal import Contents
internal import Linux
internal import Seccomp

/// The program that takes files apart without any rights of its own.
public enum InspectorProcess {
    /// What a process tries to do that must not succeed, to see that it does not.
    public enum Attempt: String, CaseIterable, Sendable {
        case open, socket, start, signal, write, run
    }

    /// Gives all rights up and answers until the socket's other end is closed.
    ///
    /// The socket is descriptor 3. Returns only at that end, or where rights can't be given up.
    /// - Parameters:
    ///   - user: whom to become; nil stays, which root may not.
    ///   - attempt: what to try instead of answering.
    /// - Returns: the exit code: 0 at the end, 1 after an attempt that succeeded, 70 where the
    ///   filter is refused, 77 where the user can't be changed.
    public static func run(as user: UInt32?, trying attempt: Attempt? = nil) -> Int32 {
        // What is set up at the first use must be so before it is forbidden.
        _ = FullJudge.judge([UInt8](repeating: 0x41, count: 4096))
        do throws(Errno) {
            try confine(as: user)
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
        serve(PacketSocket(owning: FileDescriptor(owning: Constants.socketNumber)))
        return 0
    }

    private static func confine(as user: UInt32?) throws(Errno) {
        Confinement.closeDescriptors(from: UInt32(Constants.socketNumber) + 1)
        if let user, ProcessHandle.effectiveUser == 0 {
            // Not everywhere allowed, and not needed: the filter lets no such call through.
            _ = Confinement.unshare()
            try Confinement.become(user: user, group: user)
        }
        if ProcessHandle.effectiveUser == 0 { throw .notPermitted }
        try Confinement.forbidNewRights()
        try Confinement.hide()
        try Confinement.endWithParent()
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
