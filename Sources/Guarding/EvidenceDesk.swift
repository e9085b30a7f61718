internal import Control
internal import Detection
internal import Evidence
internal import Linux
internal import Policies
internal import Response
internal import Synchronization

/// Takes evidence of processes that were stopped, and ends those that are to be ended.
///
/// Everything runs on threads of its own. Whatever keeps the evidence waiting, the processes are
/// ended when the policy's time is over.
final class EvidenceDesk: Sendable {
    /// What is to be done for one incident.
    struct Job: Sendable {
        var incident: String
        var held: [HeldProcess]
        var policy: EvidencePolicy
        /// The folder of all evidence.
        var root: BytePath
        /// How long the processes may be read.
        var nanoseconds: UInt64
        /// Since when they wait, on the monotonic clock.
        var start: UInt64
        /// What they did last; asked for when they do not wait any more.
        var events: @Sendable () -> [EventFacts]
        /// Ends the processes; nil where they stay as they are.
        var end: (@Sendable () -> Void)?
        /// Takes what came of it.
        var tell: @Sendable (EvidenceReport) -> Void
    }

    /// A job that is being done.
    private final class Work: Sendable {
        let job: Job
        /// The processes are not needed any more.
        let isRead: EventCounter
        /// The processes were ended, after so many nanoseconds.
        let isEnded: EventCounter
        let held = Mutex<UInt64?>(nil)

        init(_ job: Job) throws(Errno) {
            self.job = job
            isRead = try EventCounter()
            isEnded = try EventCounter()
        }
    }

    private struct Works {
        var running: [Work] = []
        var isEnding = false
    }

    private let works = Mutex(Works())

    /// Incidents at once; each takes two threads, one buffer of a MiB and a processor's time.
    private static let limit = 4
    /// How long the end of the guard waits for what is being written.
    private static let patience: UInt64 = 10_000_000_000

    /// Begins; false where nothing is begun, so that the caller ends the processes itself.
    ///
    /// Cost: making one thread.
    func begin(_ job: Job) -> Bool {
        guard let work = try? Work(job) else { return false }
        let isTaken = works.withLock { works in
            if works.isEnding || works.running.count >= Self.limit { return false }
            works.running.append(work)
            return true
        }
        guard isTaken else { return false }
        do throws(Errno) {
            try Thread.run { self.watch(over: work) }.detach()
            return true
        } catch {
            remove(work)
            return false
        }
    }

    /// Ends all processes that wait, then waits a while for what is being written.
    func end() {
        let running = works.withLock { works in
            works.isEnding = true
            return works.running
        }
        for work in running { work.isRead.signal() }
        let end = Clock.monotonicNanoseconds + Self.patience
        while works.withLock({ !$0.running.isEmpty }), Clock.monotonicNanoseconds < end {
            Clock.sleep(nanoseconds: 5_000_000)
        }
    }

    /// Ends the processes when they were read, at the latest when the time is over.
    private func watch(over work: Work) {
        Thread.setName("evidence-end")
        let isReading = (try? Thread.run { self.read(work) }.detach()) != nil
        if isReading, work.job.end != nil {
            let end = work.job.start + work.job.nanoseconds
            let now = Clock.monotonicNanoseconds
            Self.wait(work.isRead, milliseconds: end > now ? (end - now + 999_999) / 1_000_000 : 0)
        }
        work.job.end?()
        if work.job.end != nil {
            work.held.withLock { $0 = Clock.monotonicNanoseconds - work.job.start }
        }
        work.isEnded.signal()
        if isReading { return }
        work.job.tell(EvidenceReport(lacks: [.busy]))
        remove(work)
    }

    private static func wait(_ counter: borrowing EventCounter, milliseconds: UInt64) {
        guard let waiting = try? Epoll(), (try? waiting.add(counter.descriptor, token: 1)) != nil
        else { return }
        let end = Clock.monotonicNanoseconds + milliseconds * 1_000_000
        while true {
            let now = Clock.monotonicNanoseconds
            let left = end > now ? (end - now + 999_999) / 1_000_000 : 0
            let token = (try? waiting.wait(milliseconds: Int32(clamping: left))) ?? nil
            if token != nil || left == 0 { return }
        }
    }

    private func read(_ work: Work) {
        Thread.setName("evidence")
        let job = work.job
        let request = EvidenceRequest(
            incident: job.incident, root: job.root,
            subjects: job.held.map {
                EvidenceSubject(pid: $0.key.pid, startTicks: $0.key.startTicks)
            }, limits: EvidenceLimits(job.policy), deadline: job.start + job.nanoseconds)
        do throws(EvidenceLack) {
            var taker = try EvidenceTaker(request)
            taker.takeProcesses()
            work.isRead.signal()
            // Ended right now; only how long it took is waited for.
            if job.end != nil { Self.wait(work.isEnded, milliseconds: 1000) }
            Scheduling.setBackground()
            let held = work.held.withLock { $0 }
            let outcome = taker.finish(
                events: job.events(), heldMicroseconds: held.map { $0 / 1000 },
                compresses: { !works.withLock { $0.isEnding } })
            job.tell(EvidenceReport(outcome, in: job.root.appending(job.incident)))
        } catch {
            work.isRead.signal()
            job.tell(EvidenceReport(lacks: [error]))
        }
        remove(work)
    }

    private func remove(_ work: Work) {
        works.withLock { $0.running.removeAll { $0 === work } }
    }
}

extension EvidenceLimits {
    fileprivate init(_ policy: EvidencePolicy) {
        self.init(
            memoryByteCount: policy.memoryByteCount, floorByteCount: policy.floorByteCount,
            budgetByteCount: policy.budgetByteCount)
    }
}

extension EvidenceReport {
    /// What could not be taken.
    init(lacks: [EvidenceLack]) {
        self.init()
        self.lacks = lacks.map(\.report)
    }

    fileprivate init(_ outcome: EvidenceTaker.Outcome, in folder: BytePath) {
        self.init()
        let manifest = outcome.manifest
        self.folder = CarriedPath(folder)
        self.manifest = outcome.digest
        (fileCount, byteCount) = (manifest.files.count, manifest.byteCount)
        memoryByteCount = manifest.memoryByteCount
        heldMicroseconds = manifest.heldMicroseconds
        lacks = manifest.lacks.isEmpty ? nil : manifest.lacks
    }
}
