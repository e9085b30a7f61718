internal import Compression

extension Walker {
    mutating func walkRar() -> Walk { input.byte(6) == 0 ? walkRar4() : walkRar5() }

    /// Source: RAR 5.0 archive format: CRC32, size, type, flags, each a variable number.
    private mutating func walkRar5() -> Walk {
        var at = 8
        while at < input.byteCount {
            guard input.step() else { return .walked(.rar) }
            guard let size = rarNumber(at + 4), size.value > 0, size.value < 1 << 21 else {
                return .broken(.rar, .field)
            }
            let end = size.next + size.value
            let header = input.bytes(at: at + 4, count: end - at - 4)
            guard Int(crc32(header.span)) == input.little32(at) else {
                if input.isExhausted { return .walked(.rar) }
                return .broken(.rar, end > input.byteCount ? .endsEarly : .checksum)
            }
            guard let type = rarNumber(size.next), let flags = rarNumber(type.next) else {
                return .broken(.rar, .field)
            }
            if type.value == 4 { return .encrypted(.rar) }
            if type.value == 5 { return .walked(.rar) }
            var next = flags.next
            var extraCount = 0
            if flags.value & 1 != 0, let extra = rarNumber(next) {
                extraCount = extra.value
                next = extra.next
            }
            var dataCount = 0
            if flags.value & 2 != 0, let data = rarNumber(next) { dataCount = data.value }
            if type.value == 2, isEncryptedRarFile(extra: max(at, end - extraCount)..<end) {
                return .encrypted(.rar)
            }
            at = end + dataCount
            if at > input.byteCount { return .broken(.rar, .endsEarly) }
        }
        return .broken(.rar, .endsEarly)
    }

    /// Records of an extra area: size, type, data; type 1 is encryption.
    private mutating func isEncryptedRarFile(extra: Range<Int>) -> Bool {
        var at = extra.lowerBound
        while at < extra.upperBound, input.step() {
            guard let size = rarNumber(at), let type = rarNumber(size.next) else { return false }
            if type.value == 1 { return true }
            at = size.next + max(size.value, 1)
        }
        return false
    }

    private mutating func rarNumber(_ at: Int) -> (value: Int, next: Int)? {
        var value = 0
        for i in 0..<8 {
            let byte = input.byte(at + i)
            value |= Int(byte & 0x7F) << (7 * i)
            if byte & 0x80 == 0 { return (min(value, 1 << 60), at + i + 1) }
        }
        return nil
    }

    /// Source: RAR 4 technote.txt: CRC16, type, flags, size, and with flag 0x8000 more bytes.
    private mutating func walkRar4() -> Walk {
        var at = 7
        while at + 7 <= input.byteCount {
            guard input.step() else { return .walked(.rar) }
            let type = input.byte(at + 2)
            let flags = input.little16(at + 3)
            let size = input.little16(at + 5)
            guard (0x72...0x7B).contains(type), size >= 7 else { return .broken(.rar, .field) }
            if type == 0x73, flags & 0x80 != 0 { return .encrypted(.rar) }
            if type == 0x74, flags & 0x04 != 0 { return .encrypted(.rar) }
            let header = input.bytes(at: at + 2, count: size - 2)
            // Comments and authenticity blocks have checksums of other stretches.
            if type == 0x73 || type == 0x74,
                Int(crc32(header.span) & 0xFFFF) != input.little16(at)
            {
                return input.isExhausted ? .walked(.rar) : .broken(.rar, .checksum)
            }
            if type == 0x7B { return .walked(.rar) }
            at += size
            if flags & 0x8000 != 0 || type == 0x74 { at += input.little32(at - size + 7) }
            if at > input.byteCount { return .broken(.rar, .endsEarly) }
        }
        return .checked(.rar, at <= input.byteCount, .endsEarly)
    }
}
