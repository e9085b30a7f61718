internal import Age
internal import Linux
internal import Synchronization

/// Segments that go round: filled, worked on by any thread, taken in order.
final class SegmentLine: Sendable {
    private final class Slot: Sendable {
        let segment = Mutex(Segment(chunks: Constants.chunksPerStreamSegment))
        let done: Semaphore

        init() throws(Errno) { done = try Semaphore() }
    }

    private let codec: ChunkCodec
    private let slots: [Slot]
    private let isDigesting: Bool
    private let posted: Semaphore
    private let postedCount = Atomic<Int>(0)
    private let claimedCount = Atomic<Int>(0)

    init(_ codec: ChunkCodec, count: Int, isDigesting: Bool) throws(Errno) {
        self.codec = codec
        self.isDigesting = isDigesting
        var slots = [Slot]()
        for _ in 0..<count { slots.append(try Slot()) }
        self.slots = slots
        posted = try Semaphore()
    }

    /// How many segments may be under way.
    var count: Int { slots.count }

    private func slot(_ number: Int) -> Slot { slots[number % slots.count] }

    /// Reads the segment with this number; false when the source ended before it was full.
    func fill(_ number: Int, from source: any ByteSource) throws(TransferError) -> Bool {
        let codec = codec
        return try slot(number).segment.withLock { segment throws(TransferError) in
            segment.reset(firstChunk: UInt64(number * Constants.chunksPerStreamSegment))
            segment.isDigesting = isDigesting
            return try segment.fill(from: source, codec)
        }
    }

    /// Whether nothing came into the segment with this number.
    func isEmpty(_ number: Int) -> Bool {
        slot(number).segment.withLock { $0.counts.isEmpty }
    }

    /// Hands the segment with this number to the workers; without any it is worked on here.
    func post(_ number: Int, isLast: Bool, _ workers: Int) {
        slot(number).segment.withLock { segment in
            segment.endsPayload = isLast
            // An empty payload is one empty chunk.
            if segment.counts.isEmpty { segment.counts = [0] }
        }
        if workers == 0 { return apply(number) }
        postedCount.add(1, ordering: .releasing)
        posted.signal()
    }

    private func apply(_ number: Int) {
        let codec = codec
        slot(number).segment.withLock { $0.apply(codec) }
        slot(number).done.signal()
    }

    /// Works on what is posted until the line is closed.
    func work() {
        while true {
            posted.wait()
            let number = claimedCount.add(1, ordering: .relaxed).oldValue
            if number >= postedCount.load(ordering: .acquiring) { return }
            apply(number)
        }
    }

    /// Lets the workers go; there are fewer of them than slots.
    func close() {
        for _ in slots { posted.signal() }
    }

    /// Waits for the segment with this number and writes its output.
    ///
    /// - Returns: the digests of its chunks, where they are wanted.
    func take(
        _ number: Int, to sink: any ByteSink, _ progress: Progress
    ) throws(TransferError) -> [UInt8] {
        let codec = codec
        slot(number).done.wait()
        return try slot(number).segment.withLock { segment throws(TransferError) in
            for place in 0..<segment.finishedCount {
                try sink.write(segment.bytes.span.extracting(segment.outputRange(place, codec)))
            }
            if let failure = segment.failure { throw .payload(failure) }
            progress.add(segment.plaintextCount(codec))
            return segment.digests
        }
    }
}
