internal import Contents
internal import Detection
internal import Linux
internal import Policies

/// Looks again and again at files that processes can change without an event: those they hold
/// open for writing or have mapped shared and writable.
///
/// A store through a mapping is told by no event, but moves the file's times at the first store
/// into each page. Source: facts/kernel.md §1.
struct Sweep: ~Copyable {
    /// What is remembered of a file.
    private struct File {
        var (changed, modified): (WallNanoseconds, WallNanoseconds)
        var byteCount, allocatedByteCount: UInt64
        /// On the clock since boot; 0 while it never moved.
        var movedAt: UInt64 = 0
        /// Whether it looked encrypted before it moved, or was found so already.
        var isKnown = false
        var round: UInt64 = 0

        init(_ status: FileStatus) {
            (changed, modified) = (status.changed, status.modified)
            (byteCount, allocatedByteCount) = (status.byteCount, status.allocatedByteCount)
        }

        func differs(from other: File) -> Bool {
            changed != other.changed || modified != other.modified
                || byteCount != other.byteCount || allocatedByteCount != other.allocatedByteCount
        }
    }

    /// What is remembered of a process, so that an idle one costs one small file of `/proc`.
    private struct Process {
        var status: ProcessStatus
        var links: [BytePath]
        var round: UInt64
    }

    /// A file that is held now.
    private struct Held {
        var link: BytePath
        var status: FileStatus
        var holders = Holders()
    }

    private var files: [FileNumber: File] = [:]
    private var processes: [Int32: Process] = [:]
    private var judge: FileJudge
    private var round: UInt64 = 0
    private var lastRound = Moment()
    /// Whether the last look found a watched file that moved and did not settle yet.
    private var sawMoving = false

    /// How long a file that moved is judged again: its pages are told of once until they are
    /// written back, which the kernel does after 30 s (`vm.dirty_expire_centisecs`) plus 5 s.
    private static let settlingTime: UInt64 = 40_000_000_000
    /// Every so many rounds idle processes are looked into as well.
    private static let fullEvery: UInt64 = 16

    /// Together all looks may take this part of one processor: the pause after one grows with
    /// what it cost.
    private static let share: UInt64 = 100
    /// The same while no watched file that is held moves.
    private static let restingShare: UInt64 = 2000
    private static let shortestPause: UInt64 = 2_000_000_000
    private static let longestPause: UInt64 = 10_000_000_000

    private init(_ judge: consuming FileJudge) {
        self.judge = judge
    }

    /// Looks until `stop` is signalled.
    static func run(_ state: GuardState, until stop: borrowing EventCounter) {
        Thread.setName("sweep")
        Scheduling.setBackground()
        do throws(Errno) {
            let waiting = try Epoll()
            try waiting.add(stop.descriptor, token: 1)
            var policy = state.policy
            var sweep = Sweep(try FileJudge(policy))
            while true {
                let start = Clock.threadNanoseconds
                sweep.look(for: state)
                let share = sweep.sawMoving ? share : restingShare
                let wanted = (Clock.threadNanoseconds - start) * share
                let pause = min(max(wanted, shortestPause), longestPause)
                let token = try? waiting.wait(milliseconds: Int32(clamping: pause / 1_000_000))
                if token == 1 { return }
                sweep.follow(state, &policy)
            }
        } catch {
            state.withContents { $0.sweepFailure = error }
        }
    }

    private mutating func look(for state: GuardState) {
        let found = look()
        if found.isEmpty { return }
        state.inbox.add(found)
        state.inbox.end()
        state.withContents { $0.filesFound += UInt64(found.count) }
    }

    /// Looks where the policy in force says; tried again at the next look if it fails.
    private mutating func follow(_ state: GuardState, _ policy: inout GuardPolicy) {
        let now = state.policy
        if now == policy { return }
        var failure: Errno?
        do throws(Errno) {
            judge = try FileJudge(now)
            policy = now
        } catch {
            failure = error
        }
        state.withContents { $0.sweepFailure = failure }
    }

    /// Takes one look and returns what was found to look encrypted.
    mutating func look() -> [Finding] {
        round += 1
        sawMoving = false
        let start = Moment()
        let since = lastRound.earliestChange(seenAt: start)
        var found = [Finding]()
        for (number, held) in heldFiles() {
            if let finding = examine(held, number, since, start.boot) { found.append(finding) }
        }
        files = files.filter { $0.value.round == round }
        lastRound = start
        return found
    }

    private mutating func heldFiles() -> [FileNumber: Held] {
        var held = [FileNumber: Held]()
        for pid in ProcessTable.all() where pid != ProcessHandle.own {
            // Our companions hold hundreds of descriptors, all of them ours.
            guard let status = ProcessTable.status(pid), !status.isKernelThread,
                status.parent != ProcessHandle.own
            else { continue }
            let files = files(of: status)
            processes[pid] = Process(status: status, links: files.map(\.link), round: round)
            for file in files {
                let number = FileNumber(file.status)
                held[number, default: Held(link: file.link, status: file.status)]
                    .holders.add(status)
            }
        }
        processes = processes.filter { $0.value.round == round }
        return held
    }

    /// A process that did not run and mapped nothing holds what it held.
    private func files(of status: ProcessStatus) -> [ChangeableFile] {
        guard let known = processes[status.pid], known.status.startTicks == status.startTicks,
            known.status.processorTicks == status.processorTicks,
            known.status.addressByteCount == status.addressByteCount,
            !(round &+ UInt64(status.pid)).isMultiple(of: Self.fullEvery)
        else { return ProcessTable.changeableFiles(of: status.pid) }
        return known.links.compactMap { ProcessTable.changeableFile(at: $0) }
    }

    private mutating func examine(
        _ held: Held, _ number: FileNumber, _ since: WallNanoseconds, _ now: UInt64
    ) -> Finding? {
        var file = File(held.status)
        let before = files[number]
        if let before { (file.movedAt, file.isKnown) = (before.movedAt, before.isKnown) }
        file.round = round
        let hasMoved = before.map { file.differs(from: $0) } ?? (file.changed >= since)
        if hasMoved { file.movedAt = now }
        defer { files[number] = file }
        let isSettled = file.movedAt == 0 || now - file.movedAt > Self.settlingTime
        // Seen for the first time, it is looked at once: what was random before is not damage.
        if file.isKnown || (isSettled && before != nil) { return nil }
        guard let open = try? open(held.link), judge.isWatched(open) else { return nil }
        if !isSettled { sawMoving = true }
        guard let found = judge.judge(open), found.opinion.contentClass.looksEncrypted
        else { return nil }
        file.isKnown = true
        if isSettled { return nil }
        let path = (try? open.path()) ?? held.link
        return Finding(
            file: try? FileHandle(of: open), folder: 0, path: path,
            damage: .encrypted(found.opinion), born: found.born,
            isOld: found.born == 0 || found.born < since, writer: held.holders.writer)
    }

    private func open(_ link: BytePath) throws(Errno) -> FileDescriptor {
        do throws(Errno) {
            return try FileDescriptor.open(link, [.nonBlocking, .noAccessTime])
        } catch  where error == .notPermitted {
            return try FileDescriptor.open(link, [.nonBlocking])
        }
    }
}
