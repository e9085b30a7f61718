internal import Linux
internal import Synchronization

/// How far a process that serves files over the network may be stopped.
///
/// What it writes was sent by a client, and whatever happens to it happens to those it serves.
public enum FileService: Sendable, Equatable {
    /// One process for each client, holding what the others wait for (oplocks, byte locks): it may
    /// be ended, and must never stand still.
    case endsOnly
    /// Serves every client: never signalled.
    case shared
}

/// The programs that serve files, each known by the file that stands at its usual path.
///
/// A program at another path, or in a container, is an ordinary one.
final class FileServices: Sendable {
    private enum Kind {
        /// A main process that bears one for each client; those hold locks for one another.
        case locking
        /// A main process that bears one for each client.
        case forking
        /// The same, but people run it by hand as well; its main process is a child of init.
        case forkingDaemon
        /// One process for all.
        case single
    }

    /// Source: file lists of Debian 12's and Fedora 40's packages.
    private static let programs: [(path: BytePath, kind: Kind)] = [
        ("/usr/sbin/smbd", .locking),
        ("/usr/local/samba/sbin/smbd", .locking),
        ("/usr/sbin/sshd", .forking),
        ("/usr/lib/openssh/sshd-session", .forking),
        ("/usr/libexec/openssh/sshd-session", .forking),
        ("/usr/sbin/proftpd", .forking),
        ("/usr/sbin/pure-ftpd", .forking),
        ("/usr/sbin/vsftpd", .forking),
        ("/usr/sbin/afpd", .forking),
        ("/usr/bin/rsync", .forkingDaemon),
        ("/usr/bin/ganesha.nfsd", .single),
        ("/usr/sbin/glusterfsd", .single),
    ]

    /// How long what stands at the paths is believed; an upgrade puts other files there.
    private static let lifetime: UInt64 = 10_000_000_000

    private struct Known {
        var kinds: [AllowedExecutable: Kind] = [:]
        var expires: UInt64 = 0
    }

    private let known = Mutex(Known())

    /// What a process is to those it serves; nil for one that serves nobody.
    ///
    /// Only a real user of 0 counts, which no client has: smbd takes its clients' users on as
    /// effective ones.
    func service(of status: ProcessStatus) -> FileService? {
        switch kind(of: status.pid) {
        case .single: isRoot(status.pid) ? .shared : nil
        case .locking where isRoot(status.pid):
            kind(of: status.parent) == .locking ? .endsOnly : .shared
        default: nil
        }
    }

    /// Whether a process serves others than those that descend from it, so that it does not answer
    /// for what they do.
    func bearsOthers(_ status: ProcessStatus) -> Bool {
        switch kind(of: status.pid) {
        case nil: false
        case .forkingDaemon: status.parent <= 1
        default: true
        }
    }

    private func isRoot(_ pid: Int32) -> Bool { ProcessTable.user(pid) == 0 }

    private func kind(of pid: Int32) -> Kind? {
        guard let status = ProcessTable.executableStatus(pid) else { return nil }
        let file = AllowedExecutable(device: status.device, inode: status.inode)
        let now = Clock.monotonicNanoseconds
        return known.withLock { known in
            if now >= known.expires { Self.renew(&known, now) }
            return known.kinds[file]
        }
    }

    /// Files that stood there before still count: a server runs on while it is upgraded.
    private static func renew(_ known: inout Known, _ now: UInt64) {
        known.expires = now + lifetime
        for program in programs {
            guard let status = try? FileStatus.following(program.path) else { continue }
            let file = AllowedExecutable(device: status.device, inode: status.inode)
            known.kinds[file] = program.kind
        }
    }
}
