internal import Linux
internal import Sodium

/// The folder of one incident while it is being filled: root's alone, within the limits.
struct EvidenceFolder: ~Copyable {
    /// The folder.
    let directory: FileDescriptor
    private let limits: EvidenceLimits
    /// Bytes that all evidence takes, this folder's included.
    private var usedByteCount: UInt64
    /// What is finished.
    private(set) var files: [Manifest.File] = []

    /// Makes the folder; one that exists already is not taken.
    init(_ request: EvidenceRequest) throws(EvidenceLack) {
        var used: UInt64 = 0
        directory = try Self.make(request, &used)
        (limits, usedByteCount) = (request.limits, used)
    }

    private static func make(
        _ request: EvidenceRequest, _ used: inout UInt64
    ) throws(EvidenceLack) -> FileDescriptor {
        do throws(Errno) {
            let root = try open(request.root)
            let name = BytePath(request.incident)
            used = try byteCount(of: root)
            try root.makeDirectory(name)
            return try root.open(name, [.readOnly, .directory, .noFollow])
        } catch {
            throw .noFolder(request.root, error)
        }
    }

    private static func open(_ path: BytePath) throws(Errno) -> FileDescriptor {
        let above = try FileDescriptor.open(path.parent, [.readOnly, .directory])
        do throws(Errno) {
            try above.makeDirectory(path.lastComponent)
        } catch  where error == .fileExists {}
        return try above.open(path.lastComponent, [.readOnly, .directory, .noFollow])
    }

    /// Bytes that folders beneath take on the disk; they hold files alone.
    private static func byteCount(of root: borrowing FileDescriptor) throws(Errno) -> UInt64 {
        var total: UInt64 = 0
        for entry in try root.entries() {
            guard let folder = try? root.open(entry.name, [.readOnly, .directory, .noFollow]),
                let entries = try? folder.entries()
            else { continue }
            for file in entries {
                total += (try? folder.status(of: file.name).allocatedByteCount) ?? 0
            }
        }
        return total
    }

    /// Bytes that may still be written, and what ends them.
    var room: (byteCount: UInt64, end: EvidenceLack) {
        let free = (try? directory.freeByteCount()) ?? 0
        let overFloor = free > limits.floorByteCount ? free - limits.floorByteCount : 0
        let inBudget =
            limits.budgetByteCount > usedByteCount ? limits.budgetByteCount - usedByteCount : 0
        return inBudget < overFloor ? (inBudget, .budget) : (overFloor, .floor)
    }

    /// Takes note of bytes written to a file that is not finished yet, or removed again.
    mutating func note(written byteCount: UInt64) { usedByteCount += byteCount }
    mutating func note(removed byteCount: UInt64) {
        usedByteCount -= min(usedByteCount, byteCount)
    }

    /// Makes a file that only root reads.
    func make(_ name: String) throws(EvidenceLack) -> FileDescriptor {
        do throws(Errno) {
            return try directory.open(
                BytePath(name), [.readWrite, .create, .exclusive, .noFollow])
        } catch {
            throw .write(name, error)
        }
    }

    /// Writes a small file whole.
    mutating func write(_ name: String, _ bytes: [UInt8]) throws(EvidenceLack) {
        let (left, end) = room
        guard UInt64(bytes.count) <= left else { throw end }
        let file = try make(name)
        do throws(Errno) {
            try file.writeAll(bytes.span)
        } catch {
            throw .write(name, error)
        }
        note(written: UInt64(bytes.count))
        let digest = (try? BLAKE2b.hash(bytes.span)) ?? []
        add(
            Manifest.File(
                name: name, byteCount: UInt64(bytes.count), blake2b: Hexadecimal.text(digest)))
    }

    /// Adds a finished file to the list.
    mutating func add(_ file: Manifest.File) { files.append(file) }

    /// Syncs everything, then writes the list under its final name.
    ///
    /// - Returns: the digest of the list.
    func commit(_ manifest: Manifest) throws(EvidenceLack) -> String {
        let bytes = EvidenceJSON.bytes(manifest)
        do throws(Errno) {
            try directory.syncFileSystem()
            let file = try AtomicFile(beneath: directory)
            try file.file.writeAll(bytes.span)
            try file.commit(as: Manifest.name)
        } catch {
            throw .write(Manifest.name.description, error)
        }
        return Hexadecimal.text((try? BLAKE2b.hash(bytes.span)) ?? [])
    }
}
