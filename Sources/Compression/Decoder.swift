/// A compressed stream's format.
public enum Compression: Sendable, Equatable {
    /// RFC 1951 without any frame, as in zip.
    case deflate
    /// RFC 1950.
    case zlib
    /// RFC 1952, one member.
    case gzip
    /// The .xz format, one stream.
    case xz
    /// The older .lzma format.
    case lzma
    /// LZMA without a frame, as in 7z: its five bytes of properties.
    case rawLZMA(properties: UInt64)
    /// LZMA2 without a frame, as in 7z: its byte for the dictionary's size.
    case rawLZMA2(dictionary: UInt8)
    /// RFC 8878, one frame.
    case zstandard
    /// bzip2, one stream.
    case bzip2
    /// The LZ4 frame format, one frame.
    case lz4
}

/// What one step of decoding came to.
public struct DecodingStep: Sendable, Equatable {
    /// Bytes taken from the input.
    public var consumedByteCount: Int
    /// Bytes put into the output.
    public var producedByteCount: Int
    /// How it stands now.
    public var state: DecodingState
}

/// How a stream stands.
public enum DecodingState: Sendable, Equatable {
    /// It goes on.
    case goesOn
    /// It ended, and every checksum it has agreed.
    case finished
    /// It contradicts its format or a checksum.
    case corrupt
    /// It may be sound, but needs more memory than is granted, a dictionary or a rare feature.
    case unsupported
}

/// Decodes one stream piece by piece, in bounded memory.
///
/// Memory is at most about 100 MiB, for the largest dictionary of `xz -9`; streams that ask for more
/// are `unsupported`. Not for use by two threads at once.
public struct Decoder: ~Copyable {
    private let engine: any Engine

    /// Starts a stream; nil if the library refuses for want of memory or for bad properties.
    public init?(_ format: Compression) {
        let made: (any Engine)? =
            switch format {
            case .deflate: InflateEngine(windowBits: -15)
            case .zlib: InflateEngine(windowBits: 15)
            case .gzip: InflateEngine(windowBits: 15 + 16)
            case .xz: LZMAEngine.xz()
            case .lzma: LZMAEngine.alone()
            case .rawLZMA(let properties): LZMAEngine.raw(properties: properties)
            case .rawLZMA2(let dictionary): LZMAEngine.raw2(dictionary: dictionary)
            case .zstandard: ZstandardEngine()
            case .bzip2: Bzip2Engine()
            case .lz4: LZ4Engine()
            }
        guard let made else { return nil }
        engine = made
    }

    /// Decodes as much as fits.
    ///
    /// - Parameters:
    ///   - input: what follows the bytes that earlier steps consumed.
    ///   - output: takes the decoded bytes, at its beginning; never empty.
    ///   - most: decoded bytes at most, from 1 on.
    /// - Returns: what was taken and given. A step that does neither and goes on needs more input.
    public mutating func decode(
        _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>, atMost most: Int
    ) -> DecodingStep {
        engine.step(input, &output, min(most, output.count, mostBytesAtOnce))
    }
}

/// One library's decoder.
protocol Engine: AnyObject {
    /// The last number is how many bytes of the output may be used.
    func step(_ input: Span<UInt8>, _ output: inout MutableSpan<UInt8>, _ outCount: Int)
        -> DecodingStep
}

/// Bytes at a time: the libraries count in 32 bits.
let mostBytesAtOnce = 1 << 30
