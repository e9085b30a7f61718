internal import Canaries
internal import Contents
internal import Control
internal import Detection
internal import Linux
internal import Policies
internal import Response
internal import Sensing

/// Turns events into observations, asks the detector and acts; lives on the sensor's thread.
struct Decider: ~Copyable {
    var judge: FileJudge
    var lineages = LineageTable()
    private var attribution: WriterSearch
    /// A canary was touched and nobody was seen to do it.
    private var owedContact: (contact: CanaryContact, time: UInt64)?
    private var detector: Detector
    let protection: Protection
    let enforcer: Enforcer
    let gatekeeper: Gatekeeper?
    private let inspections: InspectionQueue
    private var canaries = CanaryTable()
    let handover: CanaryHandover
    /// Files made since the start: removing one destroys nothing that was there before.
    var born = FileSet()
    /// Files that were gone before they could be read: nobody knows whether they were older.
    var unread = FileSet()
    var arrivals = RandomArrivals()
    private var suffixes = SuffixMemory()
    private var casebook = Casebook()
    var removed = RecentFiles()
    /// Files whose end was taken for a rename onto them.
    var replaced = RecentFiles()
    var unexplained: UnexplainedEnd?
    var judgedWhileOpen = RecentFiles()
    /// Files whose damage was told and counted.
    var told = FileSet()
    var suspects = SuspectFolders()
    var unclaimed = UnclaimedFindings()
    private var judgedByName = RecentFiles()
    private var recent = RecentEvents()
    var renames = LastRenames()
    /// Reads what those have called whom the gate holds up; nil where there is no gate.
    let memory: MemoryReader?
    /// Words asked for so far.
    var wordCount: UInt64 = 0
    private let own = ProcessHandle.own
    /// Asked anew each time, for the time may be set while the guard runs.
    var wallMinusBoot: Int64 { Clock.wallNanoseconds - Int64(Clock.bootNanoseconds) }

    /// When reading what is handled now began, on the monotonic clock.
    var readAt: UInt64 = 0
    /// Events handled so far.
    private(set) var eventCount: UInt64 = 0
    /// Queue overflows seen so far.
    private(set) var overflowCount: UInt64 = 0
    /// Suspicious changes whose writer had ended unseen.
    private(set) var unattributedCount: UInt64 = 0
    /// Until when, on the monotonic clock, the sensor must not pause.
    private(set) var alertUntil: UInt64 = 0
    /// Until when it must not pause, while writes to open files need not be reported.
    private(set) var wakefulUntil: UInt64 = 0

    /// How long one suspicious thing keeps the sensor awake.
    private static let alertTime: UInt64 = 2_000_000_000
    /// How long one reading of a canary does; an attack slow enough to outlast it loses nothing to
    /// a pause.
    private static let wakefulTime: UInt64 = 500_000_000

    init(
        judge: consuming FileJudge, thresholds: Thresholds, protection: Protection,
        enforcer: Enforcer, gatekeeper: Gatekeeper?, handover: CanaryHandover,
        inspections: InspectionQueue
    ) {
        attribution = WriterSearch(judge.watched)
        self.judge = judge
        detector = Detector(thresholds)
        self.protection = protection
        (self.enforcer, self.gatekeeper) = (enforcer, gatekeeper)
        memory = gatekeeper == nil ? nil : try? MemoryReader()
        (self.handover, self.inspections) = (handover, inspections)
    }

    /// How much is enough.
    var thresholds: Thresholds { detector.thresholds }

    /// Actors that the detector follows.
    var actorCount: Int { detector.actorCount }

    /// Knows a canary from now on.
    mutating func add(_ canary: Canary) { canaries.add(canary) }

    /// Forgets what was planted at a path; returns its handle.
    mutating func removeCanary(at path: BytePath) -> FileHandle? { canaries.remove(path) }

    /// Where a file is now, if anywhere; only root may ask so.
    func path(of file: FileHandle) -> BytePath? {
        var file = file
        return judge.path(of: &file)
    }

    /// Goes on from what the decider before this one knew.
    mutating func adopt(_ knowledge: consuming Knowledge?) {
        guard let knowledge else { return }
        let thresholds = detector.thresholds
        (eventCount, overflowCount) = (knowledge.eventCount, knowledge.overflowCount)
        unattributedCount = knowledge.unattributedCount
        (told, born) = (knowledge.told, knowledge.born)
        (suspects, unclaimed) = (knowledge.suspects, knowledge.unclaimed)
        lineages = knowledge.lineages
        detector = knowledge.detector
        detector.change(thresholds)
    }

    /// What the one that comes after this needs.
    consuming func knowledge() -> Knowledge {
        Knowledge(
            eventCount: eventCount, overflowCount: overflowCount,
            unattributedCount: unattributedCount, told: told, born: born, suspects: suspects,
            unclaimed: unclaimed, lineages: lineages, detector: detector)
    }

    /// Starts over with processes that were released.
    mutating func forget(_ keys: [ProcessKey]) {
        for key in keys { detector.forget(key) }
        for key in keys { enforcer.forget(key) }
        gatekeeper?.forget(keys)
    }

    /// Wakes whoever waits on `set` when a program starts that may be an allowed one.
    borrowing func addUrgent(to set: borrowing Epoll, token: UInt64) throws(Errno) {
        if protection.allowsExecutables { try lineages.addUrgent(to: set, token: token) }
    }

    /// Takes what the kernel tells of births and ends of processes.
    mutating func updateProcesses() { lineages.update(protection) }

    /// Takes one event of the notification group.
    mutating func handle(_ event: borrowing FileEvent) {
        eventCount &+= 1
        if event.kind == .overflow {
            overflowCount &+= 1
            alert()
            return
        }
        if event.pid == own { return }
        guard event.pid == 0, let path = event.path else { return take(event) }
        if event.kind == .opened { return seen(attribution.opened(path)) }
        var named = copy event
        if let writer = attribution.writer(of: path) {
            name(&named, writer)
        } else if named.kind != .closedAfterWriting, named.kind != .modified,
            let writer = attribution.likelyWriter
        {
            name(&named, writer)
        }
        take(named)
    }

    private mutating func take(_ event: borrowing FileEvent) {
        settleEnd(unless: event.kind == .deleted ? event.file?.hash ?? 0 : 0)
        if let path = canaries.path(of: event.file) {
            noteTouch(of: path, event)
            return canaryTouched(event, path)
        }
        switch event.kind {
        case .closedAfterWriting: written(event, stillOpen: false)
        case .modified: written(event, stillOpen: true)
        case .renamed(let changedSuffix): renamed(event, changedSuffix)
        case .deleted: deleted(event)
        case .vanished: vanished(event)
        case .attributes, .overflow, .opened: break
        }
    }

    private mutating func canaryTouched(_ event: borrowing FileEvent, _ path: BytePath) {
        let contact: CanaryContact =
            switch event.kind {
            case .closedAfterWriting, .modified: .write
            case .renamed: .renamed
            case .deleted, .vanished: .removed
            case .attributes, .overflow, .opened: .attributes
            }
        if contact.isDestructive { told.insert(path.bytes.span.fingerprint) }
        let subject = Subject(path: path)
        guard event.pid == 0, event.path != nil else {
            if let writer = find(event) {
                observe(writer.lineage, .canary(contact), subject, event.place)
            }
            return
        }
        guard let writer = likelyWriter(of: event, byteCount: 0) else {
            countUnattributed(1)
            owedContact = (contact, Clock.monotonicNanoseconds)
            return alert()
        }
        observe(writer.lineage, .canary(contact), subject)
    }

    private mutating func written(_ event: borrowing FileEvent, stillOpen: Bool) {
        // One writing of a file counts once, whether it was seen before its end or at it.
        guard let handle = event.file, !judgedWhileOpen.contains(handle.hash) else {
            if !stillOpen, let hash = event.file?.hash { judgedWhileOpen.remove(hash) }
            return
        }
        // Asked first: a writer that ends at once is gone when its file has been read.
        let writer = find(event)
        guard let file = judge.open(event), let found = judge.judge(file) else {
            return noteUnread(handle.hash)
        }
        if found.isUnnamed { return }
        let content = found.opinion.contentClass
        let looksEncrypted = content.looksEncrypted
        if stillOpen, !looksEncrypted { return }
        if event.path != nil { judgedByName.insert(handle.hash) }
        if stillOpen { judgedWhileOpen.insert(handle.hash) }
        if isRandomStill(handle.hash, looksEncrypted) { return }
        if looksEncrypted { alert() }
        guard
            let writer = looksEncrypted
                ? suspected(of: event, byteCount: found.byteCount, writer) : writer
        else {
            if looksEncrypted { countUnattributed(1) }
            return
        }
        let existed = found.isRandomChange || existedBefore(found.born, writer)
        if !existed { born.insert(handle.hash) }
        let place = event.place
        if looksEncrypted {
            told.insert(handle.hash)
            if !existed, event.path == nil { arrivals.note(handle, of: writer.lineage[0]) }
            if existed { suspects.insert(place?.folder ?? 0, writer) }
        }
        suffixes.note(content, at: place)
        let subject = Subject(file: handle, path: event.path, opinion: found.opinion)
        observe(writer.lineage, .wrote(content, existedBefore: existed), subject, place)
        if looksEncrypted && !found.isRandomChange || stillOpen { return }
        inspections.offer(
            InspectionWish(
                file: handle, path: event.path, lineage: writer.lineage, existed: existed,
                place: place, isCounted: looksEncrypted))
    }

    /// Counts damaged files for which nobody can be named.
    mutating func countUnattributed(_ count: Int) { unattributedCount &+= UInt64(count) }

    private mutating func renamed(_ event: borrowing FileEvent, _ changedSuffix: Bool) {
        renames.note(event.pid, at: event.place)
        writtenBefore(event)
        var found: Judgement?
        if changedSuffix, let file = judge.open(event) { found = judge.judge(file) }
        guard let writer = find(event) else { return }
        let place = event.place
        let isOld = found.map { existedBefore($0.born, writer) } ?? false
        if let hash = event.file?.hash, !isOld, changedSuffix {
            if found != nil { born.insert(hash) } else { noteUnread(hash) }
        }
        observe(
            writer.lineage,
            .renamed(
                overExisting: false, changedSuffix: changedSuffix, found?.opinion.contentClass),
            event.subject(found?.opinion), place,
            isSuffixNew: isOld && suffixes.isNew(place?.suffix ?? 0))
    }

    /// Judges a new content that was told by a name which was gone when that was read.
    private mutating func writtenBefore(_ renaming: borrowing FileEvent) {
        guard let path = renaming.path, let file = renaming.file,
            !judgedByName.contains(file.hash), let status = try? FileStatus.of(path),
            Clock.wallNanoseconds - status.modified < Int64(Self.alertTime)
        else { return }
        var event = FileEvent(kind: .closedAfterWriting, pid: 0)
        (event.path, event.file) = (path, file)
        if let writer = attribution.writer(of: path) { name(&event, writer) }
        written(event, stillOpen: false)
    }

    /// Decides about somebody who opens a canary; true lets the open go on.
    mutating func decide(_ opening: CanaryGate.Opening) -> Bool {
        guard let pid = ProcessTable.process(ofThread: opening.thread),
            pid != own, let status = ProcessTable.status(pid),
            !protection.covers(status), let path = canaries.path(ofInode: opening.inode)
        else { return true }
        let writes = opening.purpose == .writing
        if writes { gatekeeper?.holdEverybody() }
        // Held before anything else is looked up, because its other threads go on meanwhile,
        // but nobody is held whom a rule may allow.
        let held = writes && !protection.allowsExecutables ? enforcer.hold(pid) : nil
        var isStopped = false
        defer { if !isStopped, let held { enforcer.releaseUnlessFrozen(held) } }
        // Whoever encrypts into a new file reads the old one first and removes it next.
        wakefulUntil = Clock.monotonicNanoseconds + Self.wakefulTime
        let event = FileEvent(kind: .modified, pid: pid)
        guard let writer = find(event), !writer.permitted.contains(where: path.isBeneath) else {
            return true
        }
        isStopped = observe(
            writer.lineage, .canary(writes ? .write : .read), Subject(path: path))
        // Afterwards, since it takes time in which others of the tree go on.
        noteOpening(of: path, writes: writes, by: pid)
        return !writes || !enforcer.denies
    }

    /// Knows who has files open, so that they are still known when they have ended.
    private mutating func seen(_ writers: [WriterSearch.Writer]) {
        for writer in writers { _ = lineages.find(writer.pid, hasEnded: false, protection) }
    }

    private func name(_ event: inout FileEvent, _ writer: WriterSearch.Writer) {
        event.pid = writer.pid
        event.hasEnded = ProcessTable.status(writer.pid)?.startTicks != writer.startTicks
    }

    /// Who is sure to have written a file that looks encrypted, or else most likely has.
    private mutating func suspected(
        of event: borrowing FileEvent, byteCount: UInt64, _ writer: LineageTable.Entry?
    ) -> LineageTable.Entry? {
        guard event.path != nil else { return writer }
        guard let writer else { return likelyWriter(of: event, byteCount: byteCount) }
        attribution.confirm(event.pid)
        if let (contact, time) = owedContact {
            owedContact = nil
            if Clock.monotonicNanoseconds - time < Self.alertTime {
                observe(writer.lineage, .canary(contact), nil)
            }
        }
        return writer
    }

    private mutating func likelyWriter(
        of event: borrowing FileEvent, byteCount: UInt64
    ) -> LineageTable.Entry? {
        // Sure about somebody who must be left alone, or unseen.
        if event.pid != 0 { return nil }
        seen(attribution.search(byteCount: byteCount))
        guard let path = event.path,
            let writer = attribution.writer(of: path) ?? attribution.likelyWriter
        else { return nil }
        var named = FileEvent(kind: .modified, pid: 0)
        name(&named, writer)
        return find(named)
    }

    mutating func find(_ event: borrowing FileEvent) -> LineageTable.Entry? {
        guard let entry = lineages.find(event.pid, hasEnded: event.hasEnded, protection) else {
            return nil
        }
        for folder in entry.permitted where judge.isAbout(event, beneath: folder) { return nil }
        return entry
    }

    /// True when somebody was stopped for it.
    @discardableResult
    mutating func observe(
        _ lineage: Lineage, _ act: Act, _ subject: Subject?, _ place: FilePlace? = nil,
        isSuffixNew: Bool = false
    ) -> Bool {
        recent.note(lineage, act, subject)
        let observation = Observation(
            lineage: lineage, act: act, place: place, isSuffixNew: isSuffixNew)
        let verdict = detector.observe(observation)
        if let weight = detector.lastWeight, let subject {
            casebook.note(subject, detector.observationCount, weight: weight)
        }
        switch verdict {
        case .calm: return false
        case .suspicious(let key, let score):
            alert()
            gatekeeper?.suspect(key, score: score)
            if let subject { enforcer.note(subject, of: key) }
            return false
        case .attack(let key, let reason, let score):
            alert()
            gatekeeper?.holdEverybody()
            return enforcer.respond(
                to: key, by: lineage[0], reason: reason, readAt: readAt,
                recent.events(of: lineage)
            ) {
                casebook.explain(
                    detector.explanation(of: key), score: score, threshold: thresholds.alarmScore)
            }
        }
    }

    /// Keeps the sensor awake for a while.
    mutating func alert() {
        alertUntil = Clock.monotonicNanoseconds + Self.alertTime
        wakefulUntil = max(wakefulUntil, alertUntil)
    }
}
