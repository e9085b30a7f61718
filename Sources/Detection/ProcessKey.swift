/// A process, told apart from later ones with the same number by when it started.
public struct ProcessKey: Hashable, Sendable {
    /// The process number.
    public var pid: Int32
    /// When it started, in clock ticks since boot (field 22 of `/proc/pid/stat`).
    public var startTicks: UInt64

    /// Names a process.
    public init(pid: Int32, startTicks: UInt64) {
        self.pid = pid
        self.startTicks = startTicks
    }

    /// Mixes both fields; the seed keeps others from choosing pids that collide.
    func mixed(seed: UInt64) -> Int {
        var z = startTicks &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(UInt32(bitPattern: pid)) ^ seed
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return Int(truncatingIfNeeded: z >> 33)
    }
}

/// The process that acted, then those of its ancestors that may be stopped.
public struct Lineage: Sendable {
    /// The most levels kept; further ones are ignored.
    public static let capacity = 8

    /// How many levels there are.
    public private(set) var count = 0
    private var keys = InlineArray<8, ProcessKey>(repeating: ProcessKey(pid: 0, startTicks: 0))

    /// Starts without any process.
    public init() {}

    /// Starts with the process that acted.
    public init(writer: ProcessKey) {
        append(writer)
    }

    /// The process at level `i`; the writer is level 0.
    public subscript(i: Int) -> ProcessKey { keys[i] }

    /// Adds the next ancestor.
    public mutating func append(_ key: ProcessKey) {
        guard count < Self.capacity else { return }
        keys[count] = key
        count += 1
    }
}
