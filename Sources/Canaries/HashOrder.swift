internal import Linux

/// The order in which ext4 lists a folder: by a hash of the name, keyed per file system.
///
/// Source: Linux 6.18, fs/ext4/hash.c (`ext4fs_dirhash`, half MD4) and fs/ext4/dir.c
/// (`ext4_dx_readdir`: ascending by hash, then by minor hash).
struct HashOrder: Sendable, Equatable {
    private let seed: InlineArray<4, UInt32>
    /// Whether bytes from 0x80 on count as negative (`EXT2_FLAGS_SIGNED_HASH`).
    private let isSigned: Bool

    /// Two orders are the same if their keys are.
    static func == (left: HashOrder, right: HashOrder) -> Bool {
        left.isSigned == right.isSigned
            && left.seed.indices.allSatisfy { left.seed[$0] == right.seed[$0] }
    }

    /// Takes the key of a file system; all zero stands for the key of MD4.
    init(seed: InlineArray<4, UInt32>, isSigned: Bool) {
        // Source: RFC 1320, section 3.3.
        let standard: InlineArray<4, UInt32> = [
            0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476,
        ]
        self.seed = seed.indices.allSatisfy { seed[$0] == 0 } ? standard : seed
        self.isSigned = isSigned
    }

    /// Reads the key out of a superblock; nil unless it hashes by half MD4 and indexes folders.
    ///
    /// Source: Linux 6.18, fs/ext4/ext4.h, `struct ext4_super_block`.
    init?(superblock: Span<UInt8>) {
        guard superblock.count >= 0x164, superblock.littleEndian16(at: 0x38) == 0xef53,
            superblock.littleEndian32(at: 0x5c) & 0x20 != 0, superblock[0xfc] == 1
        else { return nil }
        var seed = InlineArray<4, UInt32>(repeating: 0)
        for index in 0..<4 { seed[index] = superblock.littleEndian32(at: 0xec + 4 * index) }
        self.init(seed: seed, isSigned: superblock.littleEndian32(at: 0x160) & 2 == 0)
    }

    /// The place of a name: files are listed from the lowest to the highest.
    func place(of name: [UInt8]) -> UInt64 {
        var state = seed
        var start = 0
        repeat {
            Self.mix(words(name, from: start), into: &state)
            start += 32
        } while start < name.count
        // The lowest bit is not used, and the highest value means the end of the folder.
        let hash = state[1] & ~1
        return UInt64(hash == 0xffff_fffe ? 0xffff_fffc : hash) << 32 | UInt64(state[2])
    }

    /// 32 bytes as eight big-endian words, filled up with the length of the rest.
    private func words(_ name: [UInt8], from start: Int) -> InlineArray<8, UInt32> {
        let rest = UInt32(truncatingIfNeeded: name.count - start)
        var pad = rest | rest << 8
        pad |= pad << 16
        var words = InlineArray<8, UInt32>(repeating: pad)
        var value = pad
        let count = min(32, name.count - start)
        for index in 0..<count {
            let byte = name[start + index]
            let number =
                isSigned ? UInt32(bitPattern: Int32(Int8(bitPattern: byte))) : UInt32(byte)
            value = number &+ value << 8
            if index % 4 == 3 {
                words[index / 4] = value
                value = pad
            }
        }
        if count % 4 != 0 { words[count / 4] = value }
        return words
    }

    /// Which word each step takes, and by how much it rotates.
    ///
    /// Source: fs/ext4/hash.c, `half_md4_transform`.
    private static let order: InlineArray<24, UInt8> = [
        0, 1, 2, 3, 4, 5, 6, 7, 1, 3, 5, 7, 0, 2, 4, 6, 3, 7, 2, 6, 1, 5, 0, 4,
    ]
    private static let rotations: InlineArray<12, UInt32> = [
        3, 7, 11, 19, 3, 5, 9, 13, 3, 9, 11, 15,
    ]
    private static let constants: InlineArray<3, UInt32> = [0, 0x5a82_7999, 0x6ed9_eba1]

    private static func mix(
        _ words: InlineArray<8, UInt32>, into state: inout InlineArray<4, UInt32>
    ) {
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        for step in 0..<24 {
            let round = step / 8
            let choice =
                switch round {
                case 0: d ^ (b & (c ^ d))
                case 1: (b & c) &+ ((b ^ c) & d)
                default: b ^ c ^ d
                }
            let sum = a &+ choice &+ words[Int(order[step])] &+ constants[round]
            let turn = rotations[round * 4 + step % 4]
            (a, b, c, d) = (d, sum << turn | sum >> (32 - turn), b, c)
        }
        state[0] &+= a
        state[1] &+= b
        state[2] &+= c
        state[3] &+= d
    }
}

extension HashOrder {
    /// The order of the file system that holds a folder, if its key can be read and explains
    /// how the folder's files are listed now.
    static func of(_ folder: borrowing FileDescriptor, listing names: [BytePath]) -> HashOrder? {
        guard let device = (try? folder.status())?.device,
            let disk = try? BlockDevice.open(device)
        else { return nil }
        var superblock = [UInt8](repeating: 0, count: 1024)
        var span = superblock.mutableSpan
        guard (try? disk.read(into: &span, at: 1024)) == 1024,
            let order = HashOrder(superblock: superblock.span)
        else { return nil }
        let places = names.map { order.place(of: $0.bytes) }
        return zip(places, places.dropFirst()).allSatisfy(<) ? order : nil
    }
}
