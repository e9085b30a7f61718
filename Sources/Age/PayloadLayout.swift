/// Where the chunks of a payload lie, counted from the first chunk.
///
/// Before any other chunk of a payload is released out of order, the last chunk must be
/// opened as the last: only that proves where the payload ends.
public struct PayloadLayout: Equatable, Sendable {
    /// Chunks, at least one.
    public let chunkCount: UInt64
    /// Bytes of plaintext.
    public let plaintextCount: UInt64

    private static let chunk = UInt64(Payload.chunkSize)
    private static let sealed = UInt64(Payload.sealedChunkSize)
    private static let tag = UInt64(Payload.tagSize)

    /// Bytes of all chunks.
    public var ciphertextCount: UInt64 { plaintextCount + chunkCount * Self.tag }

    /// The layout of a payload that will hold `plaintextCount` bytes.
    public init(plaintextCount: UInt64) {
        let full = plaintextCount / Self.chunk
        let rest = plaintextCount % Self.chunk
        self.chunkCount = max(1, full + (rest > 0 ? 1 : 0))
        self.plaintextCount = plaintextCount
    }

    /// The layout of `ciphertextCount` bytes of chunks, without the nonce before them.
    public init(ciphertextCount: UInt64) throws(PayloadError) {
        let full = ciphertextCount / Self.sealed
        let rest = ciphertextCount % Self.sealed
        guard ciphertextCount >= Self.tag else { throw .truncated }
        if rest > 0, rest < Self.tag { throw .truncated }
        if rest == Self.tag, full > 0 { throw .emptyLastChunk }
        self.chunkCount = full + (rest > 0 ? 1 : 0)
        self.plaintextCount = ciphertextCount - chunkCount * Self.tag
    }

    /// Where the ciphertext of `chunk` lies.
    public func ciphertextRange(of chunk: UInt64) -> Range<UInt64> {
        let start = chunk * Self.sealed
        return start..<min(start + Self.sealed, ciphertextCount)
    }

    /// Where the plaintext of `chunk` lies.
    public func plaintextRange(of chunk: UInt64) -> Range<UInt64> {
        let start = chunk * Self.chunk
        return start..<min(start + Self.chunk, plaintextCount)
    }

    /// The chunk that holds the byte at `plaintextOffset`.
    public func chunk(containing plaintextOffset: UInt64) -> UInt64 {
        min(plaintextOffset / Self.chunk, chunkCount - 1)
    }

    /// Whether `chunk` is the one that carries the mark of the end.
    public func isLast(_ chunk: UInt64) -> Bool { chunk == chunkCount - 1 }
}
