internal import Linux

/// The watched folders by the numbers of their watches.
///
/// A folder knows only its name and the one above it, so that a moved folder takes all paths
/// beneath it along.
struct FolderTree {
    private struct Folder {
        /// 0 for a watched root, whose name is its whole path.
        var parent: Int32
        var name: BytePath
    }

    /// No path has more components.
    ///
    /// Source: PATH_MAX, limits.h.
    private static let maximumDepth = 4096
    private var folders: [Int32: Folder] = [:]

    /// Every watch.
    var watches: [Int32] { Array(folders.keys) }

    func contains(_ watch: Int32) -> Bool { folders[watch] != nil }

    /// Whether the watch is that of a folder that the policy names.
    func isRoot(_ watch: Int32) -> Bool { folders[watch]?.parent == 0 }

    /// Puts a folder where it is now.
    mutating func set(_ watch: Int32, in parent: Int32, name: BytePath) {
        // A root that lies beneath another one keeps its own path.
        if parent != 0, isRoot(watch) { return }
        folders[watch] = Folder(parent: parent, name: name)
    }

    mutating func remove(_ watch: Int32) { folders[watch] = nil }

    /// Where the folder is; nil when it or one above it is not known any more.
    func path(_ watch: Int32) -> BytePath? {
        var parts = [BytePath]()
        var next = watch
        while parts.count < Self.maximumDepth {
            guard let folder = folders[next] else { return nil }
            if folder.parent == 0 {
                return parts.reversed().reduce(folder.name) { $0.appending($1) }
            }
            parts.append(folder.name)
            next = folder.parent
        }
        return nil
    }

    /// The folder and everything beneath it.
    func beneath(_ top: Int32) -> [Int32] {
        folders.keys.filter { watch in
            var next = watch
            for _ in 0..<Self.maximumDepth {
                if next == top { return true }
                guard let folder = folders[next], folder.parent != 0 else { return false }
                next = folder.parent
            }
            return false
        }
    }
}

/// A name in a watched folder as one number; the seed keeps others from choosing names that collide.
struct NameKey: Hashable {
    private let value: UInt64

    /// Source: FNV-1a, 64 bit, started at a random number.
    init(_ watch: Int32, _ name: some Sequence<UInt8>, seed: UInt64) {
        var value = seed ^ UInt64(UInt32(bitPattern: watch)) &* 0x9E37_79B9_7F4A_7C15
        for byte in name { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
        self.value = value
    }
}

/// Handles of the files that were seen last, since a removed file has no path to ask for one.
struct RecentHandles {
    private static let slots = 1024
    private var entries = [(key: NameKey, handle: FileHandle)?](repeating: nil, count: slots)

    subscript(key: NameKey) -> FileHandle? {
        get {
            let entry = entries[Self.slot(key)]
            return entry?.key == key ? entry?.handle : nil
        }
        set { entries[Self.slot(key)] = newValue.map { (key, $0) } }
    }

    private static func slot(_ key: NameKey) -> Int {
        Int(UInt(bitPattern: key.hashValue) % UInt(slots))
    }
}
