internal import Contents
internal import Control
internal import Detection
internal import Linux
internal import Sensing

extension Enforcer {
    /// Writes down what counted; comes after the stop, since it looks paths up.
    func explain(_ report: inout IncidentReport, by explanation: Explanation) {
        report.files = explanation.acts.map { describe($0.subject, $0.evidence) }
        report.score = rounded(explanation.score)
        report.threshold = rounded(explanation.threshold)
    }

    private func describe(_ subject: Subject?, _ evidence: Evidence) -> FileReport {
        var report = describe(subject ?? Subject())
        if subject?.opinion == nil { report.contentClass = evidence.kind.deed }
        report.weight = rounded(Double(evidence.weight))
        report.evidence = evidence.kind.name
        return report
    }

    /// A file as it is told: where it is or was, and what it holds if that is known.
    func describe(_ subject: Subject) -> FileReport {
        let (path, isThere) = place(of: subject)
        let isCanary = subject.file == nil && subject.path != nil
        let deed = isCanary ? "canary" : isThere ? "unread" : "removed"
        let name = subject.opinion.map { "\($0.contentClass)" } ?? deed
        var report = FileReport(path: CarriedPath(path), contentClass: name, weight: 0)
        report.entropy = subject.opinion.map { rounded($0.entropyBitsPerByte) }
        report.type = subject.opinion.map { "\($0.kind)" }
        report.typeBefore = Self.kind(of: path).map { "\($0)" }
        return report
    }

    /// Where a file is, or was.
    private func place(of subject: Subject) -> (path: BytePath, isThere: Bool) {
        if let path = subject.path { return (path, (try? FileStatus.of(path)) != nil) }
        if var file = subject.file, let path = Whereabouts.path(of: &file, on: mounts) {
            return (path, true)
        }
        guard let name = subject.name?.path else { return ("?", false) }
        guard var folder = subject.folder, let path = Whereabouts.path(of: &folder, on: mounts)
        else { return (name, false) }
        return (path.appending(name), false)
    }

    /// The format that a name promises, by the suffix before one that was added.
    private static func kind(of path: BytePath) -> Kind? {
        var name = path.lastComponent
        for _ in 0..<2 {
            let suffix = name.suffix
            if suffix.isEmpty { return nil }
            if let kind = FileSuffixes.kind(of: String(decoding: suffix, as: UTF8.self)) {
                return kind
            }
            name = BytePath(name.bytes.dropLast(suffix.count + 1))
        }
        return nil
    }

    /// Three places behind the point: weights are stored in single precision.
    private func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}

extension EvidenceKind {
    /// The word used in incidents.
    var name: String {
        switch self {
        case .uniformOverwrite: "uniform-overwrite"
        case .uniformReplacement: "uniform-replacement"
        case .uniformPending: "uniform-new"
        case .containerReplacement: "container-replacement"
        case .containerPending: "container-new"
        case .broken: "broken"
        case .looseReplacement: "loose-replacement"
        case .suffixRename: "suffix-rename"
        case .newSuffix: "new-suffix"
        case .noteFanOut: "note-fan-out"
        case .removedExisting: "removed"
        case .canaryRead: "canary-read"
        case .canaryAttributes: "canary-attributes"
        case .canaryDestroyed: "canary-destroyed"
        }
    }

    /// What was done to a file whose content was not read.
    fileprivate var deed: String {
        switch self {
        case .canaryRead, .canaryAttributes, .canaryDestroyed: "canary"
        case .suffixRename, .newSuffix: "renamed"
        case .noteFanOut: "note"
        default: "removed"
        }
    }
}
