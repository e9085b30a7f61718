internal import Linux

/// A way to the packet filter that is kept open: closing it waits for what was removed, 5 to 20 ms,
/// and takes away the tables that belong to it.
final class NetfilterLink: Sendable {
    private let socket: NetfilterSocket

    init() throws(Errno) { socket = try NetfilterSocket() }

    /// Has a transaction done; throws the first refusal.
    func send(_ batch: NetfilterBatch) throws(Errno) {
        var batch = batch
        batch.end()
        try send(batch.bytes)
    }

    /// Hands over what is no transaction.
    func send(_ messages: [UInt8]) throws(Errno) { try socket.send(messages.span) }
}
