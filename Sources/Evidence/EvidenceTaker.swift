internal import Control
internal import Linux

/// Takes evidence of processes: first what is gone with them, then, when they may end, the rest.
///
/// For a thread that nobody waits for: a process can keep whoever reads it waiting.
public struct EvidenceTaker: ~Copyable {
    private let request: EvidenceRequest
    private var folder: EvidenceFolder
    private var manifest: Manifest
    private var lacks: [EvidenceLack] = []
    private var programs: [Program] = []
    private var dumps: [String] = []
    private var memoryByteCount: UInt64 = 0

    /// A program that is still to be copied; open, so that it stays when it is removed.
    private final class Program: Sendable {
        let file: FileDescriptor
        let (device, inode): (UInt64, UInt64)

        init?(of pid: Int32) {
            guard let opened = try? FileDescriptor.open(BytePath("/proc/\(pid)/exe")),
                let status = try? opened.status()
            else { return nil }
            (device, inode) = (status.device, status.inode)
            file = opened
        }
    }

    /// Makes the folder of the incident.
    public init(_ request: EvidenceRequest) throws(EvidenceLack) {
        self.request = request
        folder = try EvidenceFolder(request)
        manifest = Manifest(
            incident: request.incident, startedAt: Self.now,
            processes: request.subjects.map(\.pid))
    }

    private static var now: UnixTime {
        UnixTime(milliseconds: Clock.wallNanoseconds / 1_000_000)
    }

    /// Takes what is gone when the processes end: `/proc` of all of them, then their memory.
    public mutating func takeProcesses() {
        var maps: [(EvidenceSubject, text: [UInt8])] = []
        for subject in request.subjects {
            if isLate() { break }
            guard var facts = ProcessFacts(of: subject, &lacks) else {
                lacks.append(.gone(pid: subject.pid))
                continue
            }
            facts.executableCopy = program(of: subject.pid)
            let text =
                ProcessTable.contents(BytePath("/proc/\(subject.pid)/maps"), limit: 64 << 20) ?? []
            write("\(subject.pid)-process.json", EvidenceJSON.bytes(facts))
            write("\(subject.pid)-maps.txt", text)
            maps.append((subject, text))
        }
        let start = Clock.monotonicNanoseconds
        for (subject, text) in maps where request.limits.memoryByteCount > 0 && !isLate() {
            takeMemory(of: subject, text)
        }
        manifest.memoryByteCount = memoryByteCount
        manifest.memoryMicroseconds = (Clock.monotonicNanoseconds - start) / 1000
    }

    /// The name that the copy of its program will have; the same for the same program.
    private mutating func program(of pid: Int32) -> String? {
        guard let program = Program(of: pid) else { return nil }
        let known = programs.firstIndex {
            $0.device == program.device && $0.inode == program.inode
        }
        if known == nil { programs.append(program) }
        return Self.programName(known ?? programs.count - 1)
    }

    private static func programName(_ index: Int) -> String { "executable-\(index + 1)" }

    private mutating func takeMemory(of subject: EvidenceSubject, _ maps: [UInt8]) {
        let (room, end) = folder.room
        let granted = request.limits.memoryByteCount - memoryByteCount
        let stat = ProcessTable.contents(BytePath("/proc/\(subject.pid)/stat"), limit: 4096)
        var dump = MemoryDump(subject, deadline: request.deadline)
        let plan = dump.plan(
            maps, excluding: ProcessText.environmentRange(inStatus: stat ?? []),
            limit: min(granted, room))
        if plan.leftOutByteCount > 0 {
            lacks.append(
                room < granted
                    ? end
                    : .memoryLimit(
                        pid: subject.pid, leftOutByteCount: plan.leftOutByteCount))
        }
        if plan.byteCount > 0 {
            let name = "\(subject.pid)-memory.core"
            do throws(EvidenceLack) {
                let file = try folder.make(name)
                dumps.append(name)
                dump.copy(plan, to: file, named: name) { count in
                    let (room, end) = folder.room
                    return count <= room ? nil : end
                }
                folder.note(written: dump.byteCount)
            } catch {
                lacks.append(error)
            }
        }
        memoryByteCount += dump.byteCount
        lacks += dump.lacks
    }

    private mutating func write(_ name: String, _ bytes: [UInt8]) {
        do throws(EvidenceLack) {
            try folder.write(name, bytes)
        } catch {
            lacks.append(error)
        }
    }

    private mutating func isLate() -> Bool {
        if Clock.monotonicNanoseconds < request.deadline { return false }
        lacks.append(.time)
        return true
    }
}

extension EvidenceTaker {
    /// What became of it.
    public struct Outcome: Sendable {
        /// The list as it was written.
        public var manifest: Manifest
        /// The digest of the file with the list; nil where it could not be written.
        public var digest: String?
    }

    /// Writes the rest: the last events, the machine, programs; compresses dumps; ends with the
    /// list.
    ///
    /// - Parameters:
    ///   - events: what the processes did last, oldest first.
    ///   - heldMicroseconds: how long the processes stood still for it; nil where they still do.
    ///   - compresses: asked before each dump, since somebody may be waiting by then.
    /// - Returns: the list, with everything that is missing.
    public consuming func finish(
        events: [EventFacts], heldMicroseconds: UInt64?, compresses: () -> Bool
    ) -> Outcome {
        var this = self
        this.write("events.json", EvidenceJSON.bytes(events))
        this.write("system.json", EvidenceJSON.bytes(SystemFacts.read()))
        for index in this.programs.indices { this.copyProgram(index) }
        for name in this.dumps { this.finish(dump: name, compresses: compresses()) }
        var manifest = this.manifest
        manifest.heldMicroseconds = heldMicroseconds
        manifest.files = this.folder.files.sorted { $0.name < $1.name }
        var told: [EvidenceLack] = []
        for lack in this.lacks where !told.contains(lack) { told.append(lack) }
        manifest.lacks = told.map(\.report)
        manifest.endedAt = Self.now
        do throws(EvidenceLack) {
            return Outcome(manifest: manifest, digest: try this.folder.commit(manifest))
        } catch {
            manifest.lacks.append(error.report)
            return Outcome(manifest: manifest, digest: nil)
        }
    }

    private mutating func copyProgram(_ index: Int) {
        let program = programs[index]
        do throws(EvidenceLack) {
            let result = try transfer(
                program.file, to: Self.programName(index), compresses: false)
            folder.add(
                Manifest.File(
                    name: Self.programName(index), byteCount: result.file.byteCount,
                    blake2b: result.file.blake2b))
        } catch {
            lacks.append(error)
        }
    }

    /// Compresses a dump; where that fails, it stays as it is.
    private mutating func finish(dump name: String, compresses: Bool) {
        do throws(EvidenceLack) {
            let source = try openDump(name)
            if compresses {
                let compressed = name + ".zst"
                if let result = try? transfer(source, to: compressed, compresses: true) {
                    folder.add(
                        Manifest.File(
                            name: compressed, byteCount: result.file.byteCount,
                            blake2b: result.file.blake2b, content: result.content))
                    remove(name)
                    return
                }
            }
            lacks.append(.notCompressed(name))
            folder.add(try Self.described(source, name))
        } catch {
            lacks.append(error)
        }
    }

    private func openDump(_ name: String) throws(EvidenceLack) -> FileDescriptor {
        do throws(Errno) {
            return try folder.directory.open(BytePath(name), [.readOnly, .noFollow])
        } catch {
            throw .write(name, error)
        }
    }

    /// Writes a new file; where that fails, none is left.
    private mutating func transfer(
        _ source: borrowing FileDescriptor, to name: String, compresses: Bool
    ) throws(EvidenceLack) -> Transfer.Result {
        let file = try folder.make(name)
        var written: UInt64 = 0
        do throws(EvidenceLack) {
            let result = try Transfer.run(
                source, to: file, named: name, compresses: compresses
            ) { count in
                let (room, end) = folder.room
                guard written + count <= room else { return end }
                written += count
                return nil
            }
            folder.note(written: written)
            return result
        } catch {
            try? folder.directory.remove(BytePath(name))
            throw error
        }
    }

    private mutating func remove(_ name: String) {
        let size = (try? folder.directory.status(of: BytePath(name)).allocatedByteCount) ?? 0
        try? folder.directory.remove(BytePath(name))
        folder.note(removed: size)
    }

    /// Size and digest of a file that stays as it is.
    private static func described(
        _ source: borrowing FileDescriptor, _ name: String
    ) throws(EvidenceLack) -> Manifest.File {
        do throws(Errno) {
            let found = try FileDigest.of(source)
            return Manifest.File(name: name, byteCount: found.byteCount, blake2b: found.blake2b)
        } catch {
            throw .write(name, error)
        }
    }
}
