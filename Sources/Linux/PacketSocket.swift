internal import CLinux

/// Whole messages between two processes, each with at most one descriptor.
public struct PacketSocket: ~Copyable, Sendable {
    /// The socket.
    public let descriptor: FileDescriptor

    /// Takes over one end.
    public init(owning descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

    /// One end of a joined pair; the other one is left in `other`.
    public static func pair(with other: inout PacketSocket?) throws(Errno) -> PacketSocket {
        var numbers = InlineArray<2, Int32>(repeating: -1)
        let kind = Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue)
        var span = numbers.mutableSpan
        _ = try unsafe span.withUnsafeMutableBufferPointer { ends throws(Errno) in
            try retrying { () -> Int32 in
                guard let start = ends.baseAddress else { return -1 }
                return unsafe socketpair(AF_UNIX, kind, 0, start)
            }
        }
        other = PacketSocket(owning: FileDescriptor(owning: numbers[1]))
        return PacketSocket(owning: FileDescriptor(owning: numbers[0]))
    }

    /// Connects to a listening socket in the file system.
    public static func connect(to path: BytePath) throws(Errno) -> PacketSocket {
        PacketSocket(owning: try UnixSocket.connect(to: path, kind: .packets))
    }

    /// Has the kernel say of each message who sent it, whoever that claims to be.
    public borrowing func askForSenders() throws(Errno) {
        let number = descriptor.rawValue
        var flag: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        try retrying { unsafe setsockopt(number, SOL_SOCKET, SO_PASSCRED, &flag, size) }
    }

    /// Sends one message without waiting, with a copy of a descriptor.
    public borrowing func send(
        _ message: Span<UInt8>, with file: borrowing FileDescriptor
    ) throws(Errno) {
        try send(message, number: file.rawValue)
    }

    /// Sends one message without waiting.
    public borrowing func send(_ message: Span<UInt8>) throws(Errno) {
        try send(message, number: -1)
    }

    private borrowing func send(_ message: Span<UInt8>, number: Int32) throws(Errno) {
        let own = descriptor.rawValue
        _ = try unsafe message.withUnsafeBufferPointer { bytes throws(Errno) in
            try retrying { unsafe k_send_file(own, bytes.baseAddress, UInt(bytes.count), number) }
        }
    }

    /// Waits for one message.
    ///
    /// - Parameters:
    ///   - buffer: as large as the longest message.
    ///   - file: takes the descriptor that came with it; nil where none did.
    ///   - waits: whether to wait where there is none; `.wouldBlock` is thrown otherwise.
    /// - Returns: its length; 0 at the end.
    /// - Throws: `Errno`; `.invalidArgument` where the message was longer than the buffer.
    public borrowing func receive(
        into buffer: inout MutableSpan<UInt8>, _ file: inout FileDescriptor?, waits: Bool
    ) throws(Errno) -> Int {
        var sender: PeerCredentials?
        return try receive(into: &buffer, &file, from: &sender, waits: waits)
    }

    /// As above; `sender` takes who sent it, nil where that was not asked for.
    public borrowing func receive(
        into buffer: inout MutableSpan<UInt8>, _ file: inout FileDescriptor?,
        from sender: inout PeerCredentials?, waits: Bool
    ) throws(Errno) -> Int {
        let own = descriptor.rawValue
        var number: Int32 = -1
        var raw = k_credentials()
        let count = try unsafe buffer.withUnsafeMutableBufferPointer { bytes throws(Errno) in
            try retrying {
                unsafe k_receive_file(
                    own, bytes.baseAddress, UInt(bytes.count), &number, &raw, waits ? 1 : 0)
            }
        }
        file = number < 0 ? nil : FileDescriptor(owning: number)
        sender =
            raw.pid == 0
            ? nil : PeerCredentials(pid: raw.pid, user: raw.user, group: raw.group)
        return Int(count)
    }

    /// Whether something has come, or the other end is closed, within `milliseconds`.
    public borrowing func isReady(withinMilliseconds milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&entry, 1, milliseconds) > 0
    }
}
