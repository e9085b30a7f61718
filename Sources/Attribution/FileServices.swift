public import Linux
internal import Synchronization

/// The programs that serve files, each known by the file that stands at its usual path.
///
/// A program at another path, or in a container, is an ordinary one.
public final class FileServices: Sendable {
    /// How a program divides its clients among processes.
    enum Model {
        /// A main process that bears one for each client; those hold locks for one another.
        case locking
        /// A main process that bears one for each client.
        case forking
        /// The same, but people run it by hand as well; its main process is a child of init.
        case forkingDaemon
        /// Started for one client by one that is `forking`.
        case started
        /// One process of root for all.
        case single
        /// A main process of root, and a few of another user that serve all.
        case pool
    }

    struct Program: Equatable {
        var model: Model
        var speaks: FileProtocol
    }

    /// Source: facts/fileserver.md §3; file lists of Debian 12's and Fedora 40's packages.
    static let programs: [(path: BytePath, program: Program)] = [
        ("/usr/sbin/smbd", Program(model: .locking, speaks: .smb)),
        ("/usr/local/samba/sbin/smbd", Program(model: .locking, speaks: .smb)),
        ("/usr/sbin/sshd", Program(model: .forking, speaks: .ssh)),
        ("/usr/lib/openssh/sshd-session", Program(model: .forking, speaks: .ssh)),
        ("/usr/libexec/openssh/sshd-session", Program(model: .forking, speaks: .ssh)),
        ("/usr/lib/openssh/sftp-server", Program(model: .started, speaks: .ssh)),
        ("/usr/libexec/openssh/sftp-server", Program(model: .started, speaks: .ssh)),
        ("/usr/sbin/proftpd", Program(model: .forking, speaks: .ftp)),
        ("/usr/sbin/pure-ftpd", Program(model: .forking, speaks: .ftp)),
        ("/usr/sbin/vsftpd", Program(model: .forking, speaks: .ftp)),
        ("/usr/sbin/afpd", Program(model: .forking, speaks: .afp)),
        ("/usr/bin/rsync", Program(model: .forkingDaemon, speaks: .rsync)),
        ("/usr/bin/ganesha.nfsd", Program(model: .single, speaks: .nfs)),
        ("/usr/sbin/glusterfsd", Program(model: .single, speaks: .gluster)),
        ("/usr/sbin/nginx", Program(model: .pool, speaks: .web)),
        ("/usr/sbin/apache2", Program(model: .pool, speaks: .web)),
        ("/usr/sbin/httpd", Program(model: .pool, speaks: .web)),
        ("/usr/sbin/php-fpm", Program(model: .pool, speaks: .web)),
        ("/usr/sbin/php-fpm7.4", Program(model: .pool, speaks: .web)),
        ("/usr/sbin/php-fpm8.2", Program(model: .pool, speaks: .web)),
        ("/usr/sbin/php-fpm8.4", Program(model: .pool, speaks: .web)),
    ]

    /// How long what stands at the paths is believed; an upgrade puts other files there.
    private static let lifetime: UInt64 = 10_000_000_000
    /// A login's processes are not deeper beneath their service.
    private static let depth = 4

    private struct File: Hashable {
        var device, inode: UInt64
    }

    private struct Known {
        var programs: [File: Program] = [:]
        var expires: UInt64 = 0
    }

    private let known = Mutex(Known())

    /// Knows the usual paths.
    public init() {}

    /// What a process does for clients; nil for one that serves nobody.
    ///
    /// A server that is root's can become root again, which no client can: while it serves, smbd
    /// has its client's user as real and effective one, and 0 as the saved one alone.
    /// Source: facts/fileserver.md §1.1.
    public func serving(_ status: ProcessStatus) -> ServingProcess? {
        guard let own = program(of: status.pid), let service = service(of: status, own) else {
            return nil
        }
        return ServingProcess(service, own.speaks)
    }

    private func service(of status: ProcessStatus, _ own: Program) -> FileService? {
        switch own.model {
        case .single: isRoot(status.pid) ? .shared : nil
        case .locking where isRoot(status.pid):
            program(of: status.parent) == own ? .endsOnly : .shared
        case .locking: nil
        case .forking:
            program(of: status.parent).map(\.speaks) == own.speaks ? .perClient : nil
        case .started: isBeneath(status, { $0.speaks == own.speaks }) ? .perClient : nil
        case .forkingDaemon:
            status.parent > 1 && isBeneath(status, { $0 == own }, asDaemon: true)
                ? .perClient : nil
        case .pool:
            program(of: status.parent) == own && isRoot(status.parent) || isRoot(status.pid)
                ? .shared : nil
        }
    }

    /// Whether a process does not answer for what its children do, because each serves somebody
    /// else.
    public func bearsOthers(_ status: ProcessStatus) -> Bool {
        switch program(of: status.pid)?.model {
        case nil, .started: false
        case .forkingDaemon: status.parent <= 1
        default: true
        }
    }

    /// The process from which all of a service descend: the topmost of the same kind.
    public func main(of status: ProcessStatus) -> ProcessStatus {
        guard let own = program(of: status.pid) else { return status }
        var main = status
        for _ in 0..<Self.depth where main.parent > 1 {
            guard program(of: main.parent) == own, let parent = ProcessTable.status(main.parent)
            else { break }
            main = parent
        }
        return main
    }

    /// The connections of a process that serves one client, or of the service above it.
    ///
    /// The socket of an sftp session belongs to an ancestor. Source: facts/fileserver.md §3.
    public func peers(of status: ProcessStatus) -> Peers {
        guard let own = program(of: status.pid) else { return Peers() }
        var found = Peers(of: status.pid)
        var status = status
        for _ in 0..<Self.depth where found.connections.isEmpty {
            guard let parent = ProcessTable.status(status.parent),
                program(of: parent.pid)?.speaks == own.speaks
            else { break }
            found = Peers(of: parent.pid)
            status = parent
        }
        return found
    }

    /// Whether an ancestor near by is such a program and, where asked, a daemon's main process.
    private func isBeneath(
        _ status: ProcessStatus, _ isWanted: (Program) -> Bool, asDaemon: Bool = false
    ) -> Bool {
        var parent = status.parent
        for _ in 0..<Self.depth where parent > 1 {
            guard let above = ProcessTable.status(parent) else { return false }
            if let program = program(of: parent), isWanted(program),
                !asDaemon || above.parent <= 1
            {
                return true
            }
            parent = above.parent
        }
        return false
    }

    private func isRoot(_ pid: Int32) -> Bool { ProcessTable.users(pid)?.saved == 0 }

    private func program(of pid: Int32) -> Program? {
        guard let status = ProcessTable.executableStatus(pid) else { return nil }
        let file = File(device: status.device, inode: status.inode)
        let now = Clock.monotonicNanoseconds
        let program = known.withLock { known in
            if now >= known.expires { Self.renew(&known, now) }
            return known.programs[file]
        }
        guard program == nil, status.linkCount == 0, status.user == 0 else { return program }
        return replaced(pid, file)
    }

    /// The program of a process whose file was replaced before it was looked at.
    ///
    /// The kernel tells the path that the file had. Only root's files count: anybody may mount
    /// another one there in a namespace of their own. Source: proc_pid_exe(5).
    private func replaced(_ pid: Int32, _ file: File) -> Program? {
        let suffix = Array(" (deleted)".utf8)
        guard let path = ProcessTable.executable(pid),
            path.bytes.suffix(suffix.count) == suffix[...]
        else { return nil }
        let former = BytePath(path.bytes.dropLast(suffix.count))
        guard let program = Self.programs.first(where: { $0.path == former })?.program else {
            return nil
        }
        known.withLock { $0.programs[file] = program }
        return program
    }

    /// Files that stood there before still count: a server runs on while it is upgraded.
    private static func renew(_ known: inout Known, _ now: UInt64) {
        known.expires = now + lifetime
        for (path, program) in programs {
            guard let status = try? FileStatus.following(path) else { continue }
            known.programs[File(device: status.device, inode: status.inode)] = program
        }
    }
}
