internal import CCompression

/// liblzma; memory is limited to what `xz -9` needs.
@safe final class LZMAEngine: Engine {
    private let stream: UnsafeMutablePointer<lzma_stream>
    private static let memoryLimit: UInt64 = 100 << 20
    // Source: lzma/lzma12.h, LZMA_FILTER_LZMA1 and LZMA_FILTER_LZMA2, which are casts in C.
    private static let first: UInt64 = 0x4000_0000_0000_0001
    private static let second: UInt64 = 0x21

    private init?(_ start: (UnsafeMutablePointer<lzma_stream>) -> lzma_ret) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: unsafe lzma_stream())
        guard unsafe start(stream) == LZMA_OK else {
            unsafe lzma_end(stream)
            unsafe stream.deallocate()
            return nil
        }
    }

    deinit {
        unsafe lzma_end(stream)
        unsafe stream.deallocate()
    }

    static func xz() -> LZMAEngine? {
        unsafe LZMAEngine { unsafe lzma_stream_decoder($0, memoryLimit, 0) }
    }

    static func alone() -> LZMAEngine? {
        unsafe LZMAEngine { unsafe lzma_alone_decoder($0, memoryLimit) }
    }

    /// Source: LZMA specification: one byte (pb·5+lp)·9+lc, then the dictionary's size.
    static func raw(properties: UInt64) -> LZMAEngine? {
        let packed = UInt32(properties & 0xFF)
        let dictionary = UInt32(truncatingIfNeeded: properties >> 8)
        guard packed < 225, UInt64(dictionary) <= memoryLimit else { return nil }
        var options = unsafe lzma_options_lzma()
        unsafe options.dict_size = max(dictionary, 4096)
        unsafe options.lc = packed % 9
        unsafe options.lp = packed / 9 % 5
        unsafe options.pb = packed / 45
        return unsafe raw(first, &options)
    }

    /// Source: xz-file-format §5.3.1: dictionary (2 | bit 0) << (bits / 2 + 11).
    static func raw2(dictionary: UInt8) -> LZMAEngine? {
        guard dictionary <= 40 else { return nil }
        let size = UInt64(2 | dictionary & 1) << UInt64(dictionary / 2 + 11)
        guard size <= memoryLimit else { return nil }
        var options = unsafe lzma_options_lzma()
        unsafe options.dict_size = UInt32(size)
        return unsafe raw(second, &options)
    }

    private static func raw(_ id: UInt64, _ options: inout lzma_options_lzma) -> LZMAEngine? {
        unsafe withUnsafeMutablePointer(to: &options) { options in
            // The list ends with LZMA_VLI_UNKNOWN.
            let filters = unsafe [
                lzma_filter(id: id, options: options), lzma_filter(id: .max, options: nil),
            ]
            return unsafe LZMAEngine { stream in
                unsafe filters.withUnsafeBufferPointer {
                    unsafe lzma_raw_decoder(stream, $0.baseAddress)
                }
            }
        }
    }

    func step(_ input: Span<UInt8>, _ output: inout MutableSpan<UInt8>, _ outCount: Int)
        -> DecodingStep
    {
        let result = unsafe input.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe stream.pointee.next_in = source.baseAddress
                unsafe stream.pointee.avail_in = source.count
                unsafe stream.pointee.next_out = target.baseAddress
                unsafe stream.pointee.avail_out = outCount
                return unsafe lzma_code(stream, LZMA_RUN)
            }
        }
        let state: DecodingState =
            switch result {
            case LZMA_STREAM_END: .finished
            case LZMA_OK, LZMA_BUF_ERROR: .goesOn
            case LZMA_MEMLIMIT_ERROR, LZMA_MEM_ERROR, LZMA_OPTIONS_ERROR: .unsupported
            default: .corrupt
            }
        return DecodingStep(
            consumedByteCount: unsafe input.count - stream.pointee.avail_in,
            producedByteCount: unsafe outCount - stream.pointee.avail_out, state: state)
    }
}
