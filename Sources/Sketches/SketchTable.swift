internal import Contents
internal import Linux

/// The file with the sketches: a header of 4 KiB, then buckets of eight places.
///
/// A place that is damaged reads as empty, so a crash at any byte costs one place at most.
final class SketchTable: Sendable {
    let file: FileDescriptor
    let key: SketchKey
    let bucketCount: UInt64

    static let headerByteCount = 4096
    static let bucketSlotCount = 8
    static let bucketByteCount = bucketSlotCount * SketchSlot.byteCount
    /// The last digit is the version of the format.
    private static let magic: StaticString = "kanaria sketches 1\n"
    private static let keyOffset = 32
    private static let countOffset = 64
    private static let sumOffset = 72

    private init(_ file: consuming FileDescriptor, _ key: SketchKey, bucketCount: UInt64) {
        self.file = file
        (self.key, self.bucketCount) = (key, bucketCount)
    }

    /// Opens one; nil where the file is no whole store.
    static func open(_ file: consuming FileDescriptor) throws(Errno) -> SketchTable? {
        var header = [UInt8](repeating: 0, count: headerByteCount)
        var span = header.mutableSpan
        let count = try file.readFully(into: &span, count: headerByteCount, at: 0)
        let key = SketchKey(header.span.extracting(keyOffset..<countOffset))
        let bucketCount = header.span.littleEndian64(at: countOffset)
        let size = try file.status().byteCount
        guard count == headerByteCount, header.starts(with: magicBytes),
            header.span.littleEndian64(at: sumOffset) == sum(key, bucketCount),
            bucketCount > 0, bucketCount < 1 << 32,
            size == UInt64(headerByteCount) + bucketCount * UInt64(bucketByteCount)
        else { return nil }
        return SketchTable(file, key, bucketCount: bucketCount)
    }

    /// Writes an empty one into a new file.
    static func make(in file: borrowing FileDescriptor, bucketCount: UInt64) throws(Errno) {
        var header = magicBytes + [UInt8](repeating: 0, count: headerByteCount - magicBytes.count)
        for index in 0..<SketchKey.byteCount { header[keyOffset + index] = .random(in: 0...255) }
        let key = SketchKey(header.span.extracting(keyOffset..<countOffset))
        for (at, word) in [(countOffset, bucketCount), (sumOffset, sum(key, bucketCount))] {
            for index in 0..<8 {
                header[at + index] = UInt8(truncatingIfNeeded: word >> UInt64(8 * index))
            }
        }
        try file.writeAll(header.span, at: 0)
        try file.truncate(
            to: UInt64(headerByteCount) + bucketCount * UInt64(bucketByteCount))
    }

    private static var magicBytes: [UInt8] { Array("\(magic)".utf8) }

    private static func sum(_ key: SketchKey, _ bucketCount: UInt64) -> UInt64 {
        key.checksum([bucketCount].span, at: 1)
    }

    /// Reads a bucket; false where it can't be read, or only from the disk while that must not be
    /// waited for.
    func read(bucket: UInt64, into bytes: inout MutableSpan<UInt8>, waits: Bool) -> Bool {
        let offset = UInt64(Self.headerByteCount) + bucket * UInt64(Self.bucketByteCount)
        if !waits {
            return file.readCached(into: &bytes, at: offset) == Self.bucketByteCount
        }
        return (try? file.readFully(into: &bytes, count: Self.bucketByteCount, at: offset))
            == Self.bucketByteCount
    }

    /// The next bucket, at a number or behind it, that is not in a hole; nil where there is none.
    func nextBucket(from number: UInt64) -> UInt64? {
        guard number < bucketCount else { return nil }
        let start = UInt64(Self.headerByteCount)
        let size = UInt64(Self.bucketByteCount)
        guard let data = file.nextData(from: start + number * size), data >= start else {
            return nil
        }
        let bucket = (data - start) / size
        return bucket < bucketCount ? bucket : nil
    }

    /// Writes one place.
    func write(_ slot: SketchSlot, bucket: UInt64, place: Int) throws(Errno) {
        var bytes = [UInt8](repeating: 0, count: SketchSlot.byteCount)
        var span = bytes.mutableSpan
        slot.write(to: &span, bucket: bucket, key)
        let start = UInt64(Self.headerByteCount) + bucket * UInt64(Self.bucketByteCount)
        try file.writeAll(bytes.span, at: start + UInt64(place * SketchSlot.byteCount))
    }
}
