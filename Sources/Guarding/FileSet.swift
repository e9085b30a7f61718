/// Files by the number of their handle, in a table that never grows.
///
/// Unlike `RecentFiles` it forgets next to none of the last ten thousand.
struct FileSet: Sendable {
    /// Places in which one file may be, so that some ten thousand files crowd out nobody.
    private static let ways = 4
    /// 512 KiB.
    private static let slotCount = 1 << 16
    private var hashes = [UInt64](repeating: 0, count: slotCount)
    private var next = 0

    /// Takes one in, at the cost of another of its bucket where that is full.
    mutating func insert(_ hash: UInt64) {
        if contains(hash) { return }
        let bucket = Self.bucket(of: hash)
        let free = (bucket..<(bucket + Self.ways)).first { hashes[$0] == 0 }
        next = (next + 1) % Self.ways
        hashes[free ?? bucket + next] = hash
    }

    /// Takes one out.
    mutating func remove(_ hash: UInt64) {
        let bucket = Self.bucket(of: hash)
        for slot in bucket..<(bucket + Self.ways) where hashes[slot] == hash { hashes[slot] = 0 }
    }

    /// Whether it is in; 0 never is.
    func contains(_ hash: UInt64) -> Bool {
        let bucket = Self.bucket(of: hash)
        return hash != 0 && (bucket..<(bucket + Self.ways)).contains { hashes[$0] == hash }
    }

    private static func bucket(of hash: UInt64) -> Int {
        Int(hash % UInt64(slotCount / ways)) * ways
    }
}
