internal import Canaries
internal import Contents
internal import Journal
internal import Linux
internal import Policies
internal import Sensing

/// Looks at everything that changed while events were lost, on a thread of its own.
///
/// What it finds is handed to the sensor's thread. It stops nobody by itself: a file says that
/// it was encrypted, not by whom.
struct Rescan: ~Copyable {
    private let record: IncidentRecord
    private let canaries: CanaryService
    private let state: GuardState
    private let stopping: Epoll
    private var damaged: Set<BytePath> = []

    /// How many findings are handed over at once; each batch costs a look into all processes.
    private static let batchCount = 256

    /// Serves requests until `stop` is signalled.
    static func run(
        _ record: IncidentRecord, _ canaries: CanaryService, until stop: borrowing EventCounter
    ) {
        Thread.setName("rescan")
        Scheduling.setBackground()
        do throws(Errno) {
            let stopping = try Epoll()
            try stopping.add(stop.descriptor, token: 2)
            let waiting = try Epoll()
            try waiting.add(canaries.state.lost.waiting.descriptor, token: 1)
            try waiting.add(stop.descriptor, token: 2)
            var rescan = Rescan(
                record: record, canaries: canaries, state: canaries.state, stopping: stopping)
            while try waiting.wait(milliseconds: -1) != 2 {
                if let request = rescan.state.lost.take() { rescan.look(request) }
            }
        } catch {
            // Without a queue to wait on there is nothing to do; the guard itself goes on.
            record.note(JournalEvent(noRescan: error))
            canaries.state.withContents { $0.rescanFailure = error }
        }
    }

    private mutating func look(_ request: LostEvents.Request) {
        record.note(JournalEvent(lost: request))
        state.withContents { $0.rescansRunning += 1 }
        var line = RescanLine(since: request.lastGood.wall)
        checkCanaries(request.lastGood.boot, &line)
        line.isComplete = rescan(request.lastGood, &line)
        line.milliseconds = (Clock.bootNanoseconds - request.noticed.boot) / 1_000_000
        state.inbox.end()
        let ended = line
        record.note(JournalEvent(rescan: ended))
        state.withContents { contents in
            contents.rescansRunning -= 1
            contents.rescans += 1
        }
    }

    /// Checks every canary and tells of those that were not known to be damaged.
    private mutating func checkCanaries(_ lastGood: UInt64, _ line: inout RescanLine) {
        var found = [Finding]()
        var now = Set<BytePath>()
        for canary in canaries.canaries where canary.check().isDamaged {
            now.insert(canary.path)
            canaries.handover.noteTouch(of: canary.path)
            if damaged.contains(canary.path) { continue }
            let folder = (try? FileHandle(of: canary.path.parent))?.hash ?? 0
            found.append(
                Finding(
                    file: try? FileHandle(of: canary.path), folder: folder, path: canary.path,
                    damage: .canary, born: 0, isOld: true, lostSince: lastGood))
        }
        damaged = now
        line.canariesDamaged = found.count
        hand(over: &found)
    }

    private mutating func rescan(_ lastGood: Moment, _ line: inout RescanLine) -> Bool {
        let since = lastGood.earliestChange()
        let policy = state.policy
        var judge: FileJudge
        do throws(Errno) {
            judge = try FileJudge(policy)
            state.withContents { $0.rescanFailure = nil }
        } catch {
            state.withContents { $0.rescanFailure = error }
            return false
        }
        var walk = ChangeWalk(since: since, ignores: { policy.ignores($0) })
        var found = [Finding]()
        var isComplete = true
        for root in policy.watch where isComplete {
            isComplete = walk.walk(BytePath(root)) { folder, file in
                if var finding = Self.examine(file, in: folder, since, &judge) {
                    finding.lostSince = lastGood.boot
                    found.append(finding)
                }
                if found.count >= Self.batchCount {
                    line.filesFound += found.count
                    hand(over: &found)
                }
                return !isStopping
            }
        }
        line.filesFound += found.count
        hand(over: &found)
        (line.files, line.changed) = (walk.fileCount, walk.changedCount)
        line.foldersSkipped = walk.skippedFolderCount
        let (files, count) = (UInt64(walk.changedCount), UInt64(line.filesFound))
        state.withContents { contents in
            contents.filesRescanned += files
            contents.filesFound += count
        }
        return isComplete
    }

    private static func examine(
        _ file: ChangedFile, in folder: borrowing FileDescriptor, _ since: WallNanoseconds,
        _ judge: inout FileJudge
    ) -> Finding? {
        guard let open = try? file.open(in: folder), let found = judge.judge(open),
            found.opinion.contentClass.looksEncrypted
        else { return nil }
        return Finding(
            file: try? FileHandle(of: open), folder: (try? FileHandle(of: folder))?.hash ?? 0,
            path: file.path, damage: .encrypted(found.opinion), born: found.born,
            isOld: found.born == 0 || found.born < since)
    }

    private var isStopping: Bool { ((try? stopping.wait(milliseconds: 0)) ?? nil) != nil }

    /// Looks for who holds the files, and gives the findings to the sensor's thread.
    private func hand(over findings: inout [Finding]) {
        if findings.isEmpty { return }
        var numbers = [FileNumber?]()
        for finding in findings {
            numbers.append((try? FileStatus.of(finding.path)).map { FileNumber($0) })
        }
        let holders = Holders.find(Set(numbers.compactMap(\.self)))
        for index in findings.indices {
            findings[index].writer = numbers[index].flatMap { holders[$0]?.writer }
        }
        state.inbox.add(findings)
        findings.removeAll(keepingCapacity: true)
    }
}

extension Condition {
    /// Whether more than its times was changed.
    fileprivate var isDamaged: Bool {
        switch self {
        case .intact, .unreadable: false
        case .missing: true
        case .changed(let changes): changes != [.modified]
        }
    }
}

/// What a rescan found.
struct RescanLine: Sendable {
    /// What changed before was told.
    var since: WallNanoseconds
    var milliseconds: UInt64 = 0
    var files = 0
    var changed = 0
    var filesFound = 0
    var foldersSkipped = 0
    var canariesDamaged = 0
    var isComplete = false

    init(since: WallNanoseconds) { self.since = since }
}
