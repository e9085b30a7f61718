internal import Contents
internal import Detection
internal import Linux
internal import Sensing

/// The file that an observation was about.
struct Subject: Sendable {
    /// The file; nil for a canary that is named by its path.
    var file: FileHandle?
    var path: BytePath?
    var opinion: Opinion?
    /// Where it was, for what is gone.
    var folder: FileHandle?
    var name: FileName?
}

extension FileEvent {
    /// The file that it is about.
    func subject(_ opinion: Opinion? = nil) -> Subject {
        Subject(file: file, path: path, opinion: opinion, folder: folder, name: fullName)
    }

    /// Where it happened, by handles or by path, whichever the sensor gives.
    var place: FilePlace? {
        let number = folder?.hash ?? path?.parent.bytes.span.fingerprint
        let parts = name ?? path.map { NameParts($0.lastComponent.bytes.span) }
        guard number != nil || parts != nil else { return nil }
        return FilePlace(folder: number ?? 0, stem: parts?.stem ?? 0, suffix: parts?.suffix ?? 0)
    }
}

/// Why somebody is called an attacker.
struct Explanation {
    /// What counted, oldest first, and what it was about where that is still known.
    var acts: [(evidence: Evidence, subject: Subject?)]
    /// The sum of the actor, and what is enough.
    var score: Double
    var threshold: Double
}

/// The files behind the last evidence, so that an incident can say what it was decided by.
///
/// Taking one in allocates nothing; nothing is looked up before somebody was stopped.
struct Casebook {
    private struct Ring {
        private static let capacity = 512
        private var entries: [(sequence: UInt64, subject: Subject)] = []
        private var next = 0

        init() { entries.reserveCapacity(Self.capacity) }

        mutating func add(_ subject: Subject, _ sequence: UInt64) {
            if entries.count < Self.capacity { return entries.append((sequence, subject)) }
            entries[next] = (sequence, subject)
            next = (next + 1) % Self.capacity
        }

        func find(_ sequence: UInt64) -> Subject? {
            entries.first { $0.sequence == sequence }?.subject
        }
    }

    private var counted = Ring()
    /// Apart, because honest work makes many of them: they must not push out what counted.
    private var waiting = Ring()

    /// Notes what an observation was about that weighed so much.
    mutating func note(_ subject: Subject, _ sequence: UInt64, weight: Double) {
        if weight > 0 { counted.add(subject, sequence) } else { waiting.add(subject, sequence) }
    }

    /// Puts the evidence against somebody and the files behind it together.
    func explain(_ evidence: [Evidence], score: Double, threshold: Double) -> Explanation {
        Explanation(
            acts: evidence.map { act in
                (act, counted.find(act.sequence) ?? waiting.find(act.sequence))
            }, score: score, threshold: threshold)
    }
}

/// What outlasts a change of the policy: scores, families of processes, findings, counts.
struct Knowledge: ~Copyable, Sendable {
    let eventCount: UInt64
    let overflowCount: UInt64
    let unattributedCount: UInt64
    let told: FileSet
    let born: FileSet
    let suspects: SuspectFolders
    let unclaimed: UnclaimedFindings
    var lineages: LineageTable
    var detector: Detector
}
