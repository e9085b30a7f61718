internal import Sodium

/// Sizes of a payload.
public enum Payload {
    /// Plaintext bytes of a full chunk.
    public static let chunkSize = 65536
    /// Bytes a chunk grows by.
    public static let tagSize = 16
    /// Bytes before the first chunk.
    public static let nonceSize = 16
    /// Ciphertext bytes of a full chunk.
    public static let sealedChunkSize = chunkSize + tagSize
}

/// Seals chunks in any order, on any thread.
public struct ChunkSealer: Sendable {
    private let key: PayloadKey

    /// Derives the payload key from the file key and the 16 bytes before the first chunk.
    public init(fileKey: borrowing FileKey, nonce: Span<UInt8>) throws(PayloadError) {
        self.key = try PayloadKey(fileKey: fileKey, nonce: nonce)
    }

    /// Seals one chunk into `output`, which is 16 bytes longer.
    public func seal(
        _ plaintext: Span<UInt8>, into output: inout MutableSpan<UInt8>, index: UInt64,
        isLast: Bool
    ) throws(PayloadError) {
        guard plaintext.count <= Payload.chunkSize,
            output.count == plaintext.count + Payload.tagSize
        else { throw .wrongBufferLength }
        do {
            try ChaChaPoly.seal(
                plaintext, into: &output, nonce: chunkNonce(index, isLast).span,
                additional: Span(), key: key.secret)
        } catch { throw .sodium(error) }
    }

    /// Seals the first `count - 16` bytes where they lie; the tag goes behind them.
    public func sealInPlace(
        _ buffer: inout MutableSpan<UInt8>, index: UInt64, isLast: Bool
    ) throws(PayloadError) {
        guard (Payload.tagSize...Payload.sealedChunkSize).contains(buffer.count) else {
            throw .wrongBufferLength
        }
        do {
            try ChaChaPoly.sealInPlace(
                &buffer, nonce: chunkNonce(index, isLast).span, additional: Span(),
                key: key.secret)
        } catch { throw .sodium(error) }
    }
}

/// Opens chunks in any order, on any thread.
public struct ChunkOpener: Sendable {
    private let key: PayloadKey

    /// Derives the payload key from the file key and the 16 bytes before the first chunk.
    public init(fileKey: borrowing FileKey, nonce: Span<UInt8>) throws(PayloadError) {
        self.key = try PayloadKey(fileKey: fileKey, nonce: nonce)
    }

    /// Opens one chunk into `output`, which is 16 bytes shorter.
    public func open(
        _ sealed: Span<UInt8>, into output: inout MutableSpan<UInt8>, index: UInt64,
        isLast: Bool
    ) throws(PayloadError) {
        try Self.check(sealed.count, index, isLast)
        guard output.count == sealed.count - Payload.tagSize else { throw .wrongBufferLength }
        do throws(SodiumError) {
            try ChaChaPoly.open(
                sealed, into: &output, nonce: chunkNonce(index, isLast).span,
                additional: Span(), key: key.secret)
        } catch { throw Self.failure(error, index) }
    }

    /// Opens one chunk where it lies; the plaintext is its first `count - 16` bytes.
    public func openInPlace(
        _ buffer: inout MutableSpan<UInt8>, index: UInt64, isLast: Bool
    ) throws(PayloadError) {
        try Self.check(buffer.count, index, isLast)
        do throws(SodiumError) {
            try ChaChaPoly.openInPlace(
                &buffer, nonce: chunkNonce(index, isLast).span, additional: Span(),
                key: key.secret)
        } catch { throw Self.failure(error, index) }
    }

    private static func check(
        _ count: Int, _ index: UInt64, _ isLast: Bool
    ) throws(PayloadError) {
        guard count <= Payload.sealedChunkSize else { throw .wrongBufferLength }
        guard count >= Payload.tagSize else { throw .authenticationFailed(chunk: index) }
        if isLast, index > 0, count == Payload.tagSize { throw .emptyLastChunk }
    }

    private static func failure(_ error: SodiumError, _ index: UInt64) -> PayloadError {
        error == .authenticationFailed ? .authenticationFailed(chunk: index) : .sodium(error)
    }
}

/// One payload key with several holders.
private final class PayloadKey: Sendable {
    let secret: SecretBytes

    init(fileKey: borrowing FileKey, nonce: Span<UInt8>) throws(PayloadError) {
        guard nonce.count == Payload.nonceSize else { throw .missingNonce }
        do {
            self.secret = try fileKey.derive(info: Array("payload".utf8).span, salt: nonce)
        } catch { throw .sodium(error) }
    }
}

/// An 11-byte big-endian counter and the mark of the last chunk.
private func chunkNonce(_ index: UInt64, _ isLast: Bool) -> InlineArray<12, UInt8> {
    var nonce = InlineArray<12, UInt8>(repeating: 0)
    for byte in 0..<8 {
        nonce[3 + byte] = UInt8(truncatingIfNeeded: index >> UInt64(56 - 8 * byte))
    }
    nonce[11] = isLast ? 1 : 0
    return nonce
}
