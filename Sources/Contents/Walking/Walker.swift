internal import Compression

/// Follows a file's structure, from its signature to its end.
///
/// Runs on an attacker's bytes: every number is checked before it is used, every loop counts its
/// steps, and reading and decoding have budgets.
struct Walker: ~Copyable {
    var input: BoundedReader
    var decodedByteLimit: Int
    private(set) var decodedByteCount = 0
    /// Bytes of payloads that were tested, and of those that are random and unrecognised.
    private(set) var testedByteCount = 0
    private(set) var suspiciousByteCount = 0
    /// The walk through a DICOM file is among the fragments of compressed pixels.
    var isInPixels = false
    /// An OpenDocument manifest told of encrypted members.
    var isEncryptedODF = false
    private var output: [UInt8] = []

    init(_ source: any ByteSource, budget: ReadingBudget) {
        input = BoundedReader(source, budget: budget)
        decodedByteLimit = budget.decodedByteCount
    }

    /// Whether most of what the container holds is random and unrecognised (A7).
    var hasSuspiciousPayload: Bool {
        suspiciousByteCount >= PayloadTally.leastByteCount
            && suspiciousByteCount >= testedByteCount / 2
    }

    mutating func countDecoded(_ byteCount: Int) { decodedByteCount += byteCount }

    mutating func judge(_ payload: borrowing PayloadTally) {
        testedByteCount += payload.byteCount
        if payload.isSuspicious { suspiciousByteCount += payload.byteCount }
    }

    /// Takes a payload that is stored as it is; cut at the budget of decoded bytes.
    ///
    /// - Returns: whether all of it was read.
    mutating func addStored(_ range: Range<Int>, to tally: inout PayloadTally) -> Bool {
        var at = range.lowerBound
        while at < range.upperBound {
            let room = min(
                range.upperBound - at, Constants.blockByteCount,
                decodedByteLimit - decodedByteCount)
            let piece = input.bytes(at: at, count: room)
            guard room > 0, !piece.isEmpty else { return false }
            tally.addChecked(piece.span)
            decodedByteCount += piece.count
            at += piece.count
        }
        return true
    }

    mutating func judgeStored(_ range: Range<Int>) {
        var tally = PayloadTally()
        _ = addStored(range, to: &tally)
        judge(tally)
    }

    /// What decoding a stretch of the file came to.
    enum Decoded: Equatable {
        /// The stream ended here, and its checksums agree.
        case finished(at: Int)
        case corrupt
        /// It was decoded, but the container states another checksum.
        case mismatch
        /// The stretch ended before the stream.
        case endsEarly
        /// Sound as far as the budget, the memory or the library went.
        case undecided
    }

    /// Decodes one stream in `range` and hands its output over piece by piece.
    mutating func decode(
        _ format: Compression, _ range: Range<Int>, _ take: (Span<UInt8>) -> Void
    ) -> Decoded {
        guard decodedByteCount < decodedByteLimit, var decoder = Decoder(format) else {
            return .undecided
        }
        if output.isEmpty { output = [UInt8](repeating: 0, count: 1 << 16) }
        var at = range.lowerBound
        var piece: [UInt8] = []
        var used = 0
        while true {
            if used == piece.count {
                piece = input.bytes(at: at, count: min(range.upperBound - at, 1 << 14))
                used = 0
                if piece.isEmpty { return input.isExhausted ? .undecided : .endsEarly }
            }
            let room = min(output.count, decodedByteLimit - decodedByteCount)
            guard room > 0, input.step() else { return .undecided }
            var target = output.mutableSpan
            let step = decoder.decode(
                piece.span.extracting(droppingFirst: used), into: &target, atMost: room)
            used += step.consumedByteCount
            at += step.consumedByteCount
            decodedByteCount += step.producedByteCount
            if step.producedByteCount > 0 {
                take(output.span.extracting(first: step.producedByteCount))
            }
            switch step.state {
            case .finished: return .finished(at: at)
            case .corrupt: return .corrupt
            case .unsupported: return .undecided
            case .goesOn where step.consumedByteCount == 0 && step.producedByteCount == 0:
                // The piece's rest is too short for the library to go on.
                let next = at + piece.count - used
                let more = input.bytes(at: next, count: min(range.upperBound - next, 1 << 14))
                guard !more.isEmpty else { return input.isExhausted ? .undecided : .endsEarly }
                guard piece.count - used < 1 << 20 else { return .undecided }
                let left = Array(piece[used...])
                piece = left + more
                used = 0
            case .goesOn: break
            }
        }
    }

    /// Decodes one stream and tests its payload.
    mutating func decodeAndJudge(_ format: Compression, _ range: Range<Int>) -> Decoded {
        var tally = PayloadTally()
        let result = decode(format, range) { tally.add($0) }
        judge(tally)
        return result
    }
}
