internal import Age
internal import Linux
internal import Synchronization

/// Where chunks come from and go to in two files that can be read and written anywhere.
struct FilePlan: Sendable {
    /// Seals or opens.
    var codec: ChunkCodec
    /// Sizes and places of the chunks.
    var layout: PayloadLayout
    /// Offset of the first input byte.
    var inputBase: UInt64
    /// Offset of the first output byte.
    var outputBase: UInt64
    /// Threads that work at once.
    var threads: Int
    /// Takes the sealed chunks; nil where no signature needs it.
    var digest: PayloadDigest?
}

/// Seals or opens a file by several threads, each with one buffer, in no fixed order.
final class FilePipeline: Sendable {
    private struct State {
        var nextSegment: UInt64 = 0
        var failure: TransferError?
        var digest: PayloadDigest?
    }

    private let input: FileDescriptor
    private let output: FileDescriptor?
    private let plan: FilePlan
    private let progress: Progress
    private let state: Mutex<State>

    /// Prepares; without an output everything is only read and authenticated.
    init(
        _ input: consuming FileDescriptor, to output: consuming FileDescriptor?, _ plan: FilePlan,
        _ progress: Progress
    ) {
        self.input = input
        self.output = output
        self.plan = plan
        self.progress = progress
        state = Mutex(State(digest: plan.digest))
    }

    /// Works to the end.
    ///
    /// - Returns: the digest of the payload, where the plan has one.
    /// - Throws: the first failure of any thread.
    func run() throws(TransferError) -> [UInt8]? {
        Parallel.run(threads: min(plan.threads, Int(clamping: segmentCount))) { self.work() }
        let (failure, digest) = state.withLock { ($0.failure, $0.digest?.finish()) }
        if let failure { throw failure }
        return digest
    }

    private var segmentCount: UInt64 {
        let size = UInt64(Constants.chunksPerSegment)
        return (plan.layout.chunkCount + size - 1) / size
    }

    private func work() {
        var segment = Segment(byteCount: plan.layout.ciphertextCount)
        segment.isDigesting = plan.digest != nil
        while let number = claim() {
            do throws(TransferError) {
                try handle(number, &segment)
            } catch {
                state.withLock { state in
                    if state.failure == nil { state.failure = error }
                }
            }
        }
    }

    private func claim() -> UInt64? {
        let end = segmentCount
        return state.withLock { state in
            guard state.failure == nil, state.nextSegment < end else { return nil }
            state.nextSegment += 1
            return state.nextSegment - 1
        }
    }

    private func handle(_ number: UInt64, _ segment: inout Segment) throws(TransferError) {
        let size = UInt64(Constants.chunksPerSegment)
        segment.reset(firstChunk: number * size)
        try fill(&segment, until: min(number * size + size, plan.layout.chunkCount))
        segment.apply(plan.codec)
        if let failure = segment.failure { throw .payload(failure) }
        try write(segment)
        progress.add(segment.plaintextCount(plan.codec))
        let digests = segment.digests
        state.withLock { $0.digest?.add(digests, segment: number) }
    }

    private func fill(_ segment: inout Segment, until end: UInt64) throws(TransferError) {
        let chunks = segment.firstChunk..<end
        for chunk in chunks {
            let range = inputRange(chunk)
            segment.counts.append(Int(range.upperBound - range.lowerBound))
        }
        if case .open = plan.codec {
            // Sealed chunks lie without holes, so that one reading serves all.
            let range = inputRange(chunks.lowerBound).lowerBound..<inputRange(end - 1).upperBound
            try read(range, &segment.bytes, 0)
        } else {
            for chunk in chunks {
                let start = Int(chunk - chunks.lowerBound) * Constants.sealedChunk
                try read(inputRange(chunk), &segment.bytes, start)
            }
        }
        segment.endsPayload = end == plan.layout.chunkCount
    }

    private func inputRange(_ chunk: UInt64) -> Range<UInt64> {
        switch plan.codec {
        case .seal: plan.layout.plaintextRange(of: chunk)
        case .open: plan.layout.ciphertextRange(of: chunk)
        }
    }

    private func read(
        _ range: Range<UInt64>, _ bytes: inout [UInt8], _ start: Int
    ) throws(TransferError) {
        var place = range.lowerBound
        while place < range.upperBound {
            let done = start + Int(place - range.lowerBound)
            var all = bytes.mutableSpan
            var rest = all._mutatingExtracting(
                done..<(start + Int(range.upperBound - range.lowerBound)))
            do throws(Errno) {
                let count = try input.read(into: &rest, at: plan.inputBase + place)
                if count > 0 {
                    place += UInt64(count)
                    continue
                }
            } catch {
                throw .read(error)
            }
            throw .sourceShrank
        }
    }

    private func write(_ segment: Segment) throws(TransferError) {
        guard output != nil else { return }
        switch plan.codec {
        case .seal:
            let place = plan.layout.ciphertextRange(of: segment.firstChunk).lowerBound
            try write(segment.bytes.span.extracting(segment.sealedRange), at: place)
        case .open:
            for index in segment.counts.indices {
                let chunk = segment.firstChunk + UInt64(index)
                let range = segment.outputRange(index, plan.codec)
                try write(
                    segment.bytes.span.extracting(range),
                    at: plan.layout.plaintextRange(of: chunk).lowerBound)
            }
        }
    }

    private func write(_ bytes: Span<UInt8>, at place: UInt64) throws(TransferError) {
        do throws(Errno) {
            try output?.writeAll(bytes, at: plan.outputBase + place)
        } catch {
            throw .write(error)
        }
    }
}
