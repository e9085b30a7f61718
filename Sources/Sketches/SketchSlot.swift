internal import Contents
internal import Linux

/// One place of the store: a group of blocks of one file, in 64 bytes.
///
/// The first word has 32 bits that name the file and the group, 7 for the round in which it was last
/// confirmed, one for the first group of a file, and 24 of a keyed sum over all of it.
struct SketchSlot: Equatable {
    static let byteCount = 64
    static let payloadCount = 7
    private(set) var name: UInt64
    var round: UInt8
    let isFirst: Bool
    var payload: InlineArray<7, UInt64>

    init(name: UInt64, round: UInt8, isFirst: Bool) {
        (self.name, self.round, self.isFirst) = (name & Self.nameMask, round & 0x7F, isFirst)
        payload = InlineArray(repeating: 0)
    }

    private static let nameMask: UInt64 = (1 << 32) - 1

    static func == (a: Self, b: Self) -> Bool {
        a.head == b.head && (0..<payloadCount).allSatisfy { a.payload[$0] == b.payload[$0] }
    }

    private var head: UInt64 {
        name << 32 | UInt64(round) << 25 | (isFirst ? 1 << 24 : 0)
    }

    /// What stands at a place of a bucket.
    enum Content: Equatable { case empty, damaged, slot(SketchSlot) }

    /// Reads one.
    static func read(
        _ bytes: Span<UInt8>, at offset: Int, bucket: UInt64, _ key: SketchKey
    ) -> Content {
        let head = bytes.littleEndian64(at: offset)
        var slot = SketchSlot(
            name: head >> 32, round: UInt8(head >> 25 & 0x7F), isFirst: head >> 24 & 1 == 1)
        var isZero = head == 0
        for index in 0..<payloadCount {
            let word = bytes.littleEndian64(at: offset + 8 * (index + 1))
            slot.payload[index] = word
            if word != 0 { isZero = false }
        }
        if isZero { return .empty }
        return slot.checksum(bucket, key) == head & 0xFF_FFFF ? .slot(slot) : .damaged
    }

    /// The bytes that stand for it in a bucket.
    func write(to bytes: inout MutableSpan<UInt8>, bucket: UInt64, _ key: SketchKey) {
        put(head | checksum(bucket, key), 0, &bytes)
        for index in 0..<Self.payloadCount { put(payload[index], 8 * (index + 1), &bytes) }
    }

    private func put(_ word: UInt64, _ at: Int, _ bytes: inout MutableSpan<UInt8>) {
        for index in 0..<8 {
            bytes[at + index] = UInt8(truncatingIfNeeded: word >> UInt64(8 * index))
        }
    }

    private func checksum(_ bucket: UInt64, _ key: SketchKey) -> UInt64 {
        key.checksum(payload.span, at: bucket ^ head) & 0xFF_FFFF
    }
}

/// Where a group is kept, and under which name.
struct SketchAddress {
    let bucket: UInt64
    let name: UInt64

    init(file: UInt64, group: UInt64, bucketCount: UInt64, _ key: SketchKey) {
        let place = key.place(file, group)
        bucket = (place >> 32) % bucketCount
        // A name of 0 would read as an empty place.
        name = max(1, key.place(place, ~group) & ((1 << 32) - 1))
    }
}
