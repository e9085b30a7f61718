internal import Linux

/// Expressions of rules that both of our tables use.
///
/// Source of the numbers: linux/netfilter/nf_tables.h.
extension NetfilterBatch.Attribute {
    /// How a value is compared; numbers of `enum nft_cmp_ops`.
    enum Comparison: UInt32 {
        case equal = 0
        case atMost = 3
        case atLeast = 5
    }

    /// One expression of a rule.
    static func expression(_ name: String, _ data: [Self]) -> Self {
        .nested(1, [.text(1, name), .nested(2, data)])
    }

    /// Loads what is known of the packet into the first register.
    static func meta(_ key: UInt32) -> Self {
        expression("meta", [.number(1, UInt32(1)), .number(2, key)])
    }

    /// Loads a part of the packet: of the network's header (base 1) or the transport's (2).
    static func load(
        base: UInt32, _ offset: UInt32, _ count: UInt32, register: UInt32
    ) -> Self {
        expression(
            "payload",
            [
                .number(1, register), .number(2, base), .number(3, offset), .number(4, count),
            ])
    }

    /// Goes on only if the first register holds such a value.
    static func compare(_ value: [UInt8], _ comparison: Comparison = .equal) -> Self {
        expression(
            "cmp",
            [
                .number(1, UInt32(1)), .number(2, comparison.rawValue),
                .nested(3, [.bytes(1, value)]),
            ])
    }
}
