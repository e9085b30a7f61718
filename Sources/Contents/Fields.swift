/// Numbers inside bytes; every read past the end gives 0, which no caller takes for a match.
extension Span where Element == UInt8 {
    func byte(_ at: Int) -> UInt8 {
        at >= 0 && at < count ? self[at] : 0
    }

    func big16(_ at: Int) -> UInt16 {
        UInt16(byte(at)) << 8 | UInt16(byte(at + 1))
    }

    func big32(_ at: Int) -> UInt32 {
        UInt32(big16(at)) << 16 | UInt32(big16(at + 2))
    }

    func big64(_ at: Int) -> UInt64 {
        UInt64(big32(at)) << 32 | UInt64(big32(at + 4))
    }

    func little16(_ at: Int) -> UInt16 {
        big16(at).byteSwapped
    }

    func little32(_ at: Int) -> UInt32 {
        big32(at).byteSwapped
    }

    /// Whether the UTF-8 of `text` stands at `at`; literals up to 15 bytes cost no allocation.
    func has(_ text: String, at: Int = 0) -> Bool {
        guard at >= 0, at + text.utf8.count <= count else { return false }
        var offset = at
        for unit in text.utf8 {
            if self[offset] != unit { return false }
            offset += 1
        }
        return true
    }

    /// The first place of `text` at or after `at`, looking no further than `limit` bytes.
    func find(_ text: String, from at: Int = 0, within limit: Int) -> Int? {
        guard let first = text.utf8.first else { return nil }
        var offset = at
        let end = Swift.min(count, at + limit)
        while offset < end {
            if self[offset] == first, has(text, at: offset) { return offset }
            offset += 1
        }
        return nil
    }

    /// Where the first byte that is not white space stands, after a byte order mark.
    var firstVisible: Int {
        var offset = has("\u{FEFF}") ? 3 : 0
        while offset < count, offset < 512, isBlank(self[offset]) {
            offset += 1
        }
        return offset
    }
}

func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
}

/// Whether an offset or size of at least eight bytes fits into the file.
func isPlace(_ number: UInt64, within fileByteCount: UInt64) -> Bool {
    number >= 8 && number <= fileByteCount
}
