import Contents

/// Adds evidence up per process, at every level of its ancestry at once, and says whom to stop.
///
/// Each level runs a CUSUM, S ← max(0, S + w), without time decay, so slow attacks add up as well.
/// The lowest level that reaches the alarm score is named: the narrowest actor that explains the
/// damage. One thread owns a detector; `observe` allocates nothing.
///
/// Source: facts/entropy.md §7.
public struct Detector: ~Copyable, Sendable {
    /// What each act weighs.
    public private(set) var thresholds: Thresholds
    private var alarmScore: Double
    private var table: ActorTable
    private var pending = PendingTable()
    private var sequence: UInt64 = 0
    /// What the last observation weighed for the level that it weighed most for; nil where it was
    /// no evidence.
    public private(set) var lastWeight: Double?

    /// Starts knowing nobody.
    public init(_ thresholds: Thresholds) {
        self.thresholds = thresholds
        alarmScore = thresholds.alarmScore
        table = ActorTable(capacity: thresholds.actorCapacity)
    }

    /// How many actors are remembered.
    public var actorCount: Int { table.actors.count }

    /// Observations taken in so far: the number of the last one, which its evidence carries.
    public var observationCount: UInt64 { sequence }

    /// How many actors were forgotten for want of room.
    public var evictionCount: Int { table.evictionCount }

    /// Weighs what comes from now on otherwise; scores stay, and so does the room for actors.
    ///
    /// - Parameter thresholds: the new weights.
    public mutating func change(_ thresholds: Thresholds) {
        self.thresholds = thresholds
        alarmScore = thresholds.alarmScore
    }

    /// Takes one observation in.
    ///
    /// - Parameter observation: who did what.
    /// - Returns: what is to be done, and about whom.
    public mutating func observe(_ observation: borrowing Observation) -> Verdict {
        sequence &+= 1
        var scoring = Scoring(thresholds: thresholds, alarmScore: alarmScore, sequence: sequence)
        scoring.place = observation.place
        scoring.isSuffixNew = observation.isSuffixNew
        lastWeight = nil
        var suspect: Int?
        var attacker: (level: Int, weight: Double)?
        for level in 0..<observation.lineage.count {
            let key = observation.lineage[level]
            guard let index = indexForScoring(key, observation) else { continue }
            scoring.isWriter = level == 0
            let count = table.actors[index].evidenceCount
            let weight = scoring.apply(observation.act, to: &table.actors[index], &pending)
            if table.actors[index].evidenceCount != count {
                lastWeight = max(lastWeight ?? weight, weight)
            }
            let score = table.actors[index].score
            if weight > 0, score >= alarmScore, attacker == nil { attacker = (level, weight) }
            if score >= thresholds.suspicionScore, suspect == nil { suspect = level }
        }
        if let attacker {
            return attack(at: attacker.level, weight: attacker.weight, of: observation.lineage)
        }
        guard let suspect else { return .calm }
        let key = observation.lineage[suspect]
        return .suspicious(key, score: score(of: key))
    }

    /// Forgets a process that ended or was released.
    ///
    /// - Parameter key: the process.
    public mutating func forget(_ key: ProcessKey) {
        table.remove(key)
    }

    /// The score of a process; 0 when it is not known.
    ///
    /// - Parameter key: the process.
    /// - Returns: the score in nats.
    public borrowing func score(of key: ProcessKey) -> Double {
        guard let index = table.index(of: key) else { return 0 }
        return table.actors[index].score
    }

    /// The last 32 pieces of evidence against a process, oldest first.
    ///
    /// - Parameter key: the process.
    /// - Returns: the evidence; empty when it is not known.
    public borrowing func explanation(of key: ProcessKey) -> [Evidence] {
        guard let index = table.index(of: key) else { return [] }
        return table.actors[index].lastEvidence
    }
}

extension Detector {
    private mutating func indexForScoring(
        _ key: ProcessKey, _ observation: borrowing Observation
    ) -> Int? {
        Scoring.mayCount(observation.act, isSuffixNew: observation.isSuffixNew)
            ? table.findOrInsert(key) : table.index(of: key)
    }

    /// Names the attacker, and takes what it explains off its ancestors, so that a shell is not
    /// stopped for what one of its children did; the second such child names their ancestor.
    private mutating func attack(at level: Int, weight: Double, of lineage: Lineage) -> Verdict {
        guard let index = table.index(of: lineage[level]) else { return .calm }
        let culprit = table.actors[index]
        table.actors[index].isNamed = true
        let explained = culprit.isNamed ? weight : culprit.score
        var named = culprit.key
        for above in (level + 1)..<max(level + 1, lineage.count) {
            guard let ancestor = table.index(of: lineage[above]) else { continue }
            table.actors[ancestor].score = max(0, table.actors[ancestor].score - explained)
            table.actors[ancestor].noteAttack(by: culprit.key)
            let isShared = table.actors[ancestor].hasSecondAttackingChild
            if isShared, named == culprit.key { named = lineage[above] }
        }
        return .attack(named, reason: culprit.reason, score: culprit.score)
    }
}
