internal import CCompression

/// The CRC-32 of zip, gzip and PNG, continued from an earlier value.
///
/// Source: RFC 1952 §8.
public func crc32(_ bytes: Span<UInt8>, from earlier: UInt32 = 0) -> UInt32 {
    unsafe bytes.withUnsafeBufferPointer { input in
        UInt32(truncatingIfNeeded: unsafe crc32_z(UInt(earlier), input.baseAddress, input.count))
    }
}
