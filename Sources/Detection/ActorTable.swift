/// A fixed number of actors, found by open addressing; nothing is allocated after `init`.
struct ActorTable: ~Copyable {
    var actors: [Actor] = []
    /// Index into `actors` plus one, 0 when free; twice as many slots as actors, a power of two.
    private var slots: [Int32]
    private let mask: Int
    private let capacity: Int
    private let seed: UInt64
    private(set) var evictionCount = 0

    init(capacity wanted: Int) {
        capacity = max(2 * Lineage.capacity, min(wanted, 1 << 20))
        var slotCount = 2
        while slotCount < capacity * 2 { slotCount *= 2 }
        mask = slotCount - 1
        slots = [Int32](repeating: 0, count: slotCount)
        seed = UInt64.random(in: .min ... .max)
        actors.reserveCapacity(capacity)
    }

    func index(of key: ProcessKey) -> Int? {
        let found = slots[slot(of: key)]
        return found == 0 ? nil : Int(found) - 1
    }

    /// The actor's index; a new one takes the place of the least suspected when all are taken.
    mutating func findOrInsert(_ key: ProcessKey) -> Int {
        if let index = index(of: key) { return index }
        if actors.count == capacity {
            evictionCount += 1
            remove(at: leastSuspected)
        }
        actors.append(Actor(key: key))
        slots[slot(of: key)] = Int32(actors.count)
        return actors.count - 1
    }

    mutating func remove(_ key: ProcessKey) {
        if let index = index(of: key) { remove(at: index) }
    }

    /// Lowest score first, then seen longest ago.
    private var leastSuspected: Int {
        var least = 0
        for i in 1..<actors.count {
            let isLower = actors[i].score < actors[least].score
            let isOlder =
                actors[i].score == actors[least].score
                && actors[i].lastSequence < actors[least].lastSequence
            if isLower || isOlder { least = i }
        }
        return least
    }

    /// Moves the last actor into the gap.
    private mutating func remove(at index: Int) {
        free(slot(of: actors[index].key))
        let last = actors.count - 1
        if index != last {
            slots[slot(of: actors[last].key)] = Int32(index + 1)
            actors[index] = actors[last]
        }
        actors.removeLast()
    }

    /// Closes the gap by moving back what it had pushed along (Knuth, TAOCP 3, §6.4, algorithm R).
    private mutating func free(_ slot: Int) {
        var gap = slot
        var next = gap
        slots[gap] = 0
        while true {
            next = (next + 1) & mask
            guard slots[next] != 0 else { return }
            let home = actors[Int(slots[next]) - 1].key.mixed(seed: seed) & mask
            let isBetween =
                gap <= next ? (gap < home && home <= next) : (gap < home || home <= next)
            if isBetween { continue }
            slots[gap] = slots[next]
            slots[next] = 0
            gap = next
        }
    }

    /// The key's slot, or the free one where it would go.
    private func slot(of key: ProcessKey) -> Int {
        var slot = key.mixed(seed: seed) & mask
        while slots[slot] != 0, actors[Int(slots[slot]) - 1].key != key { slot = (slot + 1) & mask }
        return slot
    }
}
