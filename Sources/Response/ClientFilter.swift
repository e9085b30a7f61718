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
    private struct State {
        var link: NetfilterLink?
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
        try use { (link, isPrepared) throws(Errno) in
            if isPrepared {
                do throws(Errno) {
                    var batch = NetfilterBatch()
                    NetfilterRules.block(clients, in: &batch)
                    return try link.send(batch)
                } catch {
                    // Somebody has emptied the packet filter.
                    guard error == .noSuchFile else { throw error }
                    isPrepared = false
                }
            }
            var batch = NetfilterBatch()
            NetfilterRules.make(in: &batch)
            NetfilterRules.block(others + clients, in: &batch)
            try link.send(batch)
            isPrepared = true
        }
    }

    /// Lets these come again.
    public func unblock(_ clients: [BlockedClient]) throws(Errno) {
        try use { (link, _) throws(Errno) in
            var batch = NetfilterBatch()
            NetfilterRules.unblock(clients, in: &batch)
            do throws(Errno) {
                try link.send(batch)
            } catch {
                if error != .noSuchFile { throw error }
            }
        }
    }

    /// Removes the table.
    public func remove() throws(Errno) {
        try use { (link, isPrepared) throws(Errno) in
            var batch = NetfilterBatch()
            batch.add(.deleteTable, [.text(1, NetfilterRules.table)])
            isPrepared = false
            do throws(Errno) {
                try link.send(batch)
            } catch {
                if error != .noSuchFile { throw error }
            }
        }
    }

    /// Has the kernel go through a first block without doing it; throws why it would fail.
    ///
    /// Its modules are loaded by that, so that the first block need not wait for them.
    public func rehearse() throws(Errno) {
        try use { (link, _) throws(Errno) in
            var batch = NetfilterBatch()
            NetfilterRules.rehearse(in: &batch)
            try link.send(batch)
        }
    }

    /// Whether the table is there; throws why the kernel does not say so.
    public func exists() throws(Errno) -> Bool {
        var exists = false
        try use { (link, isPrepared) throws(Errno) in
            let question = NetfilterBatch.question(.getTable, [.text(1, NetfilterRules.table)])
            do throws(Errno) {
                try link.send(question)
                exists = true
            } catch {
                if error != .noSuchFile { throw error }
                isPrepared = false
            }
        }
        return exists
    }

    private func use(
        _ body: (NetfilterLink, inout Bool) throws(Errno) -> Void
    ) throws(Errno) {
        let failure = state.withLock { state -> Errno? in
            do throws(Errno) {
                if state.link == nil { state.link = try NetfilterLink() }
                if let link = state.link { try body(link, &state.isPrepared) }
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }
}
