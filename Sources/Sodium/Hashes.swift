internal import CSodium

/// SHA-512.
public enum SHA512 {
    /// The 64-byte digest of `message`.
    public static func hash(_ message: Span<UInt8>) throws(SodiumError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 64)
        _ = unsafe message.lend {
            unsafe crypto_hash_sha512(&digest, $0, UInt64($1))
        }
        return digest
    }
}

/// SHA-256; libsodium's reaches 0.3 GB/s, so whole files are better hashed with BLAKE2b.
public enum SHA256 {
    /// The 32-byte digest of `message`.
    public static func hash(_ message: Span<UInt8>) throws(SodiumError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        _ = unsafe message.lend {
            unsafe crypto_hash_sha256(&digest, $0, UInt64($1))
        }
        return digest
    }
}

/// BLAKE2b in one call.
public enum BLAKE2b {
    /// The digest of `message`.
    public static func hash(
        _ message: Span<UInt8>, count: Int = 32
    ) throws(SodiumError) -> [UInt8] {
        var hasher = try BLAKE2bHasher(count: count)
        hasher.update(message)
        return hasher.finish()
    }

    /// The digest of `message` under a key of 16 to 64 bytes.
    public static func hash(
        _ message: Span<UInt8>, key: Span<UInt8>, count: Int = 32
    ) throws(SodiumError) -> [UInt8] {
        var hasher = try BLAKE2bHasher(key: key, count: count)
        hasher.update(message)
        return hasher.finish()
    }
}

/// BLAKE2b over bytes that come in pieces.
public struct BLAKE2bHasher: Sendable {
    private var state = AlignedState()
    private let count: Int

    /// Starts an unkeyed digest of 16 to 64 bytes.
    public init(count: Int = 32) throws(SodiumError) {
        try self.init(key: Span(), count: count)
    }

    /// Starts a digest under a key of 16 to 64 bytes.
    public init(key: Span<UInt8>, count: Int = 32) throws(SodiumError) {
        guard (16...64).contains(count) else { throw .wrongLength(expected: 32, actual: count) }
        guard key.count == 0 || (16...64).contains(key.count) else {
            throw .wrongLength(expected: 32, actual: key.count)
        }
        try Sodium.initialise()
        self.count = count
        unsafe state.withState { state in
            _ = unsafe key.lend {
                unsafe crypto_generichash_init(state, $0, $1, count)
            }
        }
    }

    /// Adds `bytes` to what is hashed.
    public mutating func update(_ bytes: Span<UInt8>) {
        unsafe state.withState { state in
            _ = unsafe bytes.lend {
                unsafe crypto_generichash_update(state, $0, UInt64($1))
            }
        }
    }

    /// Ends the digest; the hasher must not be used again.
    public mutating func finish() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: count)
        let size = count
        unsafe state.withState { state in
            _ = unsafe crypto_generichash_final(state, &digest, size)
        }
        return digest
    }
}

/// Room for the hash state with the 64-byte alignment it asks for.
///
/// Swift does not keep the alignment of the C struct in every place, so the state is placed
/// anew at an aligned address for each call.
private struct AlignedState: Sendable {
    private var bytes = InlineArray<384, UInt8>(repeating: 0)

    mutating func withState(_ body: (OpaquePointer) -> Void) {
        unsafe withUnsafeTemporaryAllocation(byteCount: 384, alignment: 64) { room in
            unsafe withUnsafeMutableBytes(of: &bytes) { saved in
                unsafe room.copyMemory(from: UnsafeRawBufferPointer(saved))
                if let start = room.baseAddress { unsafe body(OpaquePointer(start)) }
                unsafe saved.copyMemory(from: UnsafeRawBufferPointer(room))
                unsafe sodium_memzero(room.baseAddress, room.count)
            }
        }
    }
}
