internal import Linux

/// The messages that make our table and fill it.
///
/// As text for nft(8):
///
///     table inet kanaria {
///         set clients4 { type ipv4_addr . inet_service; flags timeout; }
///         set clients6 { type ipv6_addr . inet_service; flags timeout; }
///         chain input {
///             type filter hook input priority -10; policy accept;
///             ip saddr . tcp dport @clients4 reject with tcp reset
///             ip6 saddr . tcp dport @clients6 reject with tcp reset
///         }
///     }
///
/// An `accept` of somebody else's chain does not undo a reject of ours. Source: nft(8), "accept".
enum NetfilterRules {
    static let table = "kanaria"
    private static let chain = "input"

    private typealias Attribute = NetfilterBatch.Attribute

    /// What differs between the versions of the protocol.
    private struct Version {
        var set: String
        var addressCount: UInt32
        /// `NFPROTO_IPV4` or `NFPROTO_IPV6`.
        var family: UInt8
        /// Where the source is in the header.
        var sourceOffset: UInt32
        /// The number by which nft(8) knows the type of an address.
        var addressType: UInt32
        /// The 32-bit register behind the address.
        var portRegister: UInt32
        /// Numbers of our sets within a transaction.
        var number: UInt32

        static let four = Version(
            set: "clients4", addressCount: 4, family: 2, sourceOffset: 12, addressType: 7,
            portRegister: 9, number: 1)
        static let six = Version(
            set: "clients6", addressCount: 16, family: 10, sourceOffset: 8, addressType: 8,
            portRegister: 12, number: 2)
        static let all = [four, six]
    }

    /// Makes the table as it should be, whatever there is of it, and keeps the elements it has.
    static func make(_ table: String = table, in batch: inout NetfilterBatch) {
        batch.add(.newTable, [.text(1, table)])
        for version in Version.all { batch.add(.newSet, set(version, of: table)) }
        let hook: [Attribute] = [.number(1, UInt32(1)), .number(2, Int32(-10))]
        batch.add(
            .newChain,
            [
                .text(1, table), .text(3, chain), .nested(4, hook), .number(5, UInt32(1)),
                .text(7, "filter"),
            ])
        // All rules of the chain.
        batch.add(.deleteRule, [.text(1, table), .text(2, chain)])
        for version in Version.all {
            batch.add(
                .newRule, [.text(1, table), .text(2, chain), .nested(4, expressions(version))])
        }
    }

    /// Makes such a table and takes it away in one transaction, so that it never holds.
    ///
    /// The kernel loads every module for that, which it would do with the first block otherwise.
    static func rehearse(in batch: inout NetfilterBatch) {
        make(rehearsal, in: &batch)
        batch.add(.deleteTable, [.text(1, rehearsal)])
    }

    private static let rehearsal = "kanaria-rehearsal"

    private static func set(_ version: Version, of table: String) -> [Attribute] {
        // An address and a port, each filled up to a multiple of four bytes; 13 is inet_service.
        [
            .text(1, table), .text(2, version.set), .number(3, UInt32(0x10)),
            .number(4, version.addressType << 6 | 13), .number(5, version.addressCount + 4),
            .number(10, version.number),
        ]
    }

    private static func expressions(_ version: Version) -> [Attribute] {
        [
            // The version of the protocol and TCP.
            .meta(15), .compare([version.family]), .meta(16), .compare([6]),
            .load(base: 1, version.sourceOffset, version.addressCount, register: 1),
            .load(base: 2, 2, 2, register: version.portRegister),
            .expression("lookup", [.text(1, version.set), .number(2, UInt32(1))]),
            // NFT_REJECT_TCP_RST
            .expression("reject", [.number(1, UInt32(1)), .bytes(2, [0])]),
        ]
    }

    /// Adds elements for so long, whether or not they are there for another time.
    static func block(_ clients: [BlockedClient], in batch: inout NetfilterBatch) {
        // An element's time cannot be changed before Linux 6.12, and only what is there can be
        // taken away: so it is added, taken away and added.
        add(.newElements, clients, in: &batch)
        add(.deleteElements, clients, in: &batch)
        add(.newElements, clients, in: &batch)
    }

    /// Takes elements away, whether or not they have expired.
    static func unblock(_ clients: [BlockedClient], in batch: inout NetfilterBatch) {
        add(.newElements, clients, in: &batch)
        add(.deleteElements, clients, in: &batch)
    }

    private static func add(
        _ kind: NetfilterBatch.Kind, _ clients: [BlockedClient], in batch: inout NetfilterBatch
    ) {
        // Taken away twice in one transaction, an element would be missed and all be refused.
        var longest: [[UInt8]: BlockedClient] = [:]
        for client in clients {
            let key = client.address.bytes + NetfilterBatch.networkOrder(client.port)
            let known = longest[key]?.remainingMilliseconds ?? 0
            if client.remainingMilliseconds > known { longest[key] = client }
        }
        for version in Version.all {
            let elements = longest.values.filter { $0.address.bytes.count == version.addressCount }
                .map {
                    client -> Attribute in
                    let key = client.address.bytes + NetfilterBatch.networkOrder(client.port)
                    var attributes: [Attribute] = [.nested(1, [.bytes(1, key + [0, 0])])]
                    if kind == .newElements {
                        attributes.append(.number(4, client.remainingMilliseconds))
                    }
                    return .nested(1, attributes)
                }
            if elements.isEmpty { continue }
            batch.add(kind, [.text(1, table), .text(2, version.set), .nested(3, elements)])
        }
    }
}
