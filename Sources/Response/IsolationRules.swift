internal import Linux

/// Addresses that stay in touch with an isolated host.
public struct KeptAddresses: Sendable, Equatable {
    /// 4 or 16 bytes; zero behind the prefix.
    public var bytes: [UInt8]
    /// How many bits an address must share with it.
    public var prefixLength: Int

    /// Names a network, or one address by its full length.
    public init(bytes: [UInt8], prefixLength: Int) {
        (self.bytes, self.prefixLength) = (bytes, prefixLength)
    }
}

/// The messages that cut the host off.
///
/// As text for nft(8), with one accept for each kept network:
///
///     table inet kanaria-isolation {
///         flags owner
///         chain input {
///             type filter hook input priority -20; policy drop;
///             iiftype loopback accept
///             icmpv6 type 133-137 accept
///             ip saddr 192.0.2.0/24 accept
///         }
///         chain output { the same with oiftype and daddr }
///         chain forward { type filter hook forward priority -20; policy drop; }
///     }
///
/// Source of the numbers: linux/netfilter/nf_tables.h, linux/if_arp.h; of the neighbour discovery
/// without which no address of version 6 is found: RFC 4861, §4.
enum IsolationRules {
    static let table = "kanaria-isolation"

    private typealias Attribute = NetfilterBatch.Attribute

    /// A way that packets go.
    private struct Way {
        var chain: String
        var hook: UInt32
        /// `NFT_META_IIFTYPE` or `NFT_META_OIFTYPE`.
        var interfaceType: UInt32
        /// Where the other side's address is in the header, version 4 and 6.
        var offsets: (four: UInt32, six: UInt32)
    }

    private static let ways = [
        Way(chain: "input", hook: 1, interfaceType: 8, offsets: (12, 8)),
        Way(chain: "output", hook: 3, interfaceType: 9, offsets: (16, 24)),
    ]

    /// Makes the table; with `isOwned` the kernel removes it when our socket is closed.
    static func make(
        _ table: String = table, isOwned: Bool = true, keeping kept: [KeptAddresses],
        in batch: inout NetfilterBatch
    ) {
        batch.add(.newTable, [.text(1, table), .number(2, UInt32(isOwned ? 2 : 0))])
        for way in ways {
            batch.add(.newChain, chain(way.chain, hook: way.hook, of: table))
            add(loopback(way), to: way, table, &batch)
            add(neighbours, to: way, table, &batch)
            for network in kept { add(address(network, way), to: way, table, &batch) }
        }
        batch.add(.newChain, chain("forward", hook: 2, of: table))
    }

    /// Makes such a table and takes it away in one transaction, so that it never holds.
    static func rehearse(in batch: inout NetfilterBatch) {
        let name = table + "-rehearsal"
        make(name, isOwned: false, keeping: [], in: &batch)
        batch.add(.deleteTable, [.text(1, name)])
    }

    private static func chain(_ name: String, hook: UInt32, of table: String) -> [Attribute] {
        [
            .text(1, table), .text(3, name),
            .nested(4, [.number(1, hook), .number(2, Int32(-20))]),
            // NF_DROP
            .number(5, UInt32(0)), .text(7, "filter"),
        ]
    }

    private static func add(
        _ expressions: [Attribute], to way: Way, _ table: String, _ batch: inout NetfilterBatch
    ) {
        let accept: Attribute = .expression(
            "immediate",
            [.number(1, UInt32(0)), .nested(2, [.nested(2, [.number(1, UInt32(1))])])])
        batch.add(
            .newRule,
            [.text(1, table), .text(2, way.chain), .nested(4, expressions + [accept])])
    }

    private static func loopback(_ way: Way) -> [Attribute] {
        // ARPHRD_LOOPBACK, 772, in the host's order.
        [.meta(way.interfaceType), .compare([0x04, 0x03])]
    }

    private static var neighbours: [Attribute] {
        [
            // The version of the protocol and ICMPv6.
            .meta(15), .compare([10]), .meta(16), .compare([58]),
            .load(base: 2, 0, 1, register: 1),
            .compare([133], .atLeast), .compare([137], .atMost),
        ]
    }

    private static func address(_ network: KeptAddresses, _ way: Way) -> [Attribute] {
        let count = UInt32(network.bytes.count)
        let isFour = count == 4
        let mask = (0..<Int(count)).map { index -> UInt8 in
            ~UInt8(truncatingIfNeeded: 0xff >> min(max(network.prefixLength - index * 8, 0), 8))
        }
        return [
            .meta(15), .compare([isFour ? 2 : 10]),
            .load(base: 1, isFour ? way.offsets.four : way.offsets.six, count, register: 1),
            .expression(
                "bitwise",
                [
                    .number(1, UInt32(1)), .number(2, UInt32(1)), .number(3, count),
                    .nested(4, [.bytes(1, mask)]),
                    .nested(5, [.bytes(1, [UInt8](repeating: 0, count: Int(count)))]),
                ]),
            .compare(network.bytes),
        ]
    }
}
