internal import CSodium

/// ChaCha20-Poly1305 as the IETF defines it (RFC 8439).
public enum ChaChaPoly {
    /// Length of a key.
    public static let keySize = 32
    /// Length of a nonce.
    public static let nonceSize = 12
    /// Length of the tag behind the ciphertext.
    public static let tagSize = 16

    /// Seals `plaintext` into `output`, which is `tagSize` longer.
    public static func seal(
        _ plaintext: Span<UInt8>, into output: inout MutableSpan<UInt8>, nonce: Span<UInt8>,
        additional: Span<UInt8>, key: borrowing SecretBytes
    ) throws(SodiumError) {
        try check(nonce, key)
        try Sodium.expect(output.count, plaintext.count + tagSize)
        unsafe plaintext.lend { source, count in
            unsafe output.lend { target, _ in
                unsafe encrypt(
                    Transfer(source, count, target),
                    nonce, additional, key)
            }
        }
    }

    /// Opens `sealed` into `output`, which is `tagSize` shorter.
    public static func open(
        _ sealed: Span<UInt8>, into output: inout MutableSpan<UInt8>, nonce: Span<UInt8>,
        additional: Span<UInt8>, key: borrowing SecretBytes
    ) throws(SodiumError) {
        try check(nonce, key)
        guard sealed.count >= tagSize else { throw .authenticationFailed }
        try Sodium.expect(output.count, sealed.count - tagSize)
        let status = unsafe sealed.lend { source, count in
            unsafe output.lend { target, _ in
                unsafe decrypt(
                    Transfer(source, count, target),
                    nonce, additional, key)
            }
        }
        guard status == 0 else { throw .authenticationFailed }
    }

    /// Seals the first `count - tagSize` bytes where they lie; the tag goes behind them.
    public static func sealInPlace(
        _ buffer: inout MutableSpan<UInt8>, nonce: Span<UInt8>, additional: Span<UInt8>,
        key: borrowing SecretBytes
    ) throws(SodiumError) {
        try check(nonce, key)
        guard buffer.count >= tagSize else {
            throw .wrongLength(expected: tagSize, actual: buffer.count)
        }
        unsafe buffer.lend { bytes, count in
            unsafe encrypt(
                Transfer(bytes, count - tagSize, bytes),
                nonce, additional, key)
        }
    }

    /// Opens `buffer` where it lies; the plaintext is its first `count - tagSize` bytes.
    public static func openInPlace(
        _ buffer: inout MutableSpan<UInt8>, nonce: Span<UInt8>, additional: Span<UInt8>,
        key: borrowing SecretBytes
    ) throws(SodiumError) {
        try check(nonce, key)
        let status = unsafe buffer.lend { bytes, count in
            unsafe decrypt(
                Transfer(bytes, count, bytes),
                nonce, additional, key)
        }
        guard status == 0 else { throw .authenticationFailed }
    }

    private static func check(
        _ nonce: Span<UInt8>, _ key: borrowing SecretBytes
    ) throws(SodiumError) {
        try Sodium.expect(nonce.count, nonceSize)
        try Sodium.expect(key.count, keySize)
    }
}

extension ChaChaPoly {
    /// Seals into a new array.
    public static func seal(
        _ plaintext: Span<UInt8>, nonce: Span<UInt8>, additional: Span<UInt8>,
        key: borrowing SecretBytes
    ) throws(SodiumError) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: plaintext.count + tagSize)
        var target = output.mutableSpan
        try seal(plaintext, into: &target, nonce: nonce, additional: additional, key: key)
        return output
    }

    /// Opens into a new array.
    public static func open(
        _ sealed: Span<UInt8>, nonce: Span<UInt8>, additional: Span<UInt8>,
        key: borrowing SecretBytes
    ) throws(SodiumError) -> [UInt8] {
        guard sealed.count >= tagSize else { throw .authenticationFailed }
        var output = [UInt8](repeating: 0, count: sealed.count - tagSize)
        var target = output.mutableSpan
        try open(sealed, into: &target, nonce: nonce, additional: additional, key: key)
        return output
    }
}

@unsafe private struct Transfer {
    let source: UnsafePointer<UInt8>
    let count: UInt64
    let target: UnsafeMutablePointer<UInt8>

    init(_ source: UnsafePointer<UInt8>, _ count: Int, _ target: UnsafeMutablePointer<UInt8>) {
        unsafe self.source = source
        unsafe self.count = UInt64(count)
        unsafe self.target = target
    }
}

private func encrypt(
    _ work: Transfer, _ nonce: Span<UInt8>, _ additional: Span<UInt8>,
    _ key: borrowing SecretBytes
) {
    unsafe nonce.lend { nonce, _ in
        unsafe additional.lend { additional, size in
            _ = unsafe crypto_aead_chacha20poly1305_ietf_encrypt(
                work.target, nil, work.source, work.count,
                additional, UInt64(size),
                nil, nonce, key.pointer)
        }
    }
}

private func decrypt(
    _ work: Transfer, _ nonce: Span<UInt8>, _ additional: Span<UInt8>,
    _ key: borrowing SecretBytes
) -> Int32 {
    unsafe nonce.lend { nonce, _ in
        unsafe additional.lend { additional, size in
            unsafe crypto_aead_chacha20poly1305_ietf_decrypt(
                work.target, nil, nil, work.source, work.count,
                additional, UInt64(size),
                nonce, key.pointer)
        }
    }
}
