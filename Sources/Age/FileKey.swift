public import Sodium

/// The 16 random bytes everything in one file hangs on.
public struct FileKey: ~Copyable, Sendable {
    private let secret: SecretBytes

    /// Bytes of a file key.
    public static let byteCount = 16

    /// Draws a new key; a key is never used for a second file.
    public init() throws(SodiumError) { self.secret = try SecretBytes(random: Self.byteCount) }

    /// Copies the 16 bytes.
    public init(copying bytes: Span<UInt8>) throws(SodiumError) {
        try self.init(SecretBytes(copying: bytes))
    }

    /// Takes over the 16 bytes.
    public init(_ secret: consuming SecretBytes) throws(SodiumError) {
        guard secret.count == Self.byteCount else {
            throw .wrongLength(expected: Self.byteCount, actual: secret.count)
        }
        self.secret = secret
    }

    /// Makes a second owner of the same key.
    public borrowing func copy() throws(SodiumError) -> FileKey { try FileKey(secret.copy()) }

    /// Lends the bytes to `body`.
    public borrowing func withSpan<R: ~Copyable, E: Error>(
        _ body: (Span<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        try secret.withSpan(body)
    }

    /// Derives a key for one purpose by HKDF-SHA-256.
    public borrowing func derive(
        info: Span<UInt8>, salt: Span<UInt8>, count: Int = 32
    ) throws(SodiumError) -> SecretBytes {
        try secret.withSpan { (key) throws(SodiumError) in
            try HKDFSHA256.derive(key: key, salt: salt, info: info, count: count)
        }
    }

    borrowing func headerMAC(over bytes: Span<UInt8>) throws(SodiumError) -> [UInt8] {
        let key = try derive(info: Array("header".utf8).span, salt: Span())
        return try key.withSpan { (key) throws(SodiumError) in
            try HMACSHA256.tag(key: key, message: bytes)
        }
    }

    /// The key sealed under a wrapping key that is used once; without a nonce it is zero.
    borrowing func sealed(
        under key: borrowing SecretBytes, nonce: Span<UInt8> = zeroNonce.span
    ) throws(SodiumError) -> [UInt8] {
        try secret.withSpan { (plain) throws(SodiumError) in
            try ChaChaPoly.seal(plain, nonce: nonce, additional: Span(), key: key)
        }
    }

    /// Opens a sealed key, or nil when the wrapping key is not the right one.
    static func open(
        _ sealed: [UInt8], under key: borrowing SecretBytes,
        nonce: Span<UInt8> = zeroNonce.span
    ) throws(SodiumError) -> FileKey? {
        var room = try SecretBytes(count: byteCount)
        do throws(SodiumError) {
            try room.withMutableSpan { (target) throws(SodiumError) in
                try ChaChaPoly.open(
                    sealed.span, into: &target, nonce: nonce, additional: Span(), key: key)
            }
        } catch .authenticationFailed { return nil }
        return try FileKey(room)
    }

    /// Bytes of a sealed file key; anything else is refused before it is opened, because
    /// lengths would let a sender learn which key fits.
    static let sealedByteCount = byteCount + ChaChaPoly.tagSize
}

private let zeroNonce = [UInt8](repeating: 0, count: ChaChaPoly.nonceSize)
