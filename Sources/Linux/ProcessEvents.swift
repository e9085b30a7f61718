internal import CLinux

/// What happened to a process, as the kernel's process connector tells it.
public enum ProcessEvent: Equatable, Sendable {
    /// A process was born; the time is `CLOCK_MONOTONIC`.
    case born(pid: Int32, parent: Int32, monotonicNanoseconds: UInt64)
    /// A process started another program.
    case startedProgram(pid: Int32)
    /// A process left its session.
    case leftSession(pid: Int32)

    /// Bytes before the event: netlink's and the connector's headers.
    private static let headerByteCount = 36
    private static let byteCount = headerByteCount + 32

    /// Reads one datagram; nil if it tells of something else or is cut.
    public init?(parsing bytes: Span<UInt8>) {
        guard bytes.count >= Self.byteCount else { return nil }
        let data = Self.headerByteCount + 16
        func number(_ place: Int) -> Int32 {
            Int32(bitPattern: bytes.littleEndian32(at: place))
        }
        switch bytes.littleEndian32(at: Self.headerByteCount) {
        case 0x1:
            self = .born(
                pid: number(data + 12), parent: number(data + 4),
                monotonicNanoseconds: bytes.littleEndian64(at: Self.headerByteCount + 8))
        case 0x2: self = .startedProgram(pid: number(data + 4))
        case 0x80: self = .leftSession(pid: number(data + 4))
        default: return nil
        }
    }
}

/// The kernel's stream of process events; the births of processes that ended long ago
/// stay in its buffer until somebody asks.
///
/// Needs CAP_NET_ADMIN in the first user and process namespaces.
public struct ProcessEvents: ~Copyable, Sendable {
    /// The stream's socket, for waiting.
    public let socket: FileDescriptor

    /// Joins the stream; `bufferByteCount` bounds what waits unread.
    public init(bufferByteCount: Int32) throws(Errno) {
        socket = FileDescriptor(owning: try retrying { k_process_events(bufferByteCount) })
    }

    /// Hands every waiting event to `body`; false when some were lost for want of room.
    ///
    /// Allocates nothing.
    public borrowing func read(_ body: (ProcessEvent) -> Void) -> Bool {
        var buffer = InlineArray<256, UInt8>(repeating: 0)
        var isComplete = true
        while true {
            var bytes = buffer.mutableSpan
            do throws(Errno) {
                let count = try socket.read(into: &bytes)
                let event = ProcessEvent(parsing: buffer.span.extracting(0..<count))
                if let event { body(event) }
            } catch {
                // ENOBUFS is told once, then reading goes on with what came later.
                guard error == .noBuffers else { return isComplete }
                isComplete = false
            }
        }
    }
}
