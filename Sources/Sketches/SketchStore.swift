internal import Contents
public import Linux
internal import Synchronization

/// What a store holds.
public struct SketchCounts: Sendable, Equatable {
    /// Files of which something is kept.
    public var files: UInt64 = 0
    /// Places in use, for up to seven blocks each.
    public var slots: UInt64 = 0
    /// Places that were damaged when the store was opened, and count as empty.
    public var damaged: UInt64 = 0

    /// Bytes in use.
    public var byteCount: UInt64 { slots * UInt64(SketchSlot.byteCount) }
}

/// What is kept of the files beneath the watched folders, within a fixed size on the disk and nearly
/// nothing in memory.
///
/// Where a bucket of eight places is full, the one that was confirmed longest ago goes. Any thread may
/// look up while another one writes: a place that is half written counts as empty.
public final class SketchStore: Sendable {
    private struct State {
        var counts = SketchCounts()
        var round: UInt8 = 0
        var bucket = [UInt8](repeating: 0, count: SketchTable.bucketByteCount)
    }

    private let table: SketchTable
    private let state = Mutex(State())
    /// Whether a damaged store was found, which is kept beside this one.
    public let wasDamaged: Bool

    static let name: BytePath = "sketches"
    static let damagedName: BytePath = "sketches.damaged"

    /// Opens the store in a folder, or makes it.
    ///
    /// - Parameters:
    ///   - folder: the state directory, which nobody else can read.
    ///   - byteCount: what a new one may take on the disk, 0 for nothing; one that is there keeps its
    ///     size.
    /// - Throws: where it can't be read, made or set aside.
    public init(in folder: BytePath, byteCount: UInt64) throws(Errno) {
        let buckets = max(64, byteCount / UInt64(SketchTable.bucketByteCount))
        let path = folder.appending(Self.name)
        var isDamaged = false
        do throws(Errno) {
            let old = try FileDescriptor.open(path, [.readWrite, .noFollow])
            if let table = try SketchTable.open(old) {
                (self.table, wasDamaged) = (table, false)
                return
            }
            isDamaged = true
            let directory = try FileDescriptor.open(folder, [.directory])
            try directory.rename(Self.name, to: Self.damagedName, replacing: true)
        } catch  where error == .noSuchFile {}
        guard byteCount > 0 else { throw .noSpace }
        let made = try AtomicFile(in: folder)
        try SketchTable.make(in: made.file, bucketCount: buckets)
        try made.commit(as: Self.name, replacing: true)
        let file = try FileDescriptor.open(path, [.readWrite, .noFollow])
        guard let table = try SketchTable.open(file) else { throw .inputOutput }
        (self.table, wasDamaged) = (table, isDamaged)
    }

    /// What it may take on the disk.
    public var capacityByteCount: UInt64 {
        table.bucketCount * UInt64(SketchTable.bucketByteCount)
    }

    /// What it holds, as far as it was counted.
    public var counts: SketchCounts { state.withLock { $0.counts } }

    /// A reader; one that does not wait answers from memory alone.
    public func reader(waits: Bool) -> SketchReader { SketchReader(table, waits: waits) }

    /// Counts what is there; reads all of the store, so it is for a thread behind all others.
    ///
    /// - Parameter goesOn: asked now and then; the count stops where it says no.
    public func count(while goesOn: () -> Bool) {
        var bucket = [UInt8](repeating: 0, count: SketchTable.bucketByteCount)
        var counts = SketchCounts()
        var newest: UInt8 = 0
        var number: UInt64 = 0
        // Most of a new store is a hole.
        while let next = table.nextBucket(from: number) {
            number = next + 1
            if number % 4096 == 0, !goesOn() { return }
            var span = bucket.mutableSpan
            guard table.read(bucket: next, into: &span, waits: true) else { return }
            for place in 0..<SketchTable.bucketSlotCount {
                switch content(bucket.span, place, next) {
                case .empty: break
                case .damaged: counts.damaged += 1
                case .slot(let slot):
                    counts.slots += 1
                    counts.files += slot.isFirst ? 1 : 0
                    newest = max(newest, slot.round)
                }
            }
        }
        state.withLock {
            $0.counts = counts; $0.round = newest
        }
    }

    /// Begins another round: what is confirmed from now on is newer than all else.
    public func beginRound() { state.withLock { $0.round = ($0.round &+ 1) & 0x7F } }

    /// How many rounds ago a slot was confirmed.
    private static func age(_ slot: SketchSlot, _ round: UInt8) -> UInt8 {
        (round &- slot.round) & 0x7F
    }

    /// Whether a file's places should be confirmed, lest they go as the oldest.
    func isStale(_ slot: SketchSlot) -> Bool { state.withLock { Self.age(slot, $0.round) >= 8 } }

    var key: SketchKey { table.key }

    private func content(
        _ bucket: Span<UInt8>, _ place: Int, _ number: UInt64
    ) -> SketchSlot.Content {
        SketchSlot.read(bucket, at: place * SketchSlot.byteCount, bucket: number, table.key)
    }

    /// Keeps a group.
    func keep(
        file: UInt64, group: UInt64, _ fill: (inout SketchSlot) -> Void
    ) throws(Errno) {
        let address = SketchAddress(
            file: file, group: group, bucketCount: table.bucketCount, table.key)
        try state.withLock { state throws(Errno) in
            var slot = SketchSlot(
                name: address.name, round: state.round, isFirst: group == 0)
            fill(&slot)
            var span = state.bucket.mutableSpan
            guard table.read(bucket: address.bucket, into: &span, waits: true) else {
                throw .inputOutput
            }
            let (place, replaced) = choose(state.bucket.span, address, state.round, group == 0)
            if replaced == slot { return }
            try table.write(slot, bucket: address.bucket, place: place)
            if replaced == nil { state.counts.slots += 1 }
            let gone: UInt64 = replaced?.isFirst == true ? 1 : 0
            state.counts.files =
                state.counts.files + (slot.isFirst ? 1 : 0) - min(gone, state.counts.files)
        }
    }

    /// Where a group goes, and what is lost there.
    private func choose(
        _ bucket: Span<UInt8>, _ address: SketchAddress, _ round: UInt8, _ isFirst: Bool
    ) -> (place: Int, replaced: SketchSlot?) {
        var empty: Int?
        var oldest: (place: Int, slot: SketchSlot)?
        for place in 0..<SketchTable.bucketSlotCount {
            guard case .slot(let slot) = content(bucket, place, address.bucket) else {
                empty = empty ?? place
                continue
            }
            if slot.name == address.name, slot.isFirst == isFirst { return (place, slot) }
            if let old = oldest, Self.age(old.slot, round) >= Self.age(slot, round) { continue }
            oldest = (place, slot)
        }
        if let empty { return (empty, nil) }
        return (oldest?.place ?? 0, oldest?.slot)
    }
}
