/// Base64 (RFC 4648 §4), canonical only.
public enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xff, count: 256)
        for (value, letter) in alphabet.enumerated() { table[Int(letter)] = UInt8(value) }
        return table
    }()

    /// The text of bytes, without padding where that is not asked for.
    public static func encode(_ bytes: Span<UInt8>, padded: Bool = false) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let size = min(3, bytes.count - index)
            var group: UInt32 = 0
            for step in 0..<3 {
                group = group << 8 | (step < size ? UInt32(bytes[index + step]) : 0)
            }
            for step in 0..<4 {
                let letter = alphabet[Int(group >> UInt32(18 - 6 * step) & 63)]
                if step <= size { text.append(letter) } else if padded { text.append(padding) }
            }
            index += size
        }
        return text
    }

    /// The text of bytes, without padding.
    public static func encode(_ bytes: [UInt8]) -> String {
        String(decoding: encode(bytes.span), as: UTF8.self)
    }

    /// The bytes, or nil when `text` is anything but their one canonical form.
    public static func decode(_ text: Span<UInt8>, padded: Bool = false) -> [UInt8]? {
        var count = text.count
        if padded {
            guard count % 4 == 0 else { return nil }
            if count > 0, text[count - 1] == padding { count -= 1 }
            if count % 4 == 3, text[count - 1] == padding { count -= 1 }
        }
        guard count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * 3 / 4)
        var bits: UInt32 = 0
        var held: UInt32 = 0
        for index in 0..<count {
            let value = values[Int(text[index])]
            guard value < 64 else { return nil }
            bits = bits << 6 | UInt32(value)
            held += 6
            guard held >= 8 else { continue }
            held -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> held))
            bits &= (1 << held) - 1
        }
        guard bits == 0 else { return nil }
        return bytes
    }

    /// The bytes, or nil when `text` is anything but their one canonical form without padding.
    public static func decode(_ text: String) -> [UInt8]? { decode(Array(text.utf8).span) }
}
