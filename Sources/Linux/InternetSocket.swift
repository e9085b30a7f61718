internal import CLinux

extension FileDescriptor {
    /// The connection that a socket has; nil for one that listens, for one of another family and
    /// for what is no socket.
    public borrowing func connection() -> Connection? {
        guard let peer = endpoint(ofPeer: true), let own = endpoint(ofPeer: false) else {
            return nil
        }
        return Connection(peer: peer.address, peerPort: peer.port, localPort: own.port)
    }

    private borrowing func endpoint(
        ofPeer isPeer: Bool
    ) -> (address: InternetAddress, port: UInt16)? {
        var raw = k_endpoint()
        guard unsafe k_address(rawValue, isPeer ? 1 : 0, &raw) == 0 else { return nil }
        let all = unsafe withUnsafeBytes(of: raw.bytes) { unsafe Array($0) }
        guard let address = InternetAddress(Array(all.prefix(Int(raw.byte_count)))) else {
            return nil
        }
        return (address, raw.port)
    }
}

/// A socket over which the kernel's packet filter is told what to do.
public struct NetfilterSocket: ~Copyable, Sendable {
    private let descriptor: FileDescriptor

    /// Opens it; sending needs CAP_NET_ADMIN.
    public init() throws(Errno) {
        descriptor = FileDescriptor(owning: try retrying { k_netfilter() })
    }

    /// Hands messages over and throws the first refusal among the answers.
    ///
    /// The kernel handles them before the call returns (nfnetlink(7): in the sender's context), so
    /// nothing is waited for. A transaction takes 0.1 to 1 ms.
    public borrowing func send(_ messages: Span<UInt8>) throws(Errno) {
        let number = descriptor.rawValue
        // What an earlier call may have left.
        while receive() != nil {}
        try unsafe messages.withUnsafeBufferPointer { buffer throws(Errno) in
            _ = try retrying { unsafe k_send(number, buffer.baseAddress, UInt(buffer.count)) }
        }
        var refusal: Errno?
        while let answer = receive() { refusal = refusal ?? Self.refusal(in: answer) }
        if let refusal { throw refusal }
    }

    private borrowing func receive() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 8192)
        let number = descriptor.rawValue
        let count = unsafe k_receive(number, &buffer, UInt(buffer.count))
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    /// The first error in a datagram of answers.
    ///
    /// Form: length and type at 0 and 4 of each message; in an error (type 2) the negative number
    /// at 16. Source: netlink(7).
    static func refusal(in datagram: [UInt8]) -> Errno? {
        var start = 0
        while start + 20 <= datagram.count {
            let message = datagram.span.extracting(start..<datagram.count)
            let length = Int(message.littleEndian32(at: 0))
            if message.littleEndian32(at: 4) & 0xffff == 2 {
                let number = Int32(bitPattern: message.littleEndian32(at: 16))
                if number != 0 { return Errno(rawValue: 0 &- number) }
            }
            if length < 16 { return nil }
            start += (length + 3) & ~3
        }
        return nil
    }
}
