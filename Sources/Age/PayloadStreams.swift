internal import Sodium

/// Opens a payload that comes in pieces of any size.
///
/// A full chunk is held back until it is known whether something follows it; everything
/// before the first chunk that fails is released, and nothing after.
public struct PayloadReader: Sendable {
    private let fileKey: SharedFileKey
    private var opener: ChunkOpener?
    private var held: [UInt8] = []
    private var index: UInt64 = 0
    private var failure: PayloadError?

    /// Starts before the nonce.
    public init(fileKey: borrowing FileKey) throws(PayloadError) {
        self.fileKey = try SharedFileKey(fileKey)
    }

    /// Takes the next ciphertext and appends the plaintext that is certain.
    public mutating func feed(
        _ bytes: Span<UInt8>, into output: inout [UInt8]
    ) throws(PayloadError) {
        if let failure { throw failure }
        var offset = 0
        while offset < bytes.count {
            if opener != nil, held.count == Payload.sealedChunkSize {
                try remember { (reader) throws(PayloadError) in
                    try reader.openFull(&output, atEnd: false)
                }
            }
            let goal = opener == nil ? Payload.nonceSize : Payload.sealedChunkSize
            let end = min(bytes.count, offset + goal - held.count)
            held.append(copying: bytes.extracting(offset..<end))
            offset = end
            if opener == nil, held.count == Payload.nonceSize {
                opener = try ChunkOpener(fileKey: fileKey.value, nonce: held.span)
                held.removeAll(keepingCapacity: true)
            }
        }
    }

    /// Says that nothing follows, and appends what was held back.
    public mutating func finish(into output: inout [UInt8]) throws(PayloadError) {
        if let failure { throw failure }
        guard opener != nil else { throw .missingNonce }
        guard !held.isEmpty else { throw .truncated }
        if held.count == Payload.sealedChunkSize { return try openFull(&output, atEnd: true) }
        try open(&output, isLast: true)
    }

    /// Opens a full chunk; what the key says about its place decides, then what follows it.
    private mutating func openFull(
        _ output: inout [UInt8], atEnd: Bool
    ) throws(PayloadError) {
        let isLast: Bool
        do throws(PayloadError) {
            try open(&output, isLast: atEnd)
            isLast = atEnd
        } catch .authenticationFailed {
            try open(&output, isLast: !atEnd)
            isLast = !atEnd
        }
        if isLast, !atEnd { throw .trailingData }
        if !isLast, atEnd { throw .truncated }
    }

    private mutating func open(_ output: inout [UInt8], isLast: Bool) throws(PayloadError) {
        guard let opener else { throw .missingNonce }
        guard held.count >= Payload.tagSize else { throw .authenticationFailed(chunk: index) }
        var plain = [UInt8](repeating: 0, count: held.count - Payload.tagSize)
        // It may be a key file; the caller's array is the only copy that stays.
        defer { Wipe.wipe(&plain) }
        var room = plain.mutableSpan
        try opener.open(held.span, into: &room, index: index, isLast: isLast)
        output += plain
        held.removeAll(keepingCapacity: true)
        index += 1
    }

    private mutating func remember(
        _ step: (inout PayloadReader) throws(PayloadError) -> Void
    ) throws(PayloadError) {
        do throws(PayloadError) { try step(&self) } catch {
            failure = error
            throw error
        }
    }
}

/// Seals a payload that comes in pieces of any size.
public struct PayloadWriter: Sendable {
    private let sealer: ChunkSealer
    private let nonce: [UInt8]
    private var held: [UInt8] = []
    private var index: UInt64 = 0
    private var isStarted = false

    /// Draws the payload's nonce.
    public init(fileKey: borrowing FileKey) throws(PayloadError) {
        let nonce: [UInt8]
        do { nonce = try Randomness.bytes(Payload.nonceSize) } catch { throw .sodium(error) }
        self.sealer = try ChunkSealer(fileKey: fileKey, nonce: nonce.span)
        self.nonce = nonce
    }

    /// Takes the next plaintext and appends the chunks that are complete.
    public mutating func feed(
        _ bytes: Span<UInt8>, into output: inout [UInt8]
    ) throws(PayloadError) {
        start(&output)
        var offset = 0
        while offset < bytes.count {
            if held.count == Payload.chunkSize { try seal(&output, isLast: false) }
            let end = min(bytes.count, offset + Payload.chunkSize - held.count)
            held.append(copying: bytes.extracting(offset..<end))
            offset = end
        }
    }

    /// Seals the last chunk.
    public mutating func finish(into output: inout [UInt8]) throws(PayloadError) {
        start(&output)
        try seal(&output, isLast: true)
    }

    private mutating func start(_ output: inout [UInt8]) {
        if isStarted { return }
        isStarted = true
        output += nonce
        // What grows leaves a copy of the plaintext behind; sealing in place overwrites it.
        held.reserveCapacity(Payload.sealedChunkSize)
    }

    private mutating func seal(_ output: inout [UInt8], isLast: Bool) throws(PayloadError) {
        held += [UInt8](repeating: 0, count: Payload.tagSize)
        let (sealer, index) = (sealer, index)
        var room = held.mutableSpan
        try sealer.sealInPlace(&room, index: index, isLast: isLast)
        output += held
        held.removeAll(keepingCapacity: true)
        self.index += 1
    }
}

private final class SharedFileKey: Sendable {
    let value: FileKey

    init(_ key: borrowing FileKey) throws(PayloadError) {
        do { self.value = try key.copy() } catch { throw .sodium(error) }
    }
}
