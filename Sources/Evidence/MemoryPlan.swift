internal import Linux

/// Which bytes of a process are kept, and in which order; pure.
public struct MemoryPlan: Sendable, Equatable {
    /// What is kept, in the order of copying.
    public private(set) var parts: [Range<UInt64>] = []
    /// Bytes in all.
    public private(set) var byteCount: UInt64 = 0
    /// Bytes that exist and are not kept, because there would be too many.
    public private(set) var leftOutByteCount: UInt64 = 0
    private let limit: UInt64

    /// More parts than this are never made: what lies between two is kept with them.
    ///
    /// A core file counts its parts in 16 bits. Source: elf(5), `e_phnum`.
    static let partLimit = 16_384

    /// Keeps nothing yet, and at most `limit` bytes.
    public init(limit: UInt64) { self.limit = limit }

    /// Adds pages of a region that are in memory or swapped out, but nothing of `excluded`.
    ///
    /// Pages that were never touched hold nothing, and reading them would change the process.
    public mutating func add(_ pages: [Range<UInt64>], excluding excluded: Range<UInt64>) {
        for range in Self.joined(pages, atMost: max(1, Self.partLimit - parts.count - 1)) {
            guard range.overlaps(excluded) else {
                append(range)
                continue
            }
            append(range.lowerBound..<max(range.lowerBound, excluded.lowerBound))
            append(min(range.upperBound, excluded.upperBound)..<range.upperBound)
        }
    }

    private mutating func append(_ range: Range<UInt64>) {
        let count = UInt64(range.count)
        let kept = parts.count < Self.partLimit ? min(count, limit - byteCount) : 0
        leftOutByteCount += count - kept
        if kept == 0 { return }
        parts.append(range.lowerBound..<range.lowerBound + kept)
        byteCount += kept
    }

    /// Closes gaps, smallest first by doubling, until there are few enough ranges.
    static func joined(_ ranges: [Range<UInt64>], atMost limit: Int) -> [Range<UInt64>] {
        var ranges = ranges
        var gap: UInt64 = 0
        while true {
            var joined: [Range<UInt64>] = []
            for range in ranges {
                if let last = joined.last, range.lowerBound - last.upperBound <= gap {
                    joined[joined.count - 1] = last.lowerBound..<range.upperBound
                } else {
                    joined.append(range)
                }
            }
            if joined.count <= limit { return joined }
            ranges = joined
            gap = max(gap * 2, 4096)
        }
    }

    /// The pages that are in memory or swapped out.
    ///
    /// - Parameters:
    ///   - entries: those of `/proc/PID/pagemap`, eight bytes a page.
    ///   - start: address of the first page.
    ///   - pageByteCount: bytes of a page.
    /// - Returns: ranges of addresses, each as long as it can be.
    ///
    /// Source: Documentation/admin-guide/mm/pagemap.rst: bit 63 is "present", bit 62 "swapped".
    public static func pages(
        _ entries: Span<UInt8>, from start: UInt64, pageByteCount: UInt64
    ) -> [Range<UInt64>] {
        var found: [Range<UInt64>] = []
        var first: UInt64?
        let count = entries.count / 8
        for index in 0..<count {
            let isKept = entries[index * 8 + 7] & 0xc0 != 0
            let address = start + UInt64(index) * pageByteCount
            if isKept, first == nil { first = address }
            if !isKept, let begin = first {
                found.append(begin..<address)
                first = nil
            }
        }
        if let first { found.append(first..<start + UInt64(count) * pageByteCount) }
        return found
    }
}
