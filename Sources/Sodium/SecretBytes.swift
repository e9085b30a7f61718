internal import CSodium

/// Secret bytes in guarded, locked memory that is zeroed before it is given back.
///
/// The bytes keep one address for life: a move of a noncopyable struct copies its bytes and
/// leaves the old ones, so only the address moves. The address is kept as an integer because
/// the owner alone reaches the memory, which makes the value safe to send.
public struct SecretBytes: ~Copyable, Sendable {
    private let address: UInt

    /// Bytes held.
    public let count: Int

    /// Allocates `count` zero bytes.
    public init(count: Int) throws(SodiumError) {
        try Sodium.initialise()
        address = try SecretPool.allocate(count)
        self.count = count
    }

    /// Copies `bytes`; the caller stays responsible for wiping the source.
    public init(copying bytes: Span<UInt8>) throws(SodiumError) {
        try self.init(count: bytes.count)
        withMutableSpan { target in
            for index in bytes.indices { target[index] = bytes[index] }
        }
    }

    /// Draws `count` random bytes.
    public init(random count: Int) throws(SodiumError) {
        try self.init(count: count)
        unsafe randombytes_buf(pointer, count)
    }

    /// Makes a second owner of the same content.
    public borrowing func copy() throws(SodiumError) -> SecretBytes {
        try withSpan { (bytes) throws(SodiumError) in try SecretBytes(copying: bytes) }
    }

    /// Lends the bytes to `body`.
    public borrowing func withSpan<R: ~Copyable, E: Error>(
        _ body: (Span<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        let bytes = unsafe UnsafeBufferPointer(start: pointer, count: count)
        return try body(unsafe bytes.span)
    }

    /// Lends the bytes to `body` for writing.
    public mutating func withMutableSpan<R: ~Copyable, E: Error>(
        _ body: (inout MutableSpan<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        let bytes = unsafe UnsafeMutableBufferPointer(start: pointer, count: count)
        var span = unsafe bytes.mutableSpan
        return try body(&span)
    }

    var pointer: UnsafeMutablePointer<UInt8> {
        guard let start = unsafe UnsafeMutablePointer<UInt8>(bitPattern: address) else {
            preconditionFailure("the address came from an allocation that succeeded")
        }
        return unsafe start
    }

    deinit {
        SecretPool.free(address, count)
    }
}

/// Bytes from the system's random source.
public enum Randomness {
    /// Draws `count` random bytes.
    public static func bytes(_ count: Int) throws(SodiumError) -> [UInt8] {
        try Sodium.initialise()
        var bytes = [UInt8](repeating: 0, count: count)
        var span = bytes.mutableSpan
        unsafe span.lend { unsafe randombytes_buf($0, $1) }
        return bytes
    }
}

/// Comparison that takes the same time whatever the bytes are.
public enum ConstantTime {
    /// Whether both hold the same bytes; a different length is no secret.
    public static func equal(_ first: Span<UInt8>, _ second: Span<UInt8>) -> Bool {
        guard first.count == second.count else { return false }
        return unsafe first.lend { left, count in
            unsafe second.lend { right, _ in unsafe sodium_memcmp(left, right, count) == 0 }
        }
    }
}

/// Overwriting of ordinary arrays that held a secret for a moment.
public enum Wipe {
    /// Zeroes the array's storage and empties it.
    public static func wipe(_ bytes: inout [UInt8]) {
        var span = bytes.mutableSpan
        unsafe span.lend { unsafe sodium_memzero($0, $1) }
        bytes.removeAll()
    }
}
