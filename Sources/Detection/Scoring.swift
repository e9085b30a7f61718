import Contents

/// What one act adds to one actor's score.
///
/// Random new files and lost old ones count only together: archives, downloads and backups make the
/// first, every clean-up the second (facts/entropy.md §7, "After-only").
struct Scoring {
    let thresholds: Thresholds
    let alarmScore: Double
    let sequence: UInt64
    /// Where it happened.
    var place: FilePlace?
    /// Whether an older file got a suffix that no file had so far.
    var isSuffixNew = false
    /// Whether the actor did it itself, not a process that descends from it.
    var isWriter = true

    /// Losses kept waiting for random new files, so that a big clean-up is not held against what
    /// the same session writes for ever after.
    static let lossLimit: UInt32 = 64

    /// Applies the act and returns its weight.
    func apply(
        _ act: Act, to actor: inout Actor, _ pending: inout PendingTable
    ) -> Double {
        let weight =
            switch act {
            case .wrote(let content, let existedBefore):
                existedBefore
                    ? overwrote(content, &actor, &pending, as: .uniformOverwrite)
                    : created(content, &actor, &pending)
            case .renamed(let overExisting, let changedSuffix, let content):
                overExisting
                    ? renamedOver(content, &actor, &pending)
                    : renamed(changedSuffix, content, &actor)
            case .deleted(existedBefore: true): lostOriginal(&actor, &pending)
            case .deleted(existedBefore: nil): lostUnknown(&actor, &pending)
            case .deleted(existedBefore: false): 0.0
            case .withdrew: withdrew(&actor, &pending)
            case .canary(let contact): touched(contact, &actor)
            case .noted(let number): noted(number, &actor)
            }
        actor.score = max(0, actor.score + weight)
        actor.lastSequence = sequence
        return weight
    }

    /// Whether the act is worth remembering somebody not known so far.
    static func mayCount(_ act: Act, isSuffixNew: Bool) -> Bool {
        switch act {
        case .wrote(let content, let existedBefore):
            switch content {
            case .unknown, .recognised, .tooSmall: false
            case .empty, .broken: existedBefore
            case .encryptedContainer, .partlyUniform, .encodedUniform, .uniform: true
            }
        case .renamed(let overExisting, _, let content):
            isSuffixNew || overExisting && content != .recognised && content != .tooSmall
        case .deleted(let existedBefore): existedBefore != false
        case .withdrew: false
        case .canary, .noted: true
        }
    }

    private func created(
        _ content: ContentClass, _ actor: inout Actor, _ pending: inout PendingTable
    ) -> Double {
        if content.isStrong {
            if meets(.loss, &actor.pendingLosses, actor.key, &pending) {
                return note(.uniformReplacement, thresholds.strong, &actor)
            }
            wait(.uniform, &actor.pendingUniform, actor.key, &pending)
            return loose(&actor.looseLosses, else: &actor.looseUniform, limit: .max)
                ? note(.looseReplacement, thresholds.looseReplacement, &actor)
                : note(.uniformPending, 0, &actor)
        }
        guard content == .encryptedContainer else { return 0 }
        if meets(.loss, &actor.pendingLosses, actor.key, &pending) {
            return note(.containerReplacement, thresholds.middling, &actor)
        }
        wait(.container, &actor.pendingContainers, actor.key, &pending)
        return note(.containerPending, 0, &actor)
    }

    private func overwrote(
        _ content: ContentClass, _ actor: inout Actor, _ pending: inout PendingTable,
        as kind: EvidenceKind
    ) -> Double {
        switch content {
        case .uniform, .partlyUniform, .encodedUniform:
            note(kind, thresholds.strong, &actor)
        case .encryptedContainer: note(.containerReplacement, thresholds.middling, &actor)
        case .broken: note(.broken, thresholds.middling, &actor)
        case .empty: lostOriginal(&actor, &pending)
        // Unknown content says nothing while it is not known that the old was anything else:
        // every program with a format of its own rewrites such files all day.
        case .unknown, .recognised, .tooSmall: thresholds.benign
        }
    }

    /// Only if others got the same suffix, since people rename to many.
    ///
    /// A suffix that is not new
    /// counts only beside strong evidence, since a download gets its last name in the same way.
    private func renamed(
        _ changedSuffix: Bool, _ content: ContentClass?, _ actor: inout Actor
    ) -> Double {
        guard changedSuffix else { return 0 }
        let votes = place.map { actor.noteRename(to: $0.suffix) } ?? thresholds.suffixSurge
        guard votes >= thresholds.suffixSurge else { return 0 }
        let weight = min(thresholds.newSuffix, thresholds.newSuffixLimit - actor.newSuffixes)
        if isSuffixNew, weight > 0 {
            actor.newSuffixes += weight
            return note(.newSuffix, weight, &actor)
        }
        let counts =
            content?.isStrong == true && (actor.overwrites > 0 || actor.replacements > 0)
        return counts ? note(.suffixRename, thresholds.suffixRename, &actor) : 0
    }

    private func renamedOver(
        _ content: ContentClass?, _ actor: inout Actor, _ pending: inout PendingTable
    ) -> Double {
        guard let content else { return lostOriginal(&actor, &pending) }
        // The write of the moved file was held as pending.
        if content.isStrong { _ = meets(.uniform, &actor.pendingUniform, actor.key, &pending) }
        if content == .encryptedContainer {
            _ = meets(.container, &actor.pendingContainers, actor.key, &pending)
        }
        return overwrote(content, &actor, &pending, as: .uniformReplacement)
    }

    private func lostOriginal(_ actor: inout Actor, _ pending: inout PendingTable) -> Double {
        if meets(.uniform, &actor.pendingUniform, actor.key, &pending) {
            return note(.uniformReplacement, thresholds.strong, &actor)
        }
        if meets(.container, &actor.pendingContainers, actor.key, &pending) {
            return note(.containerReplacement, thresholds.middling, &actor)
        }
        wait(.loss, &actor.pendingLosses, actor.key, &pending)
        actor.pendingLosses = min(Self.lossLimit, actor.pendingLosses)
        return loose(&actor.looseUniform, else: &actor.looseLosses, limit: Self.lossLimit)
            ? note(.looseReplacement, thresholds.looseReplacement, &actor)
            : note(.removedExisting, 0, &actor)
    }

    /// It may have been one of the actor's own files, as long as no more random ones are left than
    /// are being worked on.
    private func lostUnknown(_ actor: inout Actor, _ pending: inout PendingTable) -> Double {
        actor.pendingUniform > thresholds.filesInHand ? lostOriginal(&actor, &pending) : 0
    }

    /// A random new file went again, so that it is no replacement for anything.
    private func withdrew(_ actor: inout Actor, _ pending: inout PendingTable) -> Double {
        _ = meets(.uniform, &actor.pendingUniform, actor.key, &pending)
        if isWriter, actor.looseUniform > 0 { actor.looseUniform -= 1 }
        return 0
    }

    /// Whether a counterpart in the same folder or of the same name waits; takes it.
    private func meets(
        _ kind: PendingKind, _ count: inout UInt32, _ key: ProcessKey,
        _ pending: inout PendingTable
    ) -> Bool {
        guard count > 0 else { return false }
        if let place, !pending.take(kind, of: key, at: place) { return false }
        count -= 1
        return true
    }

    private func wait(
        _ kind: PendingKind, _ count: inout UInt32, _ key: ProcessKey,
        _ pending: inout PendingTable
    ) {
        count &+= 1
        if let place { pending.add(kind, of: key, at: place) }
    }

    /// Whether any counterpart at all waits; takes it, or waits itself.
    private func loose(
        _ counterpart: inout UInt32, else own: inout UInt32, limit: UInt32
    ) -> Bool {
        guard isWriter, place != nil else { return false }
        guard counterpart > 0 else {
            if own < limit { own += 1 }
            return false
        }
        counterpart -= 1
        return true
    }

    private func touched(_ contact: CanaryContact, _ actor: inout Actor) -> Double {
        switch contact {
        case .read:
            let left = max(0, thresholds.canaryReadLimit - actor.canaryReads)
            let weight = min(thresholds.canaryRead, left)
            actor.canaryReads += weight
            return weight > 0 ? note(.canaryRead, weight, &actor) : 0
        case .attributes, .linked:
            actor.contact = actor.contact ?? contact
            return note(.canaryAttributes, thresholds.canaryAttributes, &actor)
        case .write, .removed, .renamed, .mapped:
            actor.contact = contact
            return note(.canaryDestroyed, alarmScore, &actor)
        }
    }

    /// A note in a further folder; the same text twice in one folder says no more.
    private func noted(_ number: UInt64, _ actor: inout Actor) -> Double {
        let folders = actor.noteNote(number, in: place?.folder ?? 0)
        guard folders >= thresholds.noteFolders else { return 0 }
        let weight = min(thresholds.noteFanOut, thresholds.noteLimit - actor.notes)
        guard weight > 0 else { return 0 }
        actor.notes += weight
        return note(.noteFanOut, weight, &actor)
    }

    private func note(_ kind: EvidenceKind, _ weight: Double, _ actor: inout Actor) -> Double {
        actor.record(kind, weight: weight, sequence: sequence)
        return weight
    }
}
