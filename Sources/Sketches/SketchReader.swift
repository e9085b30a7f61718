public import Contents
internal import Linux

/// Looks sketches up; each thread has one of its own, and looking up allocates nothing.
public struct SketchReader: ~Copyable, Sendable {
    private let table: SketchTable
    private var bucket = [UInt8](repeating: 0, count: SketchTable.bucketByteCount)
    /// The group that was read last.
    private var last: (file: UInt64, group: UInt64, slot: SketchSlot?)?
    /// Whether a look-up may wait for the disk.
    private let waits: Bool

    init(_ table: SketchTable, waits: Bool) { (self.table, self.waits) = (table, waits) }

    /// The file if it is sketched; nil as well if the answer is not in memory and must not be waited
    /// for.
    public mutating func file(_ identity: FileIdentity) -> SketchedFile? {
        last = nil
        return slot(identity.number, group: 0).map {
            SketchedFile($0, number: identity.number, table.key)
        }
    }

    /// A sketched block near a block, so that a sample is drawn where something is known.
    public func sketched(near block: UInt64, of file: borrowing SketchedFile) -> UInt64 {
        file.grid.sketched(near: block, file.key)
    }

    /// What is kept of a block; nil if nothing is.
    public mutating func block(_ block: UInt64, of file: borrowing SketchedFile) -> BlockSketch? {
        guard block < SketchGrid.blockCount(file.side.byteCount) else { return nil }
        let group = SketchGrid.group(ofBlock: block)
        guard let slot = slot(file.number, group: group) else { return nil }
        let first = SketchGrid.blocks(ofGroup: group).lowerBound
        return BlockSketch(rawValue: slot.payload[Int(block - first) + (group == 0 ? 2 : 0)])
    }

    mutating func slot(_ file: UInt64, group: UInt64) -> SketchSlot? {
        if let last, last.file == file, last.group == group { return last.slot }
        let address = SketchAddress(
            file: file, group: group, bucketCount: table.bucketCount, table.key)
        var local = [UInt8]()
        swap(&local, &bucket)
        defer { swap(&local, &bucket) }
        var span = local.mutableSpan
        var found: SketchSlot?
        if table.read(bucket: address.bucket, into: &span, waits: waits) {
            for place in 0..<SketchTable.bucketSlotCount {
                let content = SketchSlot.read(
                    local.span, at: place * SketchSlot.byteCount, bucket: address.bucket, table.key)
                if case .slot(let slot) = content, slot.name == address.name,
                    slot.isFirst == (group == 0)
                {
                    found = slot
                }
            }
        }
        last = (file, group, found)
        return found
    }
}
