internal import Age
internal import Linux

/// Seals or opens a stream: one thread reads and writes in order, others work on the segments.
struct StreamPipeline {
    private let codec: ChunkCodec
    private let threads: Int
    private let progress: Progress
    private let target: PlacedFile?
    private var digest: PayloadDigest?

    /// With a target, what is sealed goes there and nothing to the sink.
    init(
        _ codec: ChunkCodec, threads: Int, _ progress: Progress, digest: PayloadDigest? = nil,
        target: PlacedFile? = nil
    ) {
        self.codec = codec
        self.target = target
        self.threads = max(1, threads)
        self.progress = progress
        self.digest = digest
    }

    /// Works to the end of the source.
    ///
    /// - Returns: the digest of the payload, where one was asked for.
    /// - Throws: the first failure; the sink then has only whole, authentic chunks before it.
    mutating func run(
        from source: any ByteSource, to sink: any ByteSink
    ) throws(TransferError) -> [UInt8]? {
        let line = try makeLine()
        let isLong = try line.fill(0, from: source)
        // What fits into one segment is done here: threads would cost more than they bring.
        try Self.withWorkers(isLong ? threads : 0, 0, on: line) { (workers) throws(TransferError) in
            try move(line, source, sink, isLong: isLong, workers)
        }
        try sink.finish()
        return digest?.finish()
    }

    private func makeLine() throws(TransferError) -> SegmentLine {
        do throws(Errno) {
            // One more is read into and one more is written from while all threads work.
            return try SegmentLine(
                codec, count: threads + 2, isDigesting: digest != nil, target: target)
        } catch {
            throw .thread(error)
        }
    }

    private static func withWorkers(
        _ wanted: Int, _ started: Int, on line: SegmentLine,
        _ body: (Int) throws(TransferError) -> Void
    ) throws(TransferError) {
        if wanted == 0 {
            defer { line.close() }
            return try body(started)
        }
        let thread = try? Thread.run { line.work() }
        let added = thread == nil ? 0 : 1
        let result = Result { () throws(TransferError) in
            try withWorkers(wanted - 1, started + added, on: line, body)
        }
        if let thread = consume thread { thread.join() }
        try result.get()
    }

    /// Reads ahead by one segment, for only then the last is known as such.
    private mutating func move(
        _ line: SegmentLine, _ source: any ByteSource, _ sink: any ByteSink, isLong: Bool,
        _ workers: Int
    ) throws(TransferError) {
        var (last, isFull, written) = (0, isLong, 0)
        while isFull {
            if last + 1 - written == line.count { try write(&written, of: line, to: sink) }
            isFull = try line.fill(last + 1, from: source)
            if line.isEmpty(last + 1) { break }
            line.post(last, isLast: false, workers)
            last += 1
        }
        line.post(last, isLast: true, workers)
        while written <= last { try write(&written, of: line, to: sink) }
    }

    private mutating func write(
        _ number: inout Int, of line: SegmentLine, to sink: any ByteSink
    ) throws(TransferError) {
        let digests = try line.take(number, to: sink, progress)
        digest?.add(digests, segment: UInt64(number))
        number += 1
    }
}
