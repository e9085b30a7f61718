public import Contents
public import Linux

/// Which file, and how it was a moment ago.
///
/// Inode and time of birth name a file for as long as it lives, whatever its name is. The device counts
/// only where the birth is not known, since device numbers change from one start to the next.
public struct FileIdentity: Sendable, Equatable {
    /// A number of the file.
    public let number: UInt64
    /// A number of its size and time of change, which nobody can set.
    public let stamp: UInt32
    /// Bytes in it.
    public let byteCount: UInt64

    /// Takes what a status says.
    public init(_ status: FileStatus) {
        let other = status.born == 0 ? status.device ^ 1 << 63 : UInt64(bitPattern: status.born)
        number = Self.mixed(status.inode, other)
        let change = Self.mixed(status.byteCount, UInt64(bitPattern: status.changed))
        stamp = UInt32(truncatingIfNeeded: change ^ change >> 32)
        byteCount = status.byteCount
    }

    /// Both numbers may be known to others; where something is kept depends on a secret besides.
    private static func mixed(_ a: UInt64, _ b: UInt64) -> UInt64 {
        var z = a &* 0x9E37_79B9_7F4A_7C15 ^ (b &* 0xC2B2_AE3D_27D4_EB4F &+ 0x1656_67B1_9E37_79F9)
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        return z ^ z >> 31
    }
}

/// What is kept of a file besides its blocks.
public struct SketchedFile: Sendable, Equatable {
    /// The file as it was sketched.
    public var side: SketchJudge.Side
    /// A number of its size and time of change then.
    public var stamp: UInt32
    let grid: SketchGrid
    let number: UInt64
    /// Its secret.
    public let key: FileSketchKey

    init(side: SketchJudge.Side, stamp: UInt32, grid: SketchGrid, number: UInt64, _ key: SketchKey)
    {
        (self.side, self.stamp, self.grid) = (side, stamp, grid)
        (self.number, self.key) = (number, key.file(number))
    }

    init(_ slot: SketchSlot, number: UInt64, _ key: SketchKey) {
        let word = slot.payload[0]
        let kind = Kind(rawValue: UInt8(truncatingIfNeeded: word >> 24)) ?? .none
        self.init(
            side: SketchJudge.Side(kind: kind, byteCount: slot.payload[1]),
            stamp: UInt32(truncatingIfNeeded: word >> 32),
            grid: SketchGrid(strideLog2: UInt8(truncatingIfNeeded: word >> 16)), number: number, key
        )
    }

    /// The first two words of the first group.
    func write(to slot: inout SketchSlot) {
        slot.payload[0] =
            UInt64(stamp) << 32 | UInt64(side.kind.rawValue) << 24 | UInt64(grid.strideLog2) << 16
            | 1
        slot.payload[1] = side.byteCount
    }
}
