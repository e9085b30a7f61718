internal import Control
internal import Linux

extension ProcessFacts {
    /// Descriptors that are looked at; one costs some 20 µs.
    private static let fileLimit = 4096

    /// Reads what the kernel tells of a process; nil when it has ended.
    ///
    /// `lacks` gets what can't be read.
    init?(of subject: EvidenceSubject, _ lacks: inout [EvidenceLack]) {
        let pid = subject.pid
        guard let status = ProcessTable.status(pid), status.startTicks == subject.startTicks else {
            return nil
        }
        (self.pid, parent, group, session) = (pid, status.parent, status.group, status.session)
        state = String(Character(Unicode.Scalar(status.state)))
        startTicks = status.startTicks
        // Clock ticks are hundredths of a second on Linux (USER_HZ).
        let started = Int64(clamping: startTicks * 10) - Int64(Clock.bootNanoseconds / 1_000_000)
        startedAt = UnixTime(milliseconds: Clock.wallNanoseconds / 1_000_000 + started)
        executable = Self.link(pid, "exe")
        command = ProcessTable.commandLine(pid).map(\.description)
        (workingDirectory, rootDirectory) = (Self.link(pid, "cwd"), Self.link(pid, "root"))
        environmentNames = ProcessText.names(
            inEnvironment: Self.text(pid, "environ", &lacks))
        controlGroups = Self.text(pid, "cgroup", &lacks).split(separator: 10).map(ProcessText.shown)
        self.status = ProcessText.fields(Self.text(pid, "status", &lacks))
        for kind in Self.namespaceKinds {
            namespaces[kind] = Self.link(pid, "ns/" + kind)?.text
        }
        readFiles()
        guard ProcessTable.status(pid)?.startTicks == startTicks else { return nil }
    }

    /// Source: namespaces(7).
    private static let namespaceKinds = [
        "cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts",
    ]

    private mutating func readFiles() {
        guard let handle = try? ProcessHandle(pid: pid) else { return }
        let numbers = ProcessTable.descriptors(of: pid).sorted()
        hasMoreFiles = numbers.count > Self.fileLimit
        for number in numbers.prefix(Self.fileLimit) {
            guard let target = Self.link(pid, "fd/\(number)") else { continue }
            var file = OpenFileFacts(number: number, target: target)
            let path = BytePath("/proc/\(pid)/fdinfo/\(number)")
            let facts = ProcessTable.contents(path, limit: 4096).map(ProcessText.fields) ?? [:]
            file.position = facts["pos"].flatMap { UInt64($0) }
            file.flags = facts["flags"]
            if target.text.hasPrefix("socket:"),
                let connection = try? handle.copyDescriptor(number).connection()
            {
                file.peer = connection.peer.description
                (file.peerPort, file.localPort) = (connection.peerPort, connection.localPort)
            }
            files.append(file)
        }
    }

    private static func link(_ pid: Int32, _ name: String) -> CarriedPath? {
        (try? FileDescriptor.linkTarget(BytePath("/proc/\(pid)/\(name)"))).map(CarriedPath.init)
    }

    /// A file of the process's folder, at most 1 MiB of it.
    private static func text(
        _ pid: Int32, _ name: String, _ lacks: inout [EvidenceLack]
    ) -> [UInt8] {
        do throws(Errno) {
            return try FileDescriptor.open(BytePath("/proc/\(pid)/\(name)")).readToEnd(
                limit: 1 << 20)
        } catch {
            if error != .noSuchProcess, error != .noSuchFile {
                lacks.append(.unreadable(pid: pid, what: name, error))
            }
            return []
        }
    }
}
