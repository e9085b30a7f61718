internal import CSodium

/// HMAC-SHA-256 (RFC 2104).
public enum HMACSHA256 {
    /// Length of a tag.
    public static let tagSize = 32

    /// The tag of `message` under a key of any length.
    public static func tag(
        key: Span<UInt8>, message: Span<UInt8>
    ) throws(SodiumError) -> [UInt8] {
        try Sodium.initialise()
        var state = MACState(key: key)
        state.update(message)
        var tag = [UInt8](repeating: 0, count: tagSize)
        var span = tag.mutableSpan
        state.finish(into: &span)
        return tag
    }
}

/// HKDF-SHA-256 (RFC 5869); libsodium 1.0.18 has none of its own.
public enum HKDFSHA256 {
    /// Extracts and expands `key` to `count` bytes, at most 255 * 32.
    public static func derive(
        key: Span<UInt8>, salt: Span<UInt8>, info: Span<UInt8>, count: Int = 32
    ) throws(SodiumError) -> SecretBytes {
        let most = 255 * HMACSHA256.tagSize
        guard count <= most else { throw .wrongLength(expected: most, actual: count) }
        var pseudorandom = try SecretBytes(count: HMACSHA256.tagSize)
        var extract = MACState(key: salt)
        extract.update(key)
        pseudorandom.withMutableSpan { extract.finish(into: &$0) }
        return try expand(pseudorandom, info: info, count: count)
    }

    private static func expand(
        _ pseudorandom: borrowing SecretBytes, info: Span<UInt8>, count: Int
    ) throws(SodiumError) -> SecretBytes {
        var output = try SecretBytes(count: count)
        var block = try SecretBytes(count: HMACSHA256.tagSize)
        var written = 0
        var counter: UInt8 = 1
        while written < count {
            var state = pseudorandom.withSpan { MACState(key: $0) }
            if counter > 1 { block.withSpan { state.update($0) } }
            state.update(info)
            state.update([counter].span)
            block.withMutableSpan { state.finish(into: &$0) }
            let size = min(HMACSHA256.tagSize, count - written)
            block.withSpan { source in
                output.withMutableSpan { target in
                    for index in 0..<size { target[written + index] = source[index] }
                }
            }
            written += size
            counter &+= 1
        }
        return output
    }
}

/// One HMAC computation; its state is wiped when it ends.
private struct MACState: ~Copyable {
    private var state = crypto_auth_hmacsha256_state()

    init(key: Span<UInt8>) {
        _ = unsafe key.lend {
            unsafe crypto_auth_hmacsha256_init(&state, $0, $1)
        }
    }

    mutating func update(_ bytes: Span<UInt8>) {
        _ = unsafe bytes.lend {
            unsafe crypto_auth_hmacsha256_update(&state, $0, UInt64($1))
        }
    }

    mutating func finish(into tag: inout MutableSpan<UInt8>) {
        precondition(tag.count == HMACSHA256.tagSize)
        _ = unsafe tag.lend { bytes, _ in
            unsafe crypto_auth_hmacsha256_final(&state, bytes)
        }
        unsafe sodium_memzero(&state, MemoryLayout<crypto_auth_hmacsha256_state>.size)
    }
}
