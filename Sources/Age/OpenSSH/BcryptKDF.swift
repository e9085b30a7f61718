internal import Sodium

/// Blowfish as far as bcrypt needs it.
private struct Blowfish {
    private var words = BlowfishTables.words

    /// The 18 round keys come first, then four boxes of 256 words.
    private static let boxes = BlowfishTables.roundKeyCount

    func encrypt(_ left: inout UInt32, _ right: inout UInt32) {
        left ^= words[0]
        for round in stride(from: 1, to: 17, by: 2) {
            right ^= mix(left) ^ words[round]
            left ^= mix(right) ^ words[round + 1]
        }
        (left, right) = (right ^ words[17], left)
    }

    @inline(__always) private func mix(_ word: UInt32) -> UInt32 {
        let first = words[Self.boxes + Int(word >> 24)]
        let second = words[Self.boxes + 256 + Int(word >> 16 & 0xff)]
        let third = words[Self.boxes + 512 + Int(word >> 8 & 0xff)]
        let fourth = words[Self.boxes + 768 + Int(word & 0xff)]
        return ((first &+ second) ^ third) &+ fourth
    }

    /// Mixes `key` into the state; both arrays hold the words of 64 bytes.
    mutating func expand(key: [UInt32], salt: [UInt32]) {
        for index in 0..<Self.boxes { words[index] ^= key[index % key.count] }
        var left: UInt32 = 0
        var right: UInt32 = 0
        for index in stride(from: 0, to: words.count, by: 2) {
            left ^= salt[index % salt.count]
            right ^= salt[(index + 1) % salt.count]
            encrypt(&left, &right)
            words[index] = left
            words[index + 1] = right
        }
    }
}

/// The key derivation of OpenSSH's private key files.
///
/// Source: OpenBSD bcrypt_pbkdf(3).
enum BcryptKDF {
    private static let blockSize = 32
    private static let text = words(of: Array("OxychromaticBlowfishSwatDynamite".utf8))
    private static let zeroSalt = [UInt32](repeating: 0, count: 16)

    static func derive(
        passphrase: Span<UInt8>, salt: [UInt8], rounds: Int, count: Int
    ) throws(SodiumError) -> [UInt8] {
        let password = words(of: try SHA512.hash(passphrase))
        var key = [UInt8](repeating: 0, count: count)
        let blocks = (count + blockSize - 1) / blockSize
        for block in 0..<blocks {
            let number = (0..<4).map { UInt8(truncatingIfNeeded: (block + 1) >> (24 - 8 * $0)) }
            var piece = hash(password, words(of: try SHA512.hash((salt + number).span)))
            var sum = piece
            for _ in 1..<max(1, rounds) {
                piece = hash(password, words(of: try SHA512.hash(piece.span)))
                for index in sum.indices { sum[index] ^= piece[index] }
            }
            for (index, byte) in sum.enumerated() where index * blocks + block < count {
                key[index * blocks + block] = byte
            }
        }
        return key
    }

    private static func hash(_ password: [UInt32], _ salt: [UInt32]) -> [UInt8] {
        var state = Blowfish()
        state.expand(key: password, salt: salt)
        for _ in 0..<64 {
            state.expand(key: salt, salt: zeroSalt)
            state.expand(key: password, salt: zeroSalt)
        }
        var data = text
        for index in stride(from: 0, to: data.count, by: 2) {
            var (left, right) = (data[index], data[index + 1])
            for _ in 0..<64 { state.encrypt(&left, &right) }
            (data[index], data[index + 1]) = (left, right)
        }
        return data.flatMap { word in
            (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(8 * $0)) }
        }
    }

    private static func words(of bytes: [UInt8]) -> [UInt32] {
        stride(from: 0, to: bytes.count, by: 4).map { start in
            bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
    }
}
