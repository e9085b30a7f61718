extension Span where Element == UInt8 {
    /// Two bytes, least significant first.
    @inline(__always) public func littleEndian16(at offset: Int) -> UInt16 {
        UInt16(self[offset]) | UInt16(self[offset + 1]) << 8
    }

    /// Four bytes, least significant first.
    @inline(__always) public func littleEndian32(at offset: Int) -> UInt32 {
        UInt32(littleEndian16(at: offset)) | UInt32(littleEndian16(at: offset + 2)) << 16
    }

    /// Eight bytes, least significant first.
    @inline(__always) public func littleEndian64(at offset: Int) -> UInt64 {
        UInt64(littleEndian32(at: offset)) | UInt64(littleEndian32(at: offset + 4)) << 32
    }

    /// A number that is the same for the same bytes; for tables.
    ///
    /// Source: FNV-1a, 64 bit.
    public var fingerprint: UInt64 {
        var value: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in indices { value = (value ^ UInt64(self[index])) &* 0x100_0000_01b3 }
        return value
    }
}
