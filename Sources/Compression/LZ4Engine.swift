internal import CCompression

/// liblz4's frame decoder.
@safe final class LZ4Engine: Engine {
    private let context: OpaquePointer

    init?() {
        var made: OpaquePointer?
        let result = unsafe LZ4F_createDecompressionContext(&made, UInt32(LZ4F_VERSION))
        guard LZ4F_isError(result) == 0, let made = unsafe made else { return nil }
        unsafe context = unsafe made
    }

    deinit { unsafe LZ4F_freeDecompressionContext(context) }

    func step(_ input: Span<UInt8>, _ output: inout MutableSpan<UInt8>, _ outCount: Int)
        -> DecodingStep
    {
        unsafe input.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                var consumed = source.count
                var produced = outCount
                let result = unsafe LZ4F_decompress(
                    context, target.baseAddress, &produced, source.baseAddress, &consumed, nil)
                let isError = LZ4F_isError(result) != 0
                // After an error the counts mean nothing.
                return DecodingStep(
                    consumedByteCount: isError ? 0 : consumed,
                    producedByteCount: isError ? 0 : produced,
                    state: isError ? .corrupt : result == 0 ? .finished : .goesOn)
            }
        }
    }
}
