internal import CLinux

/// Who is at the other end of a Unix socket.
public struct PeerCredentials: Sendable, Equatable {
    /// Process at the time of `connect`.
    public var pid: Int32
    /// User.
    public var user: UInt32
    /// Group.
    public var group: UInt32
}

/// Stream sockets in the file system.
public enum UnixSocket {
    /// What a connection carries.
    enum Kind {
        case bytes, packets
    }

    /// Binds a listening socket; a stale socket file of the same name is replaced.
    public static func listen(
        at path: BytePath, permissions: UInt32 = 0o600
    ) throws(Errno) -> FileDescriptor {
        let socket = try make(.bytes, flags: Int32(SOCK_NONBLOCK.rawValue))
        let number = socket.rawValue
        try? remove(path)
        try unsafe withAddress(path) { address, size in unsafe k_bind(number, address, size) }
        try retrying { unsafe path.withCString { unsafe chmod($0, permissions) } }
        try retrying { CLinux.listen(number, 16) }
        return socket
    }

    /// Connects to a listening socket.
    public static func connect(to path: BytePath) throws(Errno) -> FileDescriptor {
        try connect(to: path, kind: .bytes)
    }

    static func connect(to path: BytePath, kind: Kind) throws(Errno) -> FileDescriptor {
        let socket = try make(kind, flags: 0)
        let number = socket.rawValue
        try unsafe withAddress(path) { address, size in unsafe k_connect(number, address, size) }
        return socket
    }

    /// Takes one waiting connection; nil when there is none.
    public static func accept(
        on listener: borrowing FileDescriptor
    ) throws(Errno) -> FileDescriptor? {
        let number = k_accept(listener.rawValue)
        if number >= 0 { return FileDescriptor(owning: number) }
        let error = Errno.current
        if error == .wouldBlock || error == .interrupted { return nil }
        throw error
    }

    /// Who connected, as the kernel saw it.
    public static func peer(of socket: borrowing FileDescriptor) throws(Errno) -> PeerCredentials {
        var raw = k_credentials()
        let number = socket.rawValue
        try retrying { unsafe k_peer(number, &raw) }
        return PeerCredentials(pid: raw.pid, user: raw.user, group: raw.group)
    }

    /// Limits how long a read or write may take.
    public static func setTimeout(
        _ socket: borrowing FileDescriptor, milliseconds: Int
    ) throws(Errno) {
        var time = timeval(tv_sec: milliseconds / 1000, tv_usec: milliseconds % 1000 * 1000)
        let size = socklen_t(MemoryLayout<timeval>.size)
        let number = socket.rawValue
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            try retrying { unsafe setsockopt(number, SOL_SOCKET, option, &time, size) }
        }
    }

    /// Sends one datagram without waiting, for `sd_notify`; `@` starts an abstract name.
    public static func sendDatagram(_ bytes: Span<UInt8>, to path: BytePath) throws(Errno) {
        let flags = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let socket = FileDescriptor(owning: try retrying { CLinux.socket(AF_UNIX, flags, 0) })
        let number = socket.rawValue
        try unsafe withAddress(path) { address, size in unsafe k_connect(number, address, size) }
        _ = try socket.write(bytes)
    }

    private static func make(_ kind: Kind, flags: Int32) throws(Errno) -> FileDescriptor {
        let type = kind == .bytes ? SOCK_STREAM.rawValue : SOCK_SEQPACKET.rawValue
        let all = Int32(type | SOCK_CLOEXEC.rawValue) | flags
        return FileDescriptor(owning: try retrying { CLinux.socket(AF_UNIX, all, 0) })
    }

    private static func remove(_ path: BytePath) throws(Errno) {
        guard try FileStatus.of(path).kind == .socket else { throw .fileExists }
        try retrying { unsafe path.withCString { unsafe unlink($0) } }
    }

    private static func withAddress(
        _ path: BytePath, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(Errno) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = path.bytes
        if bytes.count >= 108 { throw .nameTooLong }
        if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let size = socklen_t(2 + bytes.count + (bytes.first == 0 ? 0 : 1))
        try retrying {
            unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe body($0, size)
                }
            }
        }
    }
}
