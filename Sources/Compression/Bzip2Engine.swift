internal import CCompression

/// libbz2; the stream stays at one address, since libbz2 keeps a pointer to it.
@safe final class Bzip2Engine: Engine {
    private let stream: UnsafeMutablePointer<bz_stream>

    init?() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: unsafe bz_stream())
        guard unsafe BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK else {
            unsafe stream.deallocate()
            return nil
        }
    }

    deinit {
        unsafe BZ2_bzDecompressEnd(stream)
        unsafe stream.deallocate()
    }

    func step(_ input: Span<UInt8>, _ output: inout MutableSpan<UInt8>, _ outCount: Int)
        -> DecodingStep
    {
        let inCount = min(input.count, mostBytesAtOnce)
        let result = unsafe input.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                let from = unsafe UnsafeMutablePointer(mutating: source.baseAddress)
                unsafe stream.pointee.next_in = unsafe UnsafeMutableRawPointer(from)?
                    .assumingMemoryBound(to: CChar.self)
                unsafe stream.pointee.avail_in = UInt32(inCount)
                unsafe stream.pointee.next_out = unsafe UnsafeMutableRawPointer(target.baseAddress)?
                    .assumingMemoryBound(to: CChar.self)
                unsafe stream.pointee.avail_out = UInt32(outCount)
                return unsafe BZ2_bzDecompress(stream)
            }
        }
        let state: DecodingState =
            switch result {
            case BZ_STREAM_END: .finished
            case BZ_OK: .goesOn
            case BZ_MEM_ERROR: .unsupported
            default: .corrupt
            }
        return DecodingStep(
            consumedByteCount: unsafe inCount - Int(stream.pointee.avail_in),
            producedByteCount: unsafe outCount - Int(stream.pointee.avail_out), state: state)
    }
}
