internal import CCompression

/// libzstd; the window is limited to 64 MiB, which `zstd -19` stays within.
@safe final class ZstandardEngine: Engine {
    private let context: OpaquePointer

    init?() {
        guard let made = unsafe ZSTD_createDCtx() else { return nil }
        unsafe context = unsafe made
        unsafe ZSTD_DCtx_setParameter(made, ZSTD_d_windowLogMax, 26)
    }

    deinit { unsafe ZSTD_freeDCtx(context) }

    func step(_ input: Span<UInt8>, _ output: inout MutableSpan<UInt8>, _ outCount: Int)
        -> DecodingStep
    {
        unsafe input.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                var from = unsafe ZSTD_inBuffer(
                    src: source.baseAddress, size: source.count, pos: 0)
                var into = unsafe ZSTD_outBuffer(
                    dst: target.baseAddress, size: outCount, pos: 0)
                let result = unsafe ZSTD_decompressStream(context, &into, &from)
                return DecodingStep(
                    consumedByteCount: unsafe from.pos, producedByteCount: unsafe into.pos,
                    state: state(result))
            }
        }
    }

    private func state(_ result: Int) -> DecodingState {
        guard ZSTD_isError(result) != 0 else { return result == 0 ? .finished : .goesOn }
        switch ZSTD_getErrorCode(result) {
        case ZSTD_error_frameParameter_windowTooLarge, ZSTD_error_dictionary_wrong,
            ZSTD_error_memory_allocation, ZSTD_error_frameParameter_unsupported:
            return .unsupported
        default: return .corrupt
        }
    }
}
