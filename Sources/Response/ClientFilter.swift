public import Linux
internal import Synchronization

/// A client that is turned away from one port, for a time.
public struct BlockedClient: Sendable, Equatable {
    /// Its address.
    public var address: InternetAddress
    /// The port of ours that answers it with a reset.
    public var port: UInt16
    /// How long from now on.
    public var remainingMilliseconds: UInt64

    /// Names a client, a port and a time.
    public init(address: InternetAddress, port: UInt16, remainingMilliseconds: UInt64) {
        (self.address, self.port) = (address, port)
        self.remainingMilliseconds = remainingMilliseconds
    }
}

/// Turns clients away by a table of our own in the kernel's packet filter (`inet kanaria`).
///
/// No other table is ever read or changed. Elements end by themselves, also when nobody runs any
/// more. The kernel is told directly: starting nft(8) would take 3 to 12 ms before the kill.
public final class ClientFilter: Sendable {
    /// The way to the kernel, kept open: closing it waits for what was removed, 5 to 20 ms.
    private final class Link: Sendable {
        let socket: NetfilterSocket

        init() throws(Errno) { socket = try NetfilterSocket() }
    }

    private struct State {
        var link: Link?
        /// Whether our table is known to be as it should be.
        var isPrepared = false
    }

    private let state = Mutex(State())

    /// Opens nothing yet.
    public init() {}

    /// Turns these away; where the table is missing, it is made, with `others` in it as well.
    ///
    /// Takes 0.1 to 1 ms.
    public func block(
        _ clients: [BlockedClient], others: [BlockedClient] = []
    ) throws(Errno) {
        try use { (socket, isPrepared) throws(Errno) in
            if isPrepared {
                do throws(Errno) {
                    var batch = NetfilterBatch()
                    NetfilterRules.block(clients, in: &batch)
                    return try Self.send(batch, socket)
                } catch {
                    // Somebody has emptied the packet filter.
                    guard error == .noSuchFile else { throw error }
                    isPrepared = false
                }
            }
            var batch = NetfilterBatch()
            NetfilterRules.make(in: &batch)
            NetfilterRules.block(others + clients, in: &batch)
            try Self.send(batch, socket)
            isPrepared = true
        }
    }

    /// Lets these come again.
    public func unblock(_ clients: [BlockedClient]) throws(Errno) {
        try use { (socket, _) throws(Errno) in
            var batch = NetfilterBatch()
            NetfilterRules.unblock(clients, in: &batch)
            do throws(Errno) {
                try Self.send(batch, socket)
            } catch {
                if error != .noSuchFile { throw error }
            }
        }
    }

    /// Removes the table.
    public func remove() throws(Errno) {
        try use { (socket, isPrepared) throws(Errno) in
            var batch = NetfilterBatch()
            batch.add(.deleteTable, [.text(1, NetfilterRules.table)])
            isPrepared = false
            do throws(Errno) {
                try Self.send(batch, socket)
            } catch {
                if error != .noSuchFile { throw error }
            }
        }
    }

    /// Has the kernel go through a first block without doing it; throws why it would fail.
    ///
    /// Its modules are loaded by that, so that the first block need not wait for them.
    public func rehearse() throws(Errno) {
        try use { (socket, _) throws(Errno) in
            var batch = NetfilterBatch()
            NetfilterRules.rehearse(in: &batch)
            try Self.send(batch, socket)
        }
    }

    /// Whether the table is there; throws why the kernel does not say so.
    public func exists() throws(Errno) -> Bool {
        var exists = false
        try use { (socket, isPrepared) throws(Errno) in
            let question = NetfilterBatch.question(.getTable, [.text(1, NetfilterRules.table)])
            do throws(Errno) {
                try socket.send(question.span)
                exists = true
            } catch {
                if error != .noSuchFile { throw error }
                isPrepared = false
            }
        }
        return exists
    }

    private static func send(
        _ batch: NetfilterBatch, _ socket: borrowing NetfilterSocket
    ) throws(Errno) {
        var batch = batch
        batch.end()
        try socket.send(batch.bytes.span)
    }

    private func use(
        _ body: (borrowing NetfilterSocket, inout Bool) throws(Errno) -> Void
    ) throws(Errno) {
        let failure = state.withLock { state -> Errno? in
            do throws(Errno) {
                if state.link == nil { state.link = try Link() }
                if let link = state.link { try body(link.socket, &state.isPrepared) }
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }
}
