extension [UInt8] {
    /// Appends the UTF-8 bytes of a text.
    mutating func append(text: String) { append(contentsOf: text.utf8) }

    /// Appends two bytes, lowest first.
    mutating func append(little value: UInt16) {
        append(UInt8(truncatingIfNeeded: value))
        append(UInt8(truncatingIfNeeded: value >> 8))
    }

    /// Appends four bytes, lowest first.
    mutating func append(little value: UInt32) {
        append(little: UInt16(truncatingIfNeeded: value))
        append(little: UInt16(truncatingIfNeeded: value >> 16))
    }

    /// Appends two bytes, highest first.
    mutating func append(big value: UInt16) {
        append(UInt8(truncatingIfNeeded: value >> 8))
        append(UInt8(truncatingIfNeeded: value))
    }

    /// Appends four bytes, highest first.
    mutating func append(big value: UInt32) {
        append(big: UInt16(truncatingIfNeeded: value >> 16))
        append(big: UInt16(truncatingIfNeeded: value))
    }
}

extension [UInt8] {
    /// Two bytes, lowest first.
    init(little value: UInt16) {
        self = []
        append(little: value)
    }

    /// Four bytes, lowest first.
    init(little value: UInt32) {
        self = []
        append(little: value)
    }
}
