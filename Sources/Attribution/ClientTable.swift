public import Linux
internal import Synchronization

/// A process that serves one client, and who that is.
public struct KnownClient: Sendable, Equatable {
    /// When the process began: with its number it names it for good.
    public var startTicks: UInt64
    /// What it does for the client.
    public var serving: ServingProcess
    /// Its program.
    public var executable: BytePath
    /// Who it served when it was looked at, all together.
    public var peers: Peers
}

/// Who is served by which process, kept from its first event on: when the client is gone, the
/// process is gone as well, and nobody could be asked any more.
public final class ClientTable: Sendable {
    /// More than clients at once on any server that we know of; what is oldest goes first.
    static let capacity = 4096
    /// How long what was seen of a living process is believed; other connections may join it.
    private static let lifetime: UInt64 = 5_000_000_000

    private struct Entry {
        var client: KnownClient
        var seen: UInt64
    }

    private let services: FileServices
    private let entries = Mutex<[Int32: Entry]>([:])

    /// Knows nobody yet.
    public init(_ services: FileServices) {
        self.services = services
    }

    /// Looks whom a process serves unless that was seen of late; costs 0.1 to 0.3 ms then, and a
    /// few µs for one that serves nobody.
    public func note(_ status: ProcessStatus) {
        let now = Clock.monotonicNanoseconds
        let isFresh = entries.withLock { entries in
            guard let entry = entries[status.pid] else { return false }
            return entry.client.startTicks == status.startTicks && now < entry.seen + Self.lifetime
        }
        if !isFresh { _ = look(status, now) }
    }

    /// Whom a living process serves now, and served before.
    public func client(of status: ProcessStatus) -> KnownClient? {
        look(status, Clock.monotonicNanoseconds)
    }

    /// Whom a process served that has ended.
    public func formerClient(of pid: Int32, startTicks: UInt64) -> KnownClient? {
        entries.withLock { entries in
            guard let client = entries[pid]?.client, client.startTicks == startTicks else {
                return nil
            }
            return client
        }
    }

    private func look(_ status: ProcessStatus, _ now: UInt64) -> KnownClient? {
        guard let serving = services.serving(status), serving.service != .shared else {
            return nil
        }
        var peers = services.peers(of: status)
        // Read behind the peers: a number that was given to another process meanwhile is found out.
        let isSame = ProcessTable.status(status.pid)?.startTicks == status.startTicks
        if !isSame { peers = Peers() }
        let executable = ProcessTable.executable(status.pid) ?? "?"
        return entries.withLock { entries in
            if let known = entries[status.pid]?.client, known.startTicks == status.startTicks {
                peers.formUnion(known.peers)
            }
            let client = KnownClient(
                startTicks: status.startTicks, serving: serving, executable: executable,
                peers: peers)
            if entries.count >= Self.capacity { Self.shrink(&entries) }
            entries[status.pid] = Entry(client: client, seen: now)
            return client
        }
    }

    private static func shrink(_ entries: inout [Int32: Entry]) {
        let times = entries.values.map(\.seen).sorted()
        let middle = times[times.count / 2]
        entries = entries.filter { $0.value.seen > middle }
    }
}
