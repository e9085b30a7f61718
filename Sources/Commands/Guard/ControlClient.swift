internal import Control
internal import Linux
internal import Messages

/// Why the daemon could not be asked.
enum AskError: Error, Equatable {
    /// Nobody listens there.
    case noDaemon(BytePath, Errno)
    /// It hung up or wrote something else.
    case badReply
    /// It said no.
    case refused(Message)
}

extension AskError: Explained {
    var problem: Message {
        switch self {
        case .noDaemon(let path, let error):
            Message(
                en: "no guard answers at \(path): \(error)",
                ja: "\(path) でガードが応答しません: \(error)")
        case .badReply:
            Message(en: "the guard's answer cannot be read", ja: "ガードの応答を読めません")
        case .refused(let reason): reason
        }
    }

    var hint: Message? {
        switch self {
        case .noDaemon(_, .permissionDenied):
            Message(en: "ask as root", ja: "root で実行してください")
        case .noDaemon:
            Message(
                en:
                    "start it with `kanariad --policy FILE`, or name its run-directory with --run-directory",
                ja: "`kanariad --policy ファイル` で起動するか、--run-directory で場所を指定してください")
        default: nil
        }
    }
}

/// Asks the daemon over its Unix socket.
enum ControlClient {
    /// Sends one request and waits for one reply, at most ten seconds.
    static func ask(
        _ request: ControlRequest, runDirectory: String
    ) throws(AskError) -> ControlReply {
        let path = BytePath(runDirectory).appending("control.sock")
        let reply: ControlReply
        do throws(Errno) {
            let socket = try UnixSocket.connect(to: path)
            try UnixSocket.setTimeout(socket, milliseconds: 10_000)
            guard let bytes = try? ControlCodec.encode(request) else { throw .invalidArgument }
            try socket.writeAll(bytes.span)
            guard let line = try line(from: socket),
                let decoded = try? ControlCodec.reply(from: line)
            else { throw .brokenPipe }
            reply = decoded
        } catch {
            if error == .brokenPipe { throw .badReply }
            throw .noDaemon(path, error)
        }
        if case .refused(let reason) = reply { throw .refused(reason) }
        return reply
    }

    private static func line(from socket: borrowing FileDescriptor) throws(Errno) -> [UInt8]? {
        var lines = LineBuffer()
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            if let line = lines.next() { return line }
            var span = buffer.mutableSpan
            let count = try socket.read(into: &span)
            if count == 0 { return nil }
            guard (try? lines.append(buffer.span.extracting(0..<count))) != nil else { return nil }
        }
    }
}
