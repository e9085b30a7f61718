/// An order in which programs walk through a folder.
///
/// - `directory`: as `readdir(3)` gives names. ext4 sorts them by a hash that is keyed per file
///   system; who may read the key from the disk can calculate it, others try names. Btrfs, XFS and
///   tmpfs go by creation or by free slots: there a file planted later cannot be both ends, and
///   a folder that is written to moves on. What was reached is measured after planting.
/// - `locale` is an approximation of what `ls` and file managers do: punctuation is ignored and
///   letters are compared without case. Full collation tables differ per language and release.
/// - `depth`: byte order over files and folders together, folders entered where they stand.
public enum TraversalOrder: String, Codable, CaseIterable, Sendable {
    case directory, bytes, locale, natural, size, modified, depth
}

/// One end of an order.
public enum End: String, Codable, CaseIterable, Sendable {
    case first, last
}

/// One end of one order.
public struct Position: Hashable, Codable, Sendable {
    /// The order.
    public var order: TraversalOrder
    /// The end.
    public var end: End

    /// Names an end of an order.
    public init(order: TraversalOrder, end: End) {
        (self.order, self.end) = (order, end)
    }
}

/// The orders that follow from the name alone.
enum NameOrder: CaseIterable {
    case bytes, locale, natural

    var traversal: TraversalOrder {
        switch self {
        case .bytes: .bytes
        case .locale: .locale
        case .natural: .natural
        }
    }

    /// Whether the first name comes strictly before the second.
    func precedes(_ first: [UInt8], _ second: [UInt8]) -> Bool {
        switch self {
        case .bytes: first.lexicographicallyPrecedes(second)
        case .locale: Self.before(Self.folded(first), Self.folded(second), first, second)
        case .natural: Self.before(Self.runs(first), Self.runs(second), first, second)
        }
    }

    private static func before<Key: Comparable>(
        _ first: [Key], _ second: [Key], _ firstName: [UInt8], _ secondName: [UInt8]
    ) -> Bool {
        first == second
            ? firstName.lexicographicallyPrecedes(secondName)
            : first.lexicographicallyPrecedes(second)
    }

    /// Letters without case, digits, and everything outside ASCII.
    private static func folded(_ name: [UInt8]) -> [UInt8] {
        name.compactMap { byte in
            switch byte {
            case 0x30...0x39, 0x61...0x7a, 0x80...: byte
            case 0x41...0x5a: byte + 0x20
            default: nil
            }
        }
    }

    /// Each byte without case, each row of digits as one number (behind a zero, so that
    /// numbers stand where digits stand).
    private static func runs(_ name: [UInt8]) -> [UInt64] {
        var keys = [UInt64]()
        var number: UInt64?
        for byte in name {
            if byte >= 0x30, byte <= 0x39 {
                let (product, over) = (number ?? 0).multipliedReportingOverflow(by: 10)
                number = over ? UInt64.max - 9 : product &+ UInt64(byte - 0x30)
                continue
            }
            if let value = number { keys += [0x30, value] }
            number = nil
            keys.append(UInt64(byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte))
        }
        if let value = number { keys += [0x30, value] }
        return keys
    }
}
