/// An address of the Internet Protocol.
public struct InternetAddress: Hashable, Sendable {
    /// 4 bytes for version 4, 16 for version 6, in network order.
    ///
    /// Never a version 4 address mapped into version 6: one client has one form.
    public let bytes: [UInt8]

    /// Takes 4 or 16 bytes; a mapped address (`::ffff:192.0.2.1`) becomes one of version 4.
    public init?(_ bytes: [UInt8]) {
        switch bytes.count {
        case 4: self.bytes = bytes
        case 16: self.bytes = bytes.starts(with: Self.mapped) ? Array(bytes[12...]) : bytes
        default: return nil
        }
    }

    /// Source: RFC 4291, §2.5.5.2.
    private static let mapped = [UInt8](repeating: 0, count: 10) + [0xff, 0xff]

    /// Whether it is of version 4.
    public var isVersion4: Bool { bytes.count == 4 }
}

extension InternetAddress: CustomStringConvertible {
    /// The usual text: `192.0.2.1`, or the shortest form of RFC 5952.
    public var description: String {
        if isVersion4 { return bytes.map { "\($0)" }.joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map { index in
            UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
        }
        let zeros = Self.longestZeros(groups)
        let text = { (part: ArraySlice<UInt16>) in
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard zeros.count > 1 else { return text(groups[...]) }
        return text(groups[..<zeros.lowerBound]) + "::" + text(groups[zeros.upperBound...])
    }

    /// The first of the longest runs of zeros.
    private static func longestZeros(_ groups: [UInt16]) -> Range<Int> {
        var best = 0..<0
        var start = 0
        for (index, group) in groups.enumerated() {
            if group != 0 {
                start = index + 1
            } else if index + 1 - start > best.count {
                best = start..<index + 1
            }
        }
        return best
    }
}

/// A connection of the Internet Protocol, seen from this machine.
public struct Connection: Hashable, Sendable {
    /// Who is at the other end.
    public var peer: InternetAddress
    /// The port there.
    public var peerPort: UInt16
    /// The port here.
    public var localPort: UInt16

    /// Names a connection by its ends.
    public init(peer: InternetAddress, peerPort: UInt16, localPort: UInt16) {
        (self.peer, self.peerPort, self.localPort) = (peer, peerPort, localPort)
    }
}
