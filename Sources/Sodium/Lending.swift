extension Span where Element == UInt8 {
    /// Lends the bytes to C, with a valid address even when there are none.
    func lend<R>(_ body: (UnsafePointer<UInt8>, Int) -> R) -> R {
        unsafe withUnsafeBufferPointer { bytes in
            if let start = bytes.baseAddress { return unsafe body(start, bytes.count) }
            var none: UInt8 = 0
            return unsafe withUnsafePointer(to: &none) { unsafe body($0, 0) }
        }
    }
}

extension MutableSpan where Element == UInt8 {
    /// Lends the bytes to C for writing, with a valid address even when there are none.
    mutating func lend<R>(_ body: (UnsafeMutablePointer<UInt8>, Int) -> R) -> R {
        unsafe withUnsafeMutableBufferPointer { bytes in
            if let start = bytes.baseAddress { return unsafe body(start, bytes.count) }
            var none: UInt8 = 0
            return unsafe withUnsafeMutablePointer(to: &none) { unsafe body($0, 0) }
        }
    }
}
