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
    private let target: PlacedFile?
    private let slots: [Slot]
    private let isDigesting: Bool
    private let posted: Semaphore
    private let postedCount = Atomic<Int>(0)
    private let claimedCount = Atomic<Int>(0)

    /// With a target, whoever sealed a segment writes it there, and no sink gets anything.
    init(
        _ codec: ChunkCodec, count: Int, isDigesting: Bool, target: PlacedFile?
    ) throws(Errno) {
        self.codec = codec
        self.target = target
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
        let (codec, target) = (codec, target)
        slot(number).segment.withLock { segment in
            segment.apply(codec)
            guard let target, segment.failure == nil else { return }
            do throws(Errno) { try target.write(segment) } catch { segment.writeFailure = error }
        }
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

    /// Waits for the segment with this number and writes its output, unless that is done already.
    ///
    /// - Returns: the digests of its chunks, where they are wanted.
    func take(
        _ number: Int, to sink: any ByteSink, _ progress: Progress
    ) throws(TransferError) -> [UInt8] {
        let (codec, isWritten) = (codec, target != nil)
        slot(number).done.wait()
        return try slot(number).segment.withLock { segment throws(TransferError) in
            if let error = segment.writeFailure { throw .write(error) }
            if !isWritten { try Self.write(segment, codec, to: sink) }
            if let failure = segment.failure { throw .payload(failure) }
            progress.add(segment.plaintextCount(codec))
            return segment.digests
        }
    }

    private static func write(
        _ segment: Segment, _ codec: ChunkCodec, to sink: any ByteSink
    ) throws(TransferError) {
        if case .seal = codec, segment.failure == nil {
            return try sink.write(segment.bytes.span.extracting(segment.sealedRange))
        }
        for place in 0..<segment.finishedCount {
            try sink.write(segment.bytes.span.extracting(segment.outputRange(place, codec)))
        }
    }
}

/// A file that takes sealed segments in any order, from any thread.
final class PlacedFile: Sendable {
    private let file: FileDescriptor
    private let start: UInt64

    /// Takes the first chunk at an offset.
    init(_ file: consuming FileDescriptor, from start: UInt64) {
        self.file = file
        self.start = start
    }

    func write(_ segment: Segment) throws(Errno) {
        let place = segment.firstChunk * UInt64(Constants.sealedChunk)
        try file.writeAll(segment.bytes.span.extracting(segment.sealedRange), at: start + place)
    }
}
