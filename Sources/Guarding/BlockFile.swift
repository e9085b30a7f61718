internal import Control
internal import FoundationEssentials
internal import Linux
internal import Response

/// The file in which blocks outlast the daemon.
struct BlockFile {
    /// One block, by the clock on the wall: that of the boot begins anew with the next.
    private struct Line: Codable {
        var address: [UInt8]
        var port: UInt16
        var incident: String
        var until: UnixTime
        /// How long it was still to hold when this was written.
        ///
        /// A clock that was set back must not make it longer.
        var milliseconds: UInt64
    }

    private let path: BytePath

    init(_ path: BytePath) { self.path = path }

    /// Writes all that hold; what cannot be written is lost with the daemon, and nothing else is.
    func write(_ blocks: [ClientBlocks.Block]) {
        let lines = blocks.map { block in
            Line(
                address: block.address.bytes, port: block.port, incident: block.incident,
                until: block.until, milliseconds: HoldTime.left(until: block.bootEnd))
        }
        guard let data = try? JSONEncoder().encode(lines) else { return }
        try? Self.replace(path, with: Array(data))
    }

    /// What is still to hold; nothing where the file is missing or damaged.
    func read() -> [ClientBlocks.Block] {
        guard let bytes = ProcessTable.contents(path, limit: 4 << 20),
            let lines = try? JSONDecoder().decode([Line].self, from: Data(bytes))
        else { return [] }
        return lines.prefix(ClientBlocks.capacity).compactMap { line in
            guard let address = InternetAddress(line.address),
                let end = HoldTime.bootEnd(until: line.until, atMost: line.milliseconds)
            else { return nil }
            return ClientBlocks.Block(
                address: address, port: line.port, incident: line.incident, bootEnd: end,
                isFiltered: false)
        }
    }

    /// Gives a path another content, whole or not at all.
    static func replace(
        _ path: BytePath, with bytes: [UInt8], permissions: UInt32 = 0o600
    ) throws(Errno) {
        let file = try AtomicFile(in: path.parent, permissions: permissions)
        try file.file.writeAll(bytes.span)
        try file.commit(as: path.lastComponent, replacing: true, isDurable: false)
    }
}
