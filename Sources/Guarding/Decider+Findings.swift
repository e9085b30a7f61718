internal import Contents
internal import Detection
internal import Linux
internal import Sensing

/// Damaged files for which nobody could be named so far.
struct UnclaimedFindings {
    private(set) var findings: [Finding] = []

    /// Kept at most; an incident names no more.
    static let capacity = 1000

    mutating func add(_ finding: Finding) {
        if findings.count < Self.capacity { findings.append(finding) }
    }

    mutating func takeAll() -> [Finding] {
        let taken = findings
        findings = []
        return taken
    }

    /// Whether they are to be told: one canary, or as many files as make an attack.
    func areEnough(_ thresholds: Thresholds) -> Bool {
        let enough = Int((thresholds.alarmScore / thresholds.strong).rounded(.up))
        return findings.count >= enough
            || findings.contains { if case .canary = $0.damage { true } else { false } }
    }
}

extension Decider {
    /// Takes what was found by looking for it.
    ///
    /// It counts against somebody only if nobody else can have done it, or if events since then
    /// told of the same damage in the same folder. What is left is told and stops nobody.
    mutating func take(_ delivery: FindingInbox.Contents) {
        for file in delivery.inspected { take(file) }
        for finding in delivery.findings where !claim(finding) { unclaimed.add(finding) }
        guard delivery.hasEnded else { return }
        // Events may have told more meanwhile.
        for finding in unclaimed.takeAll() where !claim(finding) { unclaimed.add(finding) }
        guard unclaimed.areEnough(thresholds) else { return }
        let findings = unclaimed.takeAll()
        countUnattributed(findings.count)
        enforcer.tell(of: findings)
    }

    /// Counts what the inspector found in a file whose writing was counted as ordinary.
    private mutating func take(_ file: InspectedFile) {
        let wish = file.wish
        if file.noteNumber != 0, !wish.existed {
            let subject = Subject(file: wish.file, path: wish.path)
            observe(wish.lineage, .noted(file.noteNumber), subject, wish.place)
        }
        guard let opinion = file.opinion, !told.contains(wish.file.hash) else { return }
        told.insert(wish.file.hash)
        alert()
        let subject = Subject(file: wish.file, path: wish.path, opinion: opinion)
        observe(
            wish.lineage, .wrote(opinion.contentClass, existedBefore: wish.existed), subject,
            wish.place)
    }

    /// Whether the finding was told already, or counts against somebody now.
    private mutating func claim(_ finding: Finding) -> Bool {
        let hash = finding.number
        if told.contains(hash) || judgedWhileOpen.contains(hash) { return true }
        guard let writer = writer(of: finding) else { return false }
        told.insert(hash)
        // Its own event, if one comes, is not to count again.
        judgedWhileOpen.insert(hash)
        alert()
        switch finding.damage {
        case .canary:
            observe(writer.lineage, .canary(.write), Subject(path: finding.path))
        case .encrypted(let opinion):
            let existed = existedBefore(finding.born, writer)
            let subject = finding.file.map { Subject(file: $0, opinion: opinion) }
            let name = NameParts(finding.path.lastComponent.bytes.span)
            let place = FilePlace(folder: finding.folder, stem: name.stem, suffix: name.suffix)
            observe(
                writer.lineage, .wrote(opinion.contentClass, existedBefore: existed), subject,
                place)
        }
        return true
    }

    private mutating func writer(of finding: Finding) -> LineageTable.Entry? {
        guard let key = finding.writer else {
            // A sensor that gives paths instead of handles numbers folders by their path.
            let byPath = finding.path.parent.bytes.span.fingerprint
            return suspects.writer(in: finding.folder, since: finding.lostSince)
                ?? suspects.writer(in: byPath, since: finding.lostSince)
        }
        guard let entry = lineages.find(key.pid, hasEnded: false, protection),
            entry.lineage.count > 0, entry.lineage[0] == key
        else { return nil }
        return entry
    }
}

extension ContentClass {
    /// Whether the content has the look of ciphertext.
    var looksEncrypted: Bool {
        self == .uniform || self == .partlyUniform || self == .encodedUniform
    }
}
