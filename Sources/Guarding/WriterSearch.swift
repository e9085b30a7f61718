internal import Linux

/// Finds out who did what the kernel tells without a process (inotify).
///
/// Sure is only who had the file open for writing when somebody looked. Whoever was sure for a
/// file that then looked encrypted is the suspect for what was seen of nobody right after.
struct WriterSearch {
    struct Writer {
        var pid: Int32
        var startTicks: UInt64
        var session: Int32
        var time: UInt64
    }

    private struct FileNumber: Hashable {
        var device, inode: UInt64
    }

    /// A process and the numbers that its next files get: the kernel gives the lowest free ones.
    private struct Candidate {
        /// Behind standard input, output and error.
        static let usual: [Int32] = [3, 4]

        var pid: Int32
        var free: [Int32]

        init(_ pid: Int32, _ used: [Int32]) {
            self.pid = pid
            let used = Set(used)
            free = Array((0...Int32(used.count + 1)).filter { !used.contains($0) }.prefix(2))
        }
    }

    private let folders: [BytePath]
    private var writers: [FileNumber: Writer] = [:]
    /// Whom to look at first: who had watched files open or wrote much when all were looked at.
    private var candidates: [Candidate] = []
    private var written: [Int32: UInt64] = [:]
    private var nextSurvey: UInt64 = 0
    private var suspect: Writer?
    private var volume = WrittenVolume()
    private var contestedUntil: UInt64 = 0

    /// How long what was seen is believed.
    private static let memory: UInt64 = 2_000_000_000
    private static let writerLimit = 512
    private static let candidateLimit = 8
    private static let newestCount: Int32 = 3
    /// A look at all processes takes milliseconds, so at most a fifth of the time.
    private static let surveyShare: UInt64 = 5

    init(_ folders: [BytePath]) {
        self.folders = folders
    }

    /// Looks who opens this file right now, as long as it is open.
    ///
    /// - Returns: who has watched files open for writing; new ones only.
    mutating func opened(_ path: BytePath) -> [Writer] {
        var found = [Writer]()
        glance(&found)
        return found.isEmpty ? survey() : found
    }

    /// Looks for who wrote a file that looks encrypted and that nobody was seen writing.
    ///
    /// - Returns: who has watched files open for writing; new ones only.
    mutating func search(byteCount: UInt64) -> [Writer] {
        let found = survey()
        volume.add(byteCount)
        return found
    }

    /// Looks at every process, newest first; does nothing when it did so a moment ago.
    mutating func survey() -> [Writer] {
        let start = Clock.monotonicNanoseconds
        if start < nextSurvey { return [] }
        var found = [Writer]()
        var growth = [(candidate: Candidate, byteCount: UInt64)]()
        var before = [Int32: UInt64]()
        swap(&before, &written)
        for pid in ProcessTable.all() where pid != ProcessHandle.own {
            let numbers = ProcessTable.descriptors(of: pid)
            if numbers.isEmpty { continue }
            if let count = ProcessTable.writtenByteCount(of: pid) { written[pid] = count }
            let grown = (written[pid] ?? 0) &- (before[pid] ?? written[pid] ?? 0)
            let held = look(at: pid, numbers, &found)
            volume.note(pid, written[pid] ?? 0, isTouching: !held.isEmpty)
            if held.isEmpty, grown == 0 { continue }
            let candidate = Candidate(pid, numbers.filter { !held.contains($0) })
            growth.append((candidate, held.isEmpty ? grown : .max))
        }
        growth.sort { $0.byteCount > $1.byteCount }
        candidates = growth.prefix(Self.candidateLimit).map(\.candidate)
        let end = Clock.monotonicNanoseconds
        nextSurvey = end + (end - start) * Self.surveyShare
        return found
    }

    /// Looks at the descriptors that candidates get next, and at processes just made.
    private mutating func glance(_ found: inout [Writer]) {
        for candidate in candidates {
            _ = look(at: candidate.pid, candidate.free, &found)
            if !found.isEmpty { return }
        }
        guard let newest = ProcessTable.newest else { return }
        for pid in max(1, newest - Self.newestCount)...max(1, newest)
        where pid != ProcessHandle.own {
            _ = look(at: pid, Candidate.usual, &found)
        }
    }

    /// Who was seen writing this file.
    func writer(of path: BytePath) -> Writer? {
        guard !writers.isEmpty, let file = Self.number(path), let writer = writers[file],
            Clock.monotonicNanoseconds - writer.time < Self.memory
        else { return nil }
        return writer
    }

    /// What this process was seen writing looked encrypted.
    mutating func confirm(_ pid: Int32) {
        let now = Clock.monotonicNanoseconds
        guard var writer = writers.values.first(where: { $0.pid == pid }) else { return }
        writer.time = now
        if let suspect, suspect.session != writer.session, now - suspect.time < Self.memory {
            contestedUntil = now + Self.memory
        }
        suspect = writer
    }

    /// Who is most likely at work; nil while that could be several.
    var likelyWriter: Writer? {
        let now = Clock.monotonicNanoseconds
        if now < contestedUntil { return nil }
        if let suspect, now - suspect.time < Self.memory { return suspect }
        return volume.writer(folders)
    }

    /// Notes which of these descriptors are watched files open for writing; returns all watched.
    private mutating func look(
        at pid: Int32, _ numbers: [Int32], _ found: inout [Writer]
    ) -> [Int32] {
        var held = [HeldFile]()
        for number in numbers {
            if let file = ProcessTable.heldFile(of: pid, number, beneath: folders) {
                held.append(file)
            }
        }
        let open = held.filter { $0.isWritable && $0.status.kind == .regular }
        if !open.isEmpty, let status = ProcessTable.status(pid) {
            let writer = Writer(
                pid: pid, startTicks: status.startTicks, session: status.session,
                time: Clock.monotonicNanoseconds)
            if writers.count > Self.writerLimit { writers = [:] }
            for file in open {
                writers[FileNumber(device: file.status.device, inode: file.status.inode)] = writer
            }
            found.append(writer)
        }
        return held.map(\.number)
    }

    private static func number(_ path: BytePath) -> FileNumber? {
        guard let status = try? FileStatus.of(path) else { return nil }
        return FileNumber(device: status.device, inode: status.inode)
    }
}
