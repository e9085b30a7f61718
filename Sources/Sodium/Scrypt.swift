internal import CSodium

/// The scrypt password hash (RFC 7914).
public enum Scrypt {
    /// Derives `count` bytes at cost 2^`logN`; memory is 128 * r * 2^logN bytes.
    public static func derive(
        password: Span<UInt8>, salt: Span<UInt8>, logN: Int, count: Int = 32
    ) throws(SodiumError) -> SecretBytes {
        guard (1...30).contains(logN) else { throw .scryptFailed }
        let key = try SecretBytes(count: count)
        let status = unsafe password.lend { password, passwordCount in
            unsafe salt.lend { salt, saltCount in
                unsafe crypto_pwhash_scryptsalsa208sha256_ll(
                    password, passwordCount, salt, saltCount,
                    1 << UInt64(logN), 8, 1, key.pointer, count)
            }
        }
        guard status == 0 else { throw .scryptFailed }
        return key
    }
}
