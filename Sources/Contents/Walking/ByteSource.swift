/// Bytes that can be read at any place: a file, or content in memory.
public protocol ByteSource {
    /// The size when reading began; nothing beyond it is asked for.
    var byteCount: UInt64 { get }

    /// Reads from a place within the size.
    ///
    /// - Parameters:
    ///   - offset: less than the size.
    ///   - count: bytes asked for; no more than the target holds, nor than the size allows.
    ///   - target: takes the bytes at its beginning.
    /// - Returns: bytes read; fewer than asked for means that the file has become shorter, and nil
    ///   that it cannot be read.
    mutating func read(
        at offset: UInt64, byteCount count: Int, into target: inout MutableSpan<UInt8>
    ) -> Int?
}

/// Content that is wholly in memory.
public struct MemorySource: ByteSource {
    private let bytes: [UInt8]

    /// Takes the content.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The content's size.
    public var byteCount: UInt64 { UInt64(bytes.count) }

    /// Copies from the content.
    public mutating func read(
        at offset: UInt64, byteCount asked: Int, into target: inout MutableSpan<UInt8>
    ) -> Int? {
        guard let start = Int(exactly: offset), start < bytes.count else { return 0 }
        let count = min(asked, target.count, bytes.count - start)
        let source = bytes.span
        for i in 0..<count { target[i] = source[start + i] }
        return count
    }
}

/// What judging one file may cost.
public struct ReadingBudget: Sendable, Equatable {
    /// Bytes read from the file, in all.
    public var readByteCount: Int
    /// Bytes that decoders may give out, in all.
    public var decodedByteCount: Int
    /// Elements (chunks, members, objects) walked, in all.
    public var stepCount: Int

    /// Sets the three limits.
    public init(readByteCount: Int, decodedByteCount: Int, stepCount: Int) {
        self.readByteCount = readByteCount
        self.decodedByteCount = decodedByteCount
        self.stepCount = stepCount
    }

    /// A third is for the statistics, the rest for the walk.
    var surveyByteCount: Int { readByteCount / 3 }

    /// 24 MiB read, 4 MiB decoded, 200,000 elements.
    ///
    /// Source: facts/entropy.md §5 (decoding); the others are chosen by us, so that a file of any
    /// size takes well below a second.
    public static let standard = ReadingBudget(
        readByteCount: 24 << 20, decodedByteCount: 4 << 20, stepCount: 200_000)
}
