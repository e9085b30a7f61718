internal import Age
internal import Linux
internal import Sodium

/// Up to sixteen chunks in one buffer, each at a multiple of the sealed size.
struct Segment: Sendable {
    /// The chunks' bytes.
    var bytes: [UInt8]
    /// Number of the first chunk.
    var firstChunk: UInt64 = 0
    /// Input bytes of each chunk that is filled.
    var counts = [Int]()
    /// Whether the last chunk here is the payload's last.
    var endsPayload = false
    /// Whether `apply` is to digest the sealed chunks.
    var isDigesting = false
    /// The sealed chunks' digests in order, after `apply`.
    var digests = [UInt8]()
    /// How many chunks `apply` finished.
    var finishedCount = 0
    /// What went wrong in `apply`.
    var failure: PayloadError?
    /// What went wrong when it was written.
    var writeFailure: Errno?

    /// Has room for so many chunks, or for a payload of `byteCount` sealed bytes.
    init(chunks: Int = Constants.chunksPerSegment, byteCount: UInt64 = .max) {
        let full = chunks * Constants.sealedChunk
        bytes = [UInt8](repeating: 0, count: Int(min(UInt64(full), byteCount)))
    }

    /// Empties it for new chunks.
    mutating func reset(firstChunk: UInt64) {
        self.firstChunk = firstChunk
        counts.removeAll(keepingCapacity: true)
        digests.removeAll(keepingCapacity: true)
        endsPayload = false
        finishedCount = 0
        failure = nil
        writeFailure = nil
    }

    /// Fills it from a stream that `codec` works on; false when the stream ended before it was full.
    mutating func fill(
        from source: any ByteSource, _ codec: ChunkCodec
    ) throws(TransferError) -> Bool {
        if case .open = codec {
            // Sealed chunks lie without holes, so that one reading serves all.
            var rest = try fill(bytes.indices, from: source)
            let isFull = rest == bytes.count
            while rest > 0 {
                counts.append(min(rest, codec.inputChunk))
                rest -= min(rest, codec.inputChunk)
            }
            return isFull
        }
        for start in stride(from: 0, to: bytes.count, by: Constants.sealedChunk) {
            let count = try fill(start..<(start + Constants.chunk), from: source)
            if count > 0 { counts.append(count) }
            if count < Constants.chunk { return false }
        }
        return true
    }

    private mutating func fill(
        _ range: Range<Int>, from source: any ByteSource
    ) throws(TransferError) -> Int {
        var all = bytes.mutableSpan
        var room = all._mutatingExtracting(range)
        return try source.fill(&room)
    }

    /// Seals or opens every chunk in place and digests their sealed form if that is wanted.
    mutating func apply(_ codec: ChunkCodec) {
        do throws(PayloadError) {
            for place in counts.indices {
                try apply(codec, place)
                finishedCount = place + 1
            }
        } catch {
            failure = error
        }
    }

    private mutating func apply(_ codec: ChunkCodec, _ place: Int) throws(PayloadError) {
        let start = place * Constants.sealedChunk
        let isLast = endsPayload && place == counts.count - 1
        let index = firstChunk + UInt64(place)
        let sealedCount: Int
        switch codec {
        case .seal:
            sealedCount = counts[place] + Constants.tag
        case .open:
            sealedCount = counts[place]
            guard sealedCount >= Constants.tag else { throw .truncated }
            try digest(start..<(start + sealedCount))
        }
        var all = bytes.mutableSpan
        var slot = all._mutatingExtracting(start..<(start + sealedCount))
        try codec.apply(&slot, index: index, isLast: isLast)
        if case .seal = codec { try digest(start..<(start + sealedCount)) }
    }

    private mutating func digest(_ range: Range<Int>) throws(PayloadError) {
        guard isDigesting else { return }
        do throws(SodiumError) {
            digests += try PayloadDigest.ofChunk(bytes.span.extracting(range))
        } catch {
            throw .sodium(error)
        }
    }

    /// Where the output of the chunk at `place` lies.
    func outputRange(_ place: Int, _ codec: ChunkCodec) -> Range<Int> {
        let start = place * Constants.sealedChunk
        switch codec {
        case .seal: return start..<(start + counts[place] + Constants.tag)
        case .open: return start..<(start + counts[place] - Constants.tag)
        }
    }

    /// Where the sealed bytes lie: without holes, for only the payload's last chunk is short.
    var sealedRange: Range<Int> {
        guard let last = counts.last else { return 0..<0 }
        return 0..<((counts.count - 1) * Constants.sealedChunk + last + Constants.tag)
    }

    /// Plaintext bytes in it, given what the counts mean for `codec`.
    func plaintextCount(_ codec: ChunkCodec) -> UInt64 {
        let sum = counts.reduce(0, +)
        switch codec {
        case .seal: return UInt64(sum)
        case .open: return UInt64(max(0, sum - counts.count * Constants.tag))
        }
    }
}
