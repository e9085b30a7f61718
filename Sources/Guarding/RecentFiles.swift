/// The last few hundred files by handle, in a table that never grows.
struct RecentFiles {
    private var hashes = [UInt64](repeating: 0, count: 2048)

    mutating func insert(_ hash: UInt64) { hashes[Int(hash % 2048)] = hash }

    mutating func remove(_ hash: UInt64) {
        if contains(hash) { hashes[Int(hash % 2048)] = 0 }
    }

    func contains(_ hash: UInt64) -> Bool { hash != 0 && hashes[Int(hash % 2048)] == hash }
}
