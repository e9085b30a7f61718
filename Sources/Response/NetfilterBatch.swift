/// A transaction for nf_tables: all of its messages hold, or none does.
///
/// Source of the numbers: linux/netfilter/nf_tables.h, linux/netfilter/nfnetlink.h, netlink(7).
struct NetfilterBatch {
    /// What is asked; numbers of `enum nf_tables_msg_types`.
    enum Kind: UInt16 {
        case newTable = 0
        case getTable = 1
        case deleteTable = 2
        case newChain = 3
        case newRule = 6
        case deleteRule = 8
        case newSet = 9
        case newElements = 12
        case deleteElements = 14
    }

    /// One attribute of a message, numbers in network order.
    indirect enum Attribute {
        case bytes(UInt16, [UInt8])
        case nested(UInt16, [Attribute])

        static func text(_ type: UInt16, _ text: String) -> Attribute {
            .bytes(type, Array(text.utf8) + [0])
        }

        static func number(_ type: UInt16, _ value: some FixedWidthInteger) -> Attribute {
            .bytes(type, NetfilterBatch.networkOrder(value))
        }
    }

    private enum Number {
        static let request: UInt16 = 1
        static let create: UInt16 = 0x400
        static let append: UInt16 = 0x800
        static let batchBegin: UInt16 = 0x10
        static let batchEnd: UInt16 = 0x11
        static let subsystem: UInt16 = 10
        static let nested: UInt16 = 0x8000
        static let unspecified: UInt8 = 0
        /// `NFPROTO_INET`: version 4 and 6 in one table.
        static let inet: UInt8 = 1
    }

    private(set) var bytes: [UInt8] = []
    private var sequence: UInt32 = 0

    /// Begins a transaction.
    init() { append(Number.batchBegin, Number.request, Number.unspecified, Number.subsystem, []) }

    /// Adds a message; what it makes may be there already.
    mutating func add(_ kind: Kind, _ attributes: [Attribute]) {
        let makers: [Kind] = [.newTable, .newChain, .newRule, .newSet, .newElements]
        var flags = Number.request
        if makers.contains(kind) { flags |= Number.create }
        if kind == .newRule { flags |= Number.append }
        append(Number.subsystem << 8 | kind.rawValue, flags, Number.inet, 0, attributes)
    }

    /// Ends it.
    mutating func end() {
        append(Number.batchEnd, Number.request, Number.unspecified, Number.subsystem, [])
    }

    /// A question outside of any transaction.
    static func question(_ kind: Kind, _ attributes: [Attribute]) -> [UInt8] {
        var batch = NetfilterBatch()
        batch.bytes = []
        batch.append(
            Number.subsystem << 8 | kind.rawValue, Number.request, Number.inet, 0, attributes)
        return batch.bytes
    }

    private mutating func append(
        _ type: UInt16, _ flags: UInt16, _ family: UInt8, _ resource: UInt16,
        _ attributes: [Attribute]
    ) {
        let body = Self.encode(attributes)
        sequence += 1
        // The header is in the host's order, which is little-endian wherever Kanaria runs.
        bytes += Self.hostOrder(UInt32(20 + body.count)) + Self.hostOrder(type)
        bytes += Self.hostOrder(flags) + Self.hostOrder(sequence) + [0, 0, 0, 0]
        bytes += [family, 0] + Self.networkOrder(resource) + body
    }

    private static func encode(_ attributes: [Attribute]) -> [UInt8] {
        var bytes: [UInt8] = []
        for attribute in attributes {
            let (type, value) =
                switch attribute {
                case .bytes(let type, let value): (type, value)
                case .nested(let type, let inner): (type | Number.nested, encode(inner))
                }
            bytes += hostOrder(UInt16(4 + value.count)) + hostOrder(type) + value
            // Each begins at a multiple of four.
            bytes += [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
        }
        return bytes
    }

    private static func hostOrder(_ value: some FixedWidthInteger) -> [UInt8] {
        networkOrder(value).reversed()
    }

    static func networkOrder(_ value: some FixedWidthInteger) -> [UInt8] {
        stride(from: value.bitWidth - 8, through: 0, by: -8).map {
            UInt8(truncatingIfNeeded: value >> $0)
        }
    }
}
