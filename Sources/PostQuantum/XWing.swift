public import Sodium

#if PostQuantum
    internal import Crypto
    internal import FoundationEssentials
#endif

/// Why a key could not be encapsulated or decapsulated.
public enum XWingError: Error, Equatable, Sendable {
    /// The program was built without the package trait `PostQuantum`.
    case notBuilt
    /// A key or an encapsulation has the wrong length, is not canonical, or has low order.
    case invalid
    /// A libsodium operation failed.
    case sodium(SodiumError)
}

/// X-Wing, a key encapsulation by ML-KEM-768 and X25519 together, of swift-crypto.
///
/// Without the package trait `PostQuantum` every call throws `XWingError.notBuilt`. The secret
/// that a caller gives or gets is in locked memory; what swift-crypto derives from it is not.
///
/// Source: draft-connolly-cfrg-xwing-kem.
public enum XWing {
    /// Bytes of a secret key, which is the seed of both.
    public static let seedSize = 32
    /// Bytes of a public key.
    public static let publicKeySize = 1216
    /// Bytes of an encapsulated secret.
    public static let encapsulationSize = 1120
}

/// A secret for the owner of a key, and what tells it to them.
public struct Encapsulation: ~Copyable {
    /// The 32 shared bytes.
    public let secret: SecretBytes
    /// What the owner decapsulates.
    public let bytes: [UInt8]
}

#if PostQuantum
    extension XWing {
        /// Whether this build has it.
        public static let isBuilt = true

        /// The public key that belongs to a seed.
        public static func publicKey(
            of seed: borrowing SecretBytes
        ) throws(XWingError) -> [UInt8] {
            Array(try privateKey(seed).publicKey.rawRepresentation)
        }

        /// Draws a secret for the owner of `publicKey`.
        public static func encapsulate(
            to publicKey: [UInt8]
        ) throws(XWingError) -> Encapsulation {
            let result: KEM.EncapsulationResult
            do {
                result = try XWingMLKEM768X25519.PublicKey(rawRepresentation: publicKey)
                    .encapsulate()
            } catch {
                throw .invalid
            }
            return Encapsulation(
                secret: try locked(result.sharedSecret), bytes: Array(result.encapsulated))
        }

        /// The secret that was encapsulated; for another's key or damaged bytes it is a random one.
        public static func decapsulate(
            _ encapsulation: [UInt8], seed: borrowing SecretBytes
        ) throws(XWingError) -> SecretBytes {
            let key = try privateKey(seed)
            let secret: SymmetricKey
            do { secret = try key.decapsulate(Data(encapsulation)) } catch { throw .invalid }
            return try locked(secret)
        }

        private static func privateKey(
            _ seed: borrowing SecretBytes
        ) throws(XWingError) -> XWingMLKEM768X25519.PrivateKey {
            try seed.withSpan { (seed) throws(XWingError) in
                do {
                    return try unsafe seed.withUnsafeBufferPointer {
                        try unsafe XWingMLKEM768X25519.PrivateKey(
                            seedRepresentation: $0, publicKey: nil)
                    }
                } catch {
                    throw .invalid
                }
            }
        }

        private static func locked(_ key: SymmetricKey) throws(XWingError) -> SecretBytes {
            var room: SecretBytes
            do { room = try SecretBytes(count: key.bitCount / 8) } catch { throw .sodium(error) }
            unsafe key.withUnsafeBytes { bytes in
                room.withMutableSpan { room in
                    for index in room.indices { room[index] = unsafe bytes[index] }
                }
            }
            return room
        }
    }
#else
    extension XWing {
        /// Whether this build has it.
        public static let isBuilt = false

        /// The public key that belongs to a seed.
        public static func publicKey(
            of seed: borrowing SecretBytes
        ) throws(XWingError) -> [UInt8] {
            throw .notBuilt
        }

        /// Draws a secret for the owner of `publicKey`.
        public static func encapsulate(
            to publicKey: [UInt8]
        ) throws(XWingError) -> Encapsulation {
            throw .notBuilt
        }

        /// The secret that was encapsulated; for another's key or damaged bytes it is a random one.
        public static func decapsulate(
            _ encapsulation: [UInt8], seed: borrowing SecretBytes
        ) throws(XWingError) -> SecretBytes {
            throw .notBuilt
        }
    }
#endif
