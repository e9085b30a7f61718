internal import Detection
internal import Linux
internal import Response

/// Names a file for good: device and inode.
struct FileNumber: Hashable, Sendable {
    var device: UInt64
    var inode: UInt64

    init(_ status: FileStatus) {
        (device, inode) = (status.device, status.inode)
    }
}

/// The processes that have one file open for writing or mapped shared and writable.
struct Holders: Sendable {
    private var holders: [(key: ProcessKey, parent: Int32)] = []

    /// Adds a process.
    mutating func add(_ status: ProcessStatus) {
        let key = ProcessKey(status)
        if !holders.contains(where: { $0.key == key }) { holders.append((key, status.parent)) }
    }

    /// Who must have written the file: its only holder, or the one from which all others descend.
    ///
    /// Nil where it may have been either of two, so that nobody is blamed for another.
    var writer: ProcessKey? {
        let pids = Set(holders.map(\.key.pid))
        let roots = holders.filter { !pids.contains($0.parent) }
        return roots.count == 1 ? roots.first?.key : nil
    }
}

extension Holders {
    /// Who holds the given files now; looks into every process but our own.
    static func find(_ files: Set<FileNumber>) -> [FileNumber: Holders] {
        var found = [FileNumber: Holders]()
        if files.isEmpty { return found }
        for pid in ProcessTable.all() where pid != ProcessHandle.own {
            guard let status = ProcessTable.status(pid), !status.isKernelThread else { continue }
            for file in ProcessTable.changeableFiles(of: pid) {
                let number = FileNumber(file.status)
                if files.contains(number) { found[number, default: Holders()].add(status) }
            }
        }
        return found
    }
}
