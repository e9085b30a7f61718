internal import CCompression

/// zlib; the stream stays at one address, since zlib keeps a pointer to it.
@safe final class InflateEngine: Engine {
    private let stream: UnsafeMutablePointer<z_stream>

    init?(windowBits: Int32) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: unsafe z_stream())
        let size = unsafe Int32(MemoryLayout<z_stream>.size)
        guard unsafe inflateInit2_(stream, windowBits, ZLIB_VERSION, size) == Z_OK else {
            unsafe stream.deallocate()
            return nil
        }
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    func step(_ input: Span<UInt8>, _ output: inout MutableSpan<UInt8>, _ outCount: Int)
        -> DecodingStep
    {
        let inCount = min(input.count, mostBytesAtOnce)
        let result = unsafe input.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(
                    mutating: source.baseAddress)
                unsafe stream.pointee.avail_in = UInt32(inCount)
                unsafe stream.pointee.next_out = target.baseAddress
                unsafe stream.pointee.avail_out = UInt32(outCount)
                return unsafe inflate(stream, Z_NO_FLUSH)
            }
        }
        let state: DecodingState =
            switch result {
            case Z_STREAM_END: .finished
            case Z_OK, Z_BUF_ERROR: .goesOn
            case Z_NEED_DICT, Z_MEM_ERROR: .unsupported
            default: .corrupt
            }
        return DecodingStep(
            consumedByteCount: unsafe inCount - Int(stream.pointee.avail_in),
            producedByteCount: unsafe outCount - Int(stream.pointee.avail_out), state: state)
    }
}
