public import Sodium

/// Bech32 (BIP 173) without its length limit.
public enum Bech32 {
    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
    /// The value of each letter in lower case; 0xff for what is none.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xff, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()
    private static let generators: [UInt32] = [
        0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3,
    ]

    /// The text for `bytes` under a prefix in lower case.
    public static func encode(prefix: String, _ bytes: Span<UInt8>) -> String {
        let prefix = Array(prefix.utf8)
        let data = toFives(bytes)
        let sum = polymod(expand(prefix) + data + [UInt8](repeating: 0, count: 6)) ^ 1
        let check = (0..<6).map { UInt8(truncatingIfNeeded: sum >> UInt32(5 * (5 - $0)) & 31) }
        let letters = (data + check).map { alphabet[Int($0)] }
        return String(decoding: prefix + [UInt8(ascii: "1")] + letters, as: UTF8.self)
    }

    /// Prefix in lower case and bytes; nil for a wrong checksum, mixed case or stray bits.
    public static func decode(_ text: String) -> (prefix: String, bytes: [UInt8], isUpper: Bool)? {
        let raw = Array(text.utf8)
        let hasUpper = raw.contains { (0x41...0x5a).contains($0) }
        let hasLower = raw.contains { (0x61...0x7a).contains($0) }
        guard !(hasUpper && hasLower), raw.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            return nil
        }
        let lower = raw.map { (0x41...0x5a).contains($0) ? $0 + 0x20 : $0 }
        guard let split = lower.lastIndex(of: UInt8(ascii: "1")), split > 0,
            lower.count - split > 6
        else { return nil }
        let fives = lower[(split + 1)...].map { values[Int($0)] }
        let prefix = Array(lower[..<split])
        guard !fives.contains(0xff), polymod(expand(prefix) + fives) == 1,
            let bytes = fromFives(fives.dropLast(6))
        else { return nil }
        return (String(decoding: prefix, as: UTF8.self), bytes, hasUpper)
    }

    /// The bytes behind an upper-case prefix, decoded straight into locked memory.
    public static func decodeSecret(
        _ text: Span<UInt8>, prefix: StaticString
    ) throws(KeyError) -> SecretBytes {
        let prefix = Array("\(prefix)".utf8)
        let start = prefix.count + 1
        guard text.count >= start + checkCount else { throw .malformed }
        guard text[start - 1] == UInt8(ascii: "1"),
            prefix.indices.allSatisfy({ text[$0] == prefix[$0] })
        else { throw isKey(text) ? .unsupportedKeyType : .malformed }
        var sum: UInt32 = 1
        for value in expand(prefix.map { $0 + ($0 >= 0x41 ? 0x20 : 0) }) { sum = step(sum, value) }
        let count = (text.count - start - checkCount) * 5 / 8
        var secret: SecretBytes
        do { secret = try SecretBytes(count: count) } catch { throw .sodium(error) }
        var (bits, held, done) = (UInt32(0), UInt32(0), 0)
        for index in start..<text.count {
            guard let value = value(ofUpper: text[index]) else { throw .malformed }
            sum = step(sum, value)
            if index >= text.count - checkCount { continue }
            bits = (bits << 5 | UInt32(value)) & 0xfff
            held += 5
            guard held >= 8 else { continue }
            held -= 8
            secret.withMutableSpan { $0[done] = UInt8(truncatingIfNeeded: bits >> held) }
            done += 1
        }
        guard sum == 1, held < 5, bits & ((1 << held) - 1) == 0 else { throw .malformed }
        return secret
    }

    /// The text for secret bytes under an upper-case prefix, written straight into locked memory.
    public static func encodeSecret(
        _ bytes: Span<UInt8>, prefix: StaticString
    ) throws(SodiumError) -> SecretBytes {
        let prefix = Array("\(prefix)".utf8)
        let (start, count) = (prefix.count + 1, (bytes.count * 8 + 4) / 5)
        var text = try SecretBytes(count: start + count + checkCount)
        var sum = polymod(expand(prefix.map { $0 + ($0 >= 0x41 ? 0x20 : 0) }))
        text.withMutableSpan { text in
            for index in prefix.indices { text[index] = prefix[index] }
            text[prefix.count] = UInt8(ascii: "1")
            for index in 0..<count {
                let value = five(index, of: bytes)
                sum = step(sum, value)
                text[start + index] = upper(value)
            }
            for _ in 0..<checkCount { sum = step(sum, 0) }
            for index in 0..<checkCount {
                let shift = UInt32(5 * (checkCount - 1 - index))
                text[start + count + index] = upper(
                    UInt8(truncatingIfNeeded: (sum ^ 1) >> shift & 31))
            }
        }
        return text
    }

    /// The five bits at a place; zeros behind the end.
    private static func five(_ index: Int, of bytes: Span<UInt8>) -> UInt8 {
        var value: UInt8 = 0
        for bit in (5 * index)..<(5 * index + 5) {
            let byte = bit / 8 < bytes.count ? bytes[bit / 8] : 0
            value = value << 1 | byte >> UInt8(7 - bit % 8) & 1
        }
        return value
    }

    private static func upper(_ value: UInt8) -> UInt8 {
        let letter = alphabet[Int(value)]
        return letter >= 0x61 ? letter - 0x20 : letter
    }

    /// Whether a text looks like a secret key of some kind: upper case, and a hyphen at the
    /// prefix's end.
    private static func isKey(_ text: Span<UInt8>) -> Bool {
        (0x41...0x5a).contains(text[0])
            && (1..<text.count).contains {
                text[$0 - 1] == UInt8(ascii: "-") && text[$0] == UInt8(ascii: "1")
            }
    }

    /// Letters of the checksum.
    private static let checkCount = 6

    private static func value(ofUpper letter: UInt8) -> UInt8? {
        let isLetter = (0x41...0x5a).contains(letter)
        guard isLetter || (0x30...0x39).contains(letter) else { return nil }
        let value = values[Int(isLetter ? letter + 0x20 : letter)]
        return value == 0xff ? nil : value
    }

    private static func expand(_ prefix: [UInt8]) -> [UInt8] {
        prefix.map { $0 >> 5 } + [0] + prefix.map { $0 & 31 }
    }

    private static func polymod(_ values: [UInt8]) -> UInt32 {
        values.reduce(1, step)
    }

    private static func step(_ sum: UInt32, _ value: UInt8) -> UInt32 {
        let top = sum >> 25
        var sum = (sum & 0x1ff_ffff) << 5 ^ UInt32(value)
        for bit in 0..<5 where top >> UInt32(bit) & 1 == 1 { sum ^= generators[bit] }
        return sum
    }

    private static func toFives(_ bytes: Span<UInt8>) -> [UInt8] {
        var fives: [UInt8] = []
        var bits: UInt32 = 0
        var held: UInt32 = 0
        for index in bytes.indices {
            bits = (bits << 8 | UInt32(bytes[index])) & 0xfff
            held += 8
            while held >= 5 {
                held -= 5
                fives.append(UInt8(truncatingIfNeeded: bits >> held & 31))
            }
        }
        if held > 0 { fives.append(UInt8(truncatingIfNeeded: bits << (5 - held) & 31)) }
        return fives
    }

    private static func fromFives(_ fives: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var held: UInt32 = 0
        for value in fives {
            bits = (bits << 5 | UInt32(value)) & 0xfff
            held += 5
            guard held >= 8 else { continue }
            held -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> held))
        }
        guard held < 5, bits & ((1 << held) - 1) == 0 else { return nil }
        return bytes
    }
}
