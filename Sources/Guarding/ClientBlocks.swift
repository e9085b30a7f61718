internal import Attribution
internal import Control
internal import Linux
internal import Response
internal import Synchronization

/// The clients that are turned away, each for an incident and a time.
///
/// The packet filter ends a block by itself; what is known here outlasts the daemon in a file.
final class ClientBlocks: Sendable {
    /// One client at one port for one incident.
    struct Block: Sendable, Equatable {
        var address: InternetAddress
        var port: UInt16
        var incident: String
        /// When it ends, on the clock since boot: setting the time moves it not.
        var bootEnd: UInt64
        /// Whether the packet filter has it.
        var isFiltered: Bool

        var until: UnixTime { HoldTime.wall(ofBoot: bootEnd) }

        func filtered(at now: UInt64) -> BlockedClient {
            let rest = bootEnd > now ? (bootEnd - now) / 1_000_000 : 0
            return BlockedClient(address: address, port: port, remainingMilliseconds: max(1, rest))
        }
    }

    /// What became of a release.
    struct Release {
        /// The clients that may come again.
        var freed: [InternetAddress] = []
        /// Those that another incident keeps away.
        var kept: [InternetAddress] = []
        /// Why the packet filter did not do it.
        var refusal: Errno?
    }

    private let blocks = Mutex<[Block]>([])
    private let filter = ClientFilter()
    private let file: BlockFile
    private let samba: SambaInclude
    /// One writes at a time, so that the newest state is written last.
    private let writing = Mutex(())

    /// More are not turned away at once, so that an attack cannot fill the kernel's memory.
    static let capacity = 1024

    init(stateFolder: BytePath, _ samba: SambaInclude) {
        file = BlockFile(stateFolder.appending("blocks.json"))
        self.samba = samba
    }

    /// All that hold, oldest first.
    var current: [Block] {
        let now = Clock.bootNanoseconds
        return blocks.withLock { $0.filter { $0.bootEnd > now } }
    }

    /// Why clients could not be turned away now; nil where they could.
    var obstacle: Errno? {
        do throws(Errno) {
            try filter.rehearse()
            return nil
        } catch {
            return error
        }
    }

    /// Turns clients away at once; `keep` is to be called once the process was ended.
    ///
    /// - Returns: why the packet filter does not do it; nil where it does.
    func add(
        _ clients: [(address: InternetAddress, port: UInt16)], incident: String, for time: UInt64
    ) -> Errno? {
        let now = Clock.bootNanoseconds
        var made = clients.map { client in
            Block(
                address: client.address, port: client.port, incident: incident,
                bootEnd: now + time, isFiltered: true)
        }
        let refusal = block(made, at: now)
        if refusal != nil { for index in made.indices { made[index].isFiltered = false } }
        blocks.withLock { $0 += made }
        return refusal
    }

    private func block(_ made: [Block], at now: UInt64) -> Errno? {
        let others = current
        if others.count >= Self.capacity { return .noSpace }
        // Whom an earlier incident keeps away for longer stays away for longer.
        let same = others.filter { other in
            made.contains { $0.address == other.address && $0.port == other.port }
        }
        do throws(Errno) {
            try filter.block(
                (made + same).map { $0.filtered(at: now) },
                others: others.map { $0.filtered(at: now) })
            return nil
        } catch {
            return error
        }
    }

    /// Writes down what holds: for the next daemon, and for Samba what the packet filter has not.
    ///
    /// - Returns: whether Samba was told of the clients of the incident.
    @discardableResult
    func keep(incident: String? = nil) -> Bool {
        writing.withLock { _ in write(incident) }
    }

    private func write(_ incident: String?) -> Bool {
        let all = current
        file.write(all)
        let unfiltered = all.filter { !$0.isFiltered }
        let isTold = samba.deny(unfiltered.map(\.address))
        return isTold && unfiltered.contains { $0.incident == incident }
    }

    /// Undoes what was done for an incident; nil if nothing holds because of it.
    func release(_ incident: String) -> Release? {
        let (mine, others) = blocks.withLock { blocks in
            let mine = blocks.filter { $0.incident == incident }
            blocks.removeAll { $0.incident == incident }
            return (mine, blocks)
        }
        if mine.isEmpty { return nil }
        var result = Release()
        result.refusal = forget(mine, leaving: others)
        for block in mine where !result.freed.contains(block.address) {
            let isKept = others.contains { $0.address == block.address }
            if !isKept {
                result.freed.append(block.address)
            } else if !result.kept.contains(block.address) {
                result.kept.append(block.address)
            }
        }
        keep()
        return result
    }

    /// Takes out what has ended by itself, and makes the table again if somebody removed it.
    ///
    /// - Returns: the incidents for which nothing holds any more.
    func lookAfter() -> [String] {
        let now = Clock.bootNanoseconds
        let (ended, left) = blocks.withLock { blocks in
            let ended = blocks.filter { $0.bootEnd <= now }
            if !ended.isEmpty { blocks.removeAll { $0.bootEnd <= now } }
            return (ended, blocks)
        }
        if !ended.isEmpty {
            _ = forget(ended, leaving: left)
            keep()
        }
        if !left.isEmpty, (try? filter.exists()) == false { restore(left) }
        let incidents = Set(ended.map(\.incident))
        return incidents.filter { id in !left.contains { $0.incident == id } }.sorted()
    }

    /// Takes over what the daemon before this one left, for as long as it was to hold.
    ///
    /// - Returns: the incidents for which something holds.
    func takeOver() -> [String] {
        let left = file.read()
        if left.isEmpty { return [] }
        blocks.withLock { $0 = left }
        restore(left)
        var incidents: [String] = []
        for block in left where !incidents.contains(block.incident) {
            incidents.append(block.incident)
        }
        return incidents
    }

    private func restore(_ left: [Block]) {
        let now = Clock.bootNanoseconds
        let wanted = left.filter { $0.bootEnd > now }
        let isFiltered = (try? filter.block(wanted.map { $0.filtered(at: now) })) != nil
        blocks.withLock { blocks in
            for index in blocks.indices where wanted.contains(blocks[index]) {
                blocks[index].isFiltered = isFiltered
            }
        }
    }

    /// The table goes with its last element: whoever is not attacked has no rules of ours.
    private func forget(_ gone: [Block], leaving others: [Block]) -> Errno? {
        let ended = gone.filter { block in
            !others.contains { $0.address == block.address && $0.port == block.port }
        }
        let wasFiltered = ended.contains(where: \.isFiltered)
        do throws(Errno) {
            if others.contains(where: \.isFiltered) {
                let filtered = ended.filter(\.isFiltered).map { $0.filtered(at: .max) }
                if !filtered.isEmpty { try filter.unblock(filtered) }
            } else if wasFiltered {
                try filter.remove()
            }
            return nil
        } catch {
            return error
        }
    }
}
