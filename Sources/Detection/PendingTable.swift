/// What waits for its counterpart.
enum PendingKind: UInt64 {
    /// A random new file.
    case uniform = 1
    /// A new encrypted container.
    case container
    /// The loss of an older file.
    case loss
}

/// Where new files and losses that wait for one another happened, for all actors together.
///
/// Only a loss in the folder of a new file, or of a file of the same name before the first dot,
/// makes a pair: over a long session everybody makes some random files and removes some others.
/// Nothing expires with time, so that a slow attack, and one that removes everything at its end,
/// adds up as well. Source: facts/entropy.md §7, "no time decay".
struct PendingTable: ~Copyable {
    private struct Slot {
        var tag: UInt32 = 0
        var count: UInt32 = 0
    }

    /// Slots in which one key may be.
    private static let ways = 4
    /// 2^17 slots of 8 bytes: an attack on 8,000 files at all levels of its ancestry fits.
    private static let slotCount = 1 << 17
    private var slots = [Slot](repeating: Slot(), count: slotCount)
    private let seed = UInt64.random(in: .min ... .max)

    /// Notes one more of a kind.
    mutating func add(_ kind: PendingKind, of actor: ProcessKey, at place: FilePlace) {
        addOne(kind, actor, place.folder)
        addOne(kind, actor, place.stem)
    }

    private mutating func addOne(_ kind: PendingKind, _ actor: ProcessKey, _ number: UInt64) {
        if number == 0 { return }
        let (index, tag) = slot(kind, actor, number)
        if slots[index].tag != tag { slots[index] = Slot(tag: tag, count: 0) }
        slots[index].count &+= 1
    }

    /// Takes one of a kind that belongs to the place; false if none does.
    mutating func take(_ kind: PendingKind, of actor: ProcessKey, at place: FilePlace) -> Bool {
        // Both, so that one new file is not found again by its other number.
        let byFolder = takeOne(kind, actor, place.folder)
        let byStem = takeOne(kind, actor, place.stem)
        return byFolder || byStem
    }

    private mutating func takeOne(
        _ kind: PendingKind, _ actor: ProcessKey, _ number: UInt64
    ) -> Bool {
        if number == 0 { return false }
        let (index, tag) = slot(kind, actor, number)
        guard slots[index].tag == tag, slots[index].count > 0 else { return false }
        slots[index].count -= 1
        return true
    }

    /// The key's slot, or the one of its bucket that counts least.
    private func slot(
        _ kind: PendingKind, _ actor: ProcessKey, _ number: UInt64
    ) -> (index: Int, tag: UInt32) {
        let mixed = UInt64(
            actor.mixed(seed: seed ^ number &* 0x9E37_79B9_7F4A_7C15 ^ kind.rawValue))
        let tag = UInt32(truncatingIfNeeded: mixed >> 1) | 1
        let bucket = Int(mixed >> 7 % UInt64(Self.slotCount / Self.ways)) * Self.ways
        var least = bucket
        for index in bucket..<(bucket + Self.ways) {
            if slots[index].tag == tag { return (index, tag) }
            if slots[index].count < slots[least].count { least = index }
        }
        return (least, tag)
    }
}
