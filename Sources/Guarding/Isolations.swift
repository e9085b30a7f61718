internal import Control
internal import FoundationEssentials
internal import Linux
internal import Policies
internal import Response
internal import Synchronization

/// For which incidents the host is cut off from the network, and until when.
///
/// The kernel ends it with this process; a file tells the next daemon to go on.
final class Isolations: Sendable {
    private struct Hold: Codable {
        var incident: String
        var until: UnixTime
        /// How long it was still to hold when this was written: a clock that was set back must not
        /// make it longer.
        var milliseconds: UInt64
    }

    private struct State {
        /// When each ends, on the clock since boot.
        var ends: [String: UInt64] = [:]
    }

    private let state = Mutex(State())
    private let host = HostIsolation()
    private let path: BytePath

    init(stateFolder: BytePath) { path = stateFolder.appending("isolation.json") }

    /// Why the packet filter would refuse; nil where it would not.
    var obstacle: Errno? {
        do throws(Errno) {
            try host.rehearse()
            return nil
        } catch {
            return error
        }
    }

    /// When it ends; nil where it does not hold.
    var until: UnixTime? {
        state.withLock { $0.ends.values.max() }.map { HoldTime.wall(ofBoot: $0) }
    }

    /// Cuts the host off because of an incident; throws why the packet filter refuses.
    ///
    /// `keep` is to be called afterwards.
    /// - Returns: until when.
    func begin(_ incident: String, _ policy: IsolationPolicy) throws(Errno) -> UnixTime {
        try host.begin(keeping: policy.keep.map { KeptAddresses($0) })
        let end = Clock.bootNanoseconds + policy.lasts.nanoseconds
        state.withLock { $0.ends[incident] = end }
        return HoldTime.wall(ofBoot: end)
    }

    /// Whether it holds because of an incident.
    func isHeld(_ incident: String) -> Bool { state.withLock { $0.ends[incident] != nil } }

    /// Ends what holds because of an incident; false where nothing does.
    func release(_ incident: String) -> Bool {
        let held = state.withLock { $0.ends.removeValue(forKey: incident) != nil }
        if held { settle() }
        return held
    }

    /// Ends what is over.
    ///
    /// - Returns: the incidents for which it was.
    func lookAfter() -> [String] {
        let now = Clock.bootNanoseconds
        let over = state.withLock { state in
            let over = state.ends.filter { $0.value <= now }.keys.sorted()
            for id in over { state.ends[id] = nil }
            return over
        }
        if !over.isEmpty { settle() }
        return over
    }

    /// Goes on with what the daemon before this one left; throws why the packet filter refuses.
    func takeOver(_ policy: IsolationPolicy) throws(Errno) {
        let left = kept()
        if left.isEmpty { return }
        state.withLock { $0.ends.merge(left) { $1 } }
        try host.begin(keeping: policy.keep.map { KeptAddresses($0) })
    }

    /// What the file tells that is not over; nothing where it is missing or damaged.
    func kept() -> [String: UInt64] {
        guard let bytes = ProcessTable.contents(path, limit: 1 << 20),
            let left = try? JSONDecoder().decode([Hold].self, from: Data(bytes))
        else { return [:] }
        var ends: [String: UInt64] = [:]
        for hold in left {
            ends[hold.incident] = HoldTime.bootEnd(until: hold.until, atMost: hold.milliseconds)
        }
        return ends
    }

    private func settle() {
        if state.withLock({ $0.ends.isEmpty }) { host.end() }
        keep()
    }

    /// Writes down what holds, for the next daemon.
    func keep() {
        let holds = state.withLock(\.ends).map { id, end in
            Hold(
                incident: id, until: HoldTime.wall(ofBoot: end),
                milliseconds: HoldTime.left(until: end))
        }
        guard let data = try? JSONEncoder().encode(holds) else { return }
        try? BlockFile.replace(path, with: Array(data))
    }
}

extension KeptAddresses {
    fileprivate init(_ range: AddressRange) {
        self.init(bytes: range.bytes, prefixLength: range.prefixLength)
    }
}
