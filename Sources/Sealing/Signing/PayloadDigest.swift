internal import Sodium

/// BLAKE2b over the payload's nonce and the digest of every sealed chunk, though segments may
/// arrive out of order.
///
/// The chunks' tags alone would not bind the payload: whoever knows the file key can make another
/// chunk with the same Poly1305 tag, and every recipient knows it.
struct PayloadDigest: Sendable {
    /// Keeps the digest of all from being taken for that of a chunk.
    private static let label = Array("kanaria.dev/payload".utf8)

    private var hasher: BLAKE2bHasher
    private var next: UInt64 = 0
    private var early = [UInt64: [UInt8]]()

    init(nonce: [UInt8]) throws(SodiumError) {
        hasher = try BLAKE2bHasher(key: Self.label.span)
        hasher.update(nonce.span)
    }

    /// The digest of one sealed chunk, tag included.
    static func ofChunk(_ sealed: Span<UInt8>) throws(SodiumError) -> [UInt8] {
        try BLAKE2b.hash(sealed)
    }

    /// Takes the chunks' digests of the segment with this number.
    mutating func add(_ digests: [UInt8], segment: UInt64) {
        if segment != next {
            early[segment] = digests
            return
        }
        hasher.update(digests.span)
        next += 1
        while let following = early.removeValue(forKey: next) {
            hasher.update(following.span)
            next += 1
        }
    }

    /// The digest of everything added.
    mutating func finish() -> [UInt8] {
        hasher.finish()
    }
}
