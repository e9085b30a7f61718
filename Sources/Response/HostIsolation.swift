public import Linux
internal import Synchronization

/// Cuts the whole host off from the network, but for chosen addresses, by a table of our own in the
/// kernel's packet filter (`inet kanaria-isolation`).
///
/// The table is bound to our socket: if this process ends in whatever way, the kernel removes it.
public final class HostIsolation: Sendable {
    /// The socket that the table belongs to.
    private let link = Mutex<NetfilterLink?>(nil)

    /// Opens nothing yet.
    public init() {}

    /// Drops every packet that is not of the loopback interface or of a kept address.
    ///
    /// Takes 0.1 to 1 ms. Nothing happens where it holds already.
    public func begin(keeping kept: [KeptAddresses]) throws(Errno) {
        var batch = NetfilterBatch()
        IsolationRules.make(keeping: kept, in: &batch)
        let table = batch
        let failure = link.withLock { link -> Errno? in
            if link != nil { return nil }
            do throws(Errno) {
                let made = try NetfilterLink()
                try made.send(table)
                link = made
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    /// Lets all packets pass again.
    ///
    /// The table goes with the socket.
    public func end() { link.withLock { $0 = nil } }

    /// Whether it holds.
    public var isInForce: Bool { link.withLock { $0 != nil } }

    /// Has the kernel go through it without doing it; throws why it would fail.
    public func rehearse() throws(Errno) {
        var batch = NetfilterBatch()
        IsolationRules.rehearse(in: &batch)
        try NetfilterLink().send(batch)
    }
}
