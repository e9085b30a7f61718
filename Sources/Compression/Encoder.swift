internal import CCompression

/// What one step of encoding came to.
public struct EncodingStep: Sendable, Equatable {
    /// Bytes taken from the input.
    public var consumedByteCount: Int
    /// Bytes put into the output.
    public var producedByteCount: Int
    /// Whether the frame has ended: everything was given as the last, and written.
    public var isFinished: Bool
}

/// Makes one zstd frame with a checksum, piece by piece and in about 4 MiB.
///
/// Source: RFC 8878. Not for use by two threads at once.
public struct Encoder: ~Copyable {
    private let engine: ZstandardEncoder

    /// Starts a frame; nil if the library refuses for want of memory.
    public init?() {
        guard let made = ZstandardEncoder() else { return nil }
        engine = made
    }

    /// Encodes as much as fits.
    ///
    /// - Parameters:
    ///   - input: what follows the bytes that earlier steps consumed.
    ///   - isLast: whether nothing follows this input.
    ///   - output: takes the encoded bytes, at its beginning; never empty.
    /// - Returns: what was taken and given; nil if the library fails, which ends the frame.
    public mutating func encode(
        _ input: Span<UInt8>, isLast: Bool, into output: inout MutableSpan<UInt8>
    ) -> EncodingStep? {
        engine.step(input, isLast, &output)
    }
}

/// libzstd at its fastest ordinary level: what is compressed waits for nobody and is large.
@safe private final class ZstandardEncoder {
    private let context: OpaquePointer

    init?() {
        guard let made = unsafe ZSTD_createCCtx() else { return nil }
        unsafe context = unsafe made
        unsafe ZSTD_CCtx_setParameter(made, ZSTD_c_compressionLevel, 1)
        unsafe ZSTD_CCtx_setParameter(made, ZSTD_c_checksumFlag, 1)
    }

    deinit { unsafe ZSTD_freeCCtx(context) }

    func step(
        _ input: Span<UInt8>, _ isLast: Bool, _ output: inout MutableSpan<UInt8>
    ) -> EncodingStep? {
        unsafe input.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                var from = unsafe ZSTD_inBuffer(
                    src: source.baseAddress, size: source.count, pos: 0)
                var into = unsafe ZSTD_outBuffer(
                    dst: target.baseAddress, size: target.count, pos: 0)
                let end = isLast ? ZSTD_e_end : ZSTD_e_continue
                let left = unsafe ZSTD_compressStream2(context, &into, &from, end)
                if ZSTD_isError(left) != 0 { return nil }
                return EncodingStep(
                    consumedByteCount: unsafe from.pos, producedByteCount: unsafe into.pos,
                    isFinished: isLast && left == 0)
            }
        }
    }
}
