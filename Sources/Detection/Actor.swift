/// What is remembered of one process: about 130 bytes, and the last evidence.
struct Actor: Sendable {
    static let evidenceCapacity = 32

    var key: ProcessKey
    var score = 0.0
    var lastSequence: UInt64 = 0
    /// Sums by reason, so that the verdict can name the one that weighed most.
    var overwrites: Float = 0
    var replacements: Float = 0
    var containers: Float = 0
    var brokenContents: Float = 0
    var canaryReads = 0.0
    var notes = 0.0
    var newSuffixes = 0.0
    /// New files of each kind and losses that wait for one another.
    var pendingUniform: UInt32 = 0
    var pendingContainers: UInt32 = 0
    var pendingLosses: UInt32 = 0
    /// The same, for pairs that have no place in common.
    var looseUniform: UInt32 = 0
    var looseLosses: UInt32 = 0
    /// The suffix to which most files were renamed, by majority vote.
    private var suffix: UInt64 = 0
    private var suffixVotes: UInt32 = 0
    /// The text that read like a ransom note, the last folder that got it, and how many did.
    private var note: (number: UInt64, folder: UInt64, count: UInt32) = (0, 0, 0)
    /// Different children that were called attackers, up to two.
    var attackingChild: ProcessKey?
    var hasSecondAttackingChild = false
    var contact: CanaryContact?
    var isNamed = false
    private(set) var evidenceCount: UInt32 = 0
    private var evidence: InlineArray<32, Evidence>

    init(key: ProcessKey) {
        self.key = key
        evidence = .init(
            repeating: Evidence(kind: .broken, weight: 0, sequence: 0))
    }

    mutating func record(_ kind: EvidenceKind, weight: Double, sequence: UInt64) {
        evidence[Int(evidenceCount) % Self.evidenceCapacity] = Evidence(
            kind: kind, weight: Float(weight), sequence: sequence)
        evidenceCount &+= 1
        switch kind {
        case .uniformOverwrite, .suffixRename: overwrites += Float(weight)
        case .uniformReplacement, .looseReplacement: replacements += Float(weight)
        case .containerReplacement: containers += Float(weight)
        case .broken: brokenContents += Float(weight)
        default: break
        }
    }

    /// The last evidence, oldest first.
    var lastEvidence: [Evidence] {
        let count = min(Int(evidenceCount), Self.evidenceCapacity)
        return (0..<count).map {
            evidence[(Int(evidenceCount) - count + $0) % Self.evidenceCapacity]
        }
    }

    var reason: Reason {
        if let contact { return .canary(contact) }
        let most = max(overwrites, replacements, containers, brokenContents)
        if most == overwrites { return .uniformOverwrites }
        if most == replacements { return .uniformReplacements }
        return most == containers ? .encryptedContainers : .brokenContents
    }

    /// Notes a rename and returns how far its suffix leads (Boyer and Moore's majority vote).
    mutating func noteRename(to new: UInt64) -> UInt32 {
        if suffixVotes == 0 { suffix = new }
        if suffix == new { suffixVotes &+= 1 } else { suffixVotes -= 1 }
        return suffix == new ? suffixVotes : 0
    }

    /// Notes a text that reads like a ransom note and returns how many folders got it in turn.
    mutating func noteNote(_ number: UInt64, in folder: UInt64) -> UInt32 {
        if note.number != number { note = (number, folder, 1) }
        if note.folder != folder { note = (number, folder, note.count + 1) }
        return note.count
    }

    mutating func noteAttack(by child: ProcessKey) {
        guard let first = attackingChild else {
            attackingChild = child
            return
        }
        if first != child { hasSecondAttackingChild = true }
    }
}
