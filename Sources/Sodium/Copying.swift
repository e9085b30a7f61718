extension MutableSpan where Element == UInt8 {
    /// Copies `bytes` over those from `offset` on, in one move instead of byte by byte.
    public mutating func overwrite(at offset: Int, with bytes: Span<UInt8>) {
        precondition(offset >= 0 && offset + bytes.count <= count, "the bytes must fit")
        unsafe withUnsafeMutableBytes { target in
            unsafe bytes.withUnsafeBytes { source in
                unsafe UnsafeMutableRawBufferPointer(rebasing: target[offset...]).copyMemory(
                    from: source)
            }
        }
    }
}

extension [UInt8] {
    /// Appends a copy of `bytes` in one move instead of byte by byte.
    public mutating func append(copying bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
