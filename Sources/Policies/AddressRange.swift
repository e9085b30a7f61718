/// An address of the Internet Protocol, or a network of them.
public struct AddressRange: Sendable, Equatable {
    /// 4 or 16 bytes; zero behind the prefix.
    public let bytes: [UInt8]
    /// How many bits an address must share with it.
    public let prefixLength: Int

    /// Whether an address of 4 or 16 bytes lies in it.
    public func contains(_ address: [UInt8]) -> Bool {
        guard address.count == bytes.count else { return false }
        return Self.cut(address, to: prefixLength) == bytes
    }

    /// Reads `192.0.2.1`, `192.0.2.0/24`, `2001:db8::1` or `2001:db8::/32`; nil for anything else,
    /// for bits behind the prefix, and for addresses of version 4 that are mapped into version 6.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let bytes = Self.version4(parts[0]) ?? Self.version6(parts[0]),
            !(bytes.count == 16 && bytes.starts(with: Self.mapped))
        else { return nil }
        self.bytes = bytes
        guard parts.count == 2 else {
            prefixLength = bytes.count * 8
            return
        }
        guard let length = Self.number(parts[1], radix: 10, digits: 3), length <= bytes.count * 8,
            Self.cut(bytes, to: length) == bytes
        else { return nil }
        prefixLength = length
    }

    /// Source: RFC 4291, §2.5.5.2.
    private static let mapped = [UInt8](repeating: 0, count: 10) + [0xff, 0xff]

    private static func cut(_ bytes: [UInt8], to length: Int) -> [UInt8] {
        bytes.enumerated().map { index, byte in
            let kept = min(max(length - index * 8, 0), 8)
            return byte & ~UInt8(truncatingIfNeeded: 0xff >> kept)
        }
    }

    private static func version4(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { number($0, radix: 10, digits: 3) }
        guard parts.count == 4, numbers.count == 4, numbers.allSatisfy({ $0 <= 255 }) else {
            return nil
        }
        return numbers.map { UInt8($0) }
    }

    /// Source: RFC 4291, §2.2.
    private static func version6(_ text: Substring) -> [UInt8]? {
        let groups = text.split(separator: ":", omittingEmptySubsequences: false)
        guard let gap = groups.indices.dropFirst().dropLast().first(where: { groups[$0].isEmpty })
        else { return groups.count == 8 ? bytes(groups[...]) : nil }
        // At the very beginning or end the two colons leave two empty groups.
        let isFirst = gap == 1 && groups[0].isEmpty
        let isLast = gap == groups.count - 2 && groups[gap + 1].isEmpty
        guard let head = bytes(isFirst ? [] : groups[..<gap]),
            let tail = bytes(isLast ? [] : groups[(gap + 1)...]), head.count + tail.count <= 14
        else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    private static func bytes(_ groups: ArraySlice<Substring>) -> [UInt8]? {
        let numbers = groups.compactMap { number($0, radix: 16, digits: 4) }
        guard numbers.count == groups.count else { return nil }
        return numbers.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
    }

    /// A number without a sign; a decimal one has no leading zero either, which some read as octal.
    private static func number(_ text: Substring, radix: Int, digits: Int) -> Int? {
        let isClean = text.utf8.count <= digits && text.allSatisfy(\.isHexDigit)
        guard isClean, radix == 16 || text.count == 1 || text.first != "0" else { return nil }
        return Int(text, radix: radix)
    }
}
