public import Contents
internal import Linux

/// Adds up what a scan tells; pure.
public struct ScanSurvey: Sendable {
    /// Files that were judged.
    public private(set) var fileCount = 0
    /// Their sizes.
    public private(set) var byteCount: UInt64 = 0
    /// Files of each class.
    public private(set) var classCounts: [JudgementClass: Int] = [:]
    /// What was not judged, by reason.
    public private(set) var omissionCounts: [Omission.Reason: Int] = [:]
    /// Files that looked bad in the earlier scan already and have not changed.
    public private(set) var knownCount = 0
    /// Files that the earlier scan did not have.
    public private(set) var newCount = 0
    private var metCount = 0
    private let baseline: [ScannedPlace: ScannedFile]?
    private var notes: [String: Spread] = [:]
    private var suffixes: [String: Surge] = [:]

    private struct Spread: Sendable {
        var first: ScannedPlace
        var folders: Set<ScannedPlace> = []
    }

    private struct Surge: Sendable {
        var first: ScannedPlace
        var fileCount = 0
        var lostCount = 0
    }

    /// Starts; with an earlier scan, what changed is found as well.
    public init(baseline: [ScannedPlace: ScannedFile]?) { self.baseline = baseline }

    /// Files of the earlier scan that were not met; meaningful at the end.
    public var goneCount: Int { (baseline?.count ?? 0) - metCount }

    /// Whether something may be there of which nothing is known.
    public var leavesDoubt: Bool { omissionCounts.keys.contains { $0.leavesDoubt } }

    /// Adds what was not judged.
    public mutating func add(_ omission: Omission) {
        omissionCounts[omission.reason, default: 0] += 1
    }

    /// Adds a file.
    ///
    /// - Returns: what it speaks for by itself.
    public mutating func add(_ file: ScannedFile) -> Finding? {
        fileCount += 1
        byteCount += file.byteCount
        classCounts[file.judgementClass, default: 0] += 1
        countNote(file)
        countSuffix(file)
        let before = baseline?[file.place]
        if before != nil { metCount += 1 } else if baseline != nil { newCount += 1 }
        if let before, let change = BaselineChange(from: before, to: file) {
            return .changed(file, before: before, change)
        }
        guard file.looksEncrypted || file.judgementClass == .broken else { return nil }
        if let before, before.isSameContent(as: file) {
            knownCount += 1
            return nil
        }
        return file.looksEncrypted ? .encrypted(file) : .broken(file)
    }

    /// What many files together speak for.
    public func conclusions() -> [Finding] {
        var told = Set<ScannedPlace>()
        let spread = notes.values.filter { $0.folders.count >= Constants.leastNoteFolderCount }
            .sorted { $0.folders.count > $1.folders.count }
            // The same copies by their name and by their content.
            .filter { told.insert($0.first).inserted }
            .map { Finding.note($0.first, folderCount: $0.folders.count) }
        let surges = suffixes.filter {
            $1.fileCount >= Constants.leastSurgeCount && $1.lostCount * 2 > $1.fileCount
        }.sorted { $0.value.fileCount > $1.value.fileCount }
        return spread + surges.map { .surge(suffix: $0, fileCount: $1.fileCount, $1.first) }
    }

    /// Copies have one name; what is written into each victim's copy may differ.
    private mutating func countNote(_ file: ScannedFile) {
        guard let digest = file.noteDigest else { return }
        let folder = ScannedPlace(root: file.place.root, path: file.place.path.parent)
        for key in [digest, "name " + file.place.path.lastComponent.description] {
            notes[key, default: Spread(first: file.place)].folders.insert(folder)
        }
    }

    private mutating func countSuffix(_ file: ScannedFile) {
        guard let suffix = AddedSuffix(file.place.path.lastComponent)?.added,
            suffixes[suffix] != nil || suffixes.count < Constants.mostSuffixes
        else { return }
        var surge = suffixes[suffix] ?? Surge(first: file.place)
        surge.fileCount += 1
        if !file.isSound { surge.lostCount += 1 }
        suffixes[suffix] = surge
    }
}

extension ScannedFile {
    /// As far as two scans can tell; inodes of a backup are others.
    fileprivate func isSameContent(as other: ScannedFile) -> Bool {
        byteCount == other.byteCount && modified == other.modified
            && judgementClass == other.judgementClass
    }
}
