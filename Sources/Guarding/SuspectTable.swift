internal import Detection
internal import Linux

/// Who is suspected, and since which score; a value that the gate's thread and the sensor's share.
struct SuspectTable {
    private(set) var keys = Set<ProcessKey>()
    /// Changes with `keys`.
    private(set) var version: UInt64 = 0
    /// What was known when somebody was suspected last; outlasts the suspicion.
    private var scores: [ProcessKey: Double] = [:]

    /// Then everything is forgotten: whoever goes on is suspected again.
    static let capacity = 1024

    /// Notes a suspicion; false where nothing was added to the score, so that somebody who was
    /// suspected once is not for ever after.
    mutating func note(_ key: ProcessKey, score: Double) -> Bool {
        if scores.count >= Self.capacity { scores = [:] }
        guard score > scores.updateValue(score, forKey: key) ?? 0 else { return false }
        if keys.insert(key).inserted { version &+= 1 }
        return true
    }

    /// Ends the suspicion against these; their next score counts anew.
    mutating func remove(_ gone: [ProcessKey]) {
        for key in gone {
            scores[key] = nil
            if keys.remove(key) != nil { version &+= 1 }
        }
    }

    /// Ends every suspicion.
    mutating func clear() {
        keys = []
        version &+= 1
    }
}

/// Whether a process is suspected or descends from somebody who is.
struct SuspectLookup {
    private var keys = Set<ProcessKey>()
    private var version: UInt64 = 0
    private var found: [Int32: Bool] = [:]
    private var expires: UInt64 = 0

    /// How long an answer serves: numbers of processes are not reused that quickly.
    private static let lifetime: UInt64 = 200_000_000

    /// Takes over who is suspected now.
    mutating func follow(_ table: SuspectTable) {
        let now = Clock.monotonicNanoseconds
        if version == table.version, now < expires { return }
        (keys, version) = (table.keys, table.version)
        found.removeAll(keepingCapacity: true)
        expires = now + Self.lifetime
    }

    /// Asks the kernel for the ancestors at the first time.
    mutating func isSuspect(_ pid: Int32) -> Bool {
        if keys.isEmpty { return false }
        if let known = found[pid] { return known }
        let answer = climb(from: pid)
        found[pid] = answer
        return answer
    }

    private func climb(from pid: Int32) -> Bool {
        var status = ProcessTable.status(pid)
        for _ in 0..<Lineage.capacity {
            guard let process = status else { return false }
            if keys.contains(ProcessKey(pid: process.pid, startTicks: process.startTicks)) {
                return true
            }
            if process.parent <= 1 { return false }
            status = ProcessTable.status(process.parent)
        }
        return false
    }
}
