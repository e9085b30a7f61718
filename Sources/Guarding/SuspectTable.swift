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
