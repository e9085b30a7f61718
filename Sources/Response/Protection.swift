public import Attribution
public import Linux

/// An executable, named by what it is and not by its name.
public struct AllowedExecutable: Hashable, Sendable {
    /// Device of the executable.
    public var device: UInt64
    /// Inode of the executable.
    public var inode: UInt64

    /// Names an executable by device and inode.
    public init(device: UInt64, inode: UInt64) {
        (self.device, self.inode) = (device, inode)
    }
}

/// Who must never be signalled: pid 1, kernel threads, ourselves, our parents, allowed programs.
public struct Protection: Sendable {
    private let allowed: AllowList
    private let own: Set<Int32>
    private let companion: AllowedExecutable?
    private let services: FileServices
    /// Who is served by which process.
    public let clients: ClientTable

    /// Takes the allowed programs and looks up our own ancestors.
    ///
    /// Our children that run `companion` are left alone as well.
    public init(allowed: AllowList, companion: AllowedExecutable? = nil) {
        self.allowed = allowed
        self.companion = companion
        services = FileServices()
        clients = ClientTable(services)
        var own = Set<Int32>()
        var pid = ProcessHandle.own
        while pid > 1, own.insert(pid).inserted {
            pid = ProcessTable.status(pid)?.parent ?? 0
        }
        self.own = own
    }

    /// Whether any executable is allowed.
    public var allowsExecutables: Bool { !allowed.isEmpty }

    /// Whether this process must be left alone.
    public func covers(_ status: ProcessStatus) -> Bool {
        if status.pid <= 2 || status.isKernelThread || own.contains(status.pid) { return true }
        if status.parent == ProcessHandle.own, let companion {
            if Self.executable(of: status.pid) == companion { return true }
        }
        return permission(of: status.pid) == .everywhere
    }

    /// What the process may by the program that it runs.
    public func permission(of pid: Int32) -> Permission { allowed.permission(of: pid) }

    /// What the process is to the clients that it serves files; nil if it serves none.
    public func serving(_ status: ProcessStatus) -> ServingProcess? { services.serving(status) }

    /// The main process of the service to which a process belongs; itself where it serves nobody.
    public func main(of status: ProcessStatus) -> ProcessStatus { services.main(of: status) }

    /// Whether a process does not answer for what its children do, because each serves somebody
    /// else.
    public func bearsOthers(_ status: ProcessStatus) -> Bool { services.bearsOthers(status) }

    private static func executable(of pid: Int32) -> AllowedExecutable? {
        guard let status = ProcessTable.executableStatus(pid) else { return nil }
        return AllowedExecutable(device: status.device, inode: status.inode)
    }
}
