internal import CSodium

/// Why a libsodium operation was refused.
public enum SodiumError: Error, Equatable, Sendable {
    /// `sodium_init` failed, so there is no random source.
    case initialisationFailed
    /// No guarded memory could be had.
    case allocationFailed
    /// The peer's point has low order, so the shared secret would be zero.
    case lowOrderPoint
    /// The bytes are not a point of the Edwards curve.
    case invalidPoint
    /// A tag or a signature does not fit.
    case authenticationFailed
    /// scrypt refused its cost parameters or found no memory.
    case scryptFailed
    /// A key, nonce, point or buffer has the wrong length.
    case wrongLength(expected: Int, actual: Int)
}

/// The library itself.
public enum Sodium {
    private static let status: Int32 = sodium_init()

    /// Initialises libsodium the first time; later calls only look at the result.
    public static func initialise() throws(SodiumError) {
        guard status >= 0 else { throw .initialisationFailed }
    }

    static func expect(_ actual: Int, _ expected: Int) throws(SodiumError) {
        guard actual == expected else {
            throw .wrongLength(expected: expected, actual: actual)
        }
    }
}
