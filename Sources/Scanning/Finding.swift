internal import Contents
public import Linux

/// What speaks for an attack.
public enum Finding: Sendable, Equatable {
    /// Random content that no known format explains.
    case encrypted(ScannedFile)
    /// A known signature over content that contradicts it.
    case broken(ScannedFile)
    /// Sound in the earlier scan.
    case changed(ScannedFile, before: ScannedFile, BaselineChange)
    /// Copies of one note in several folders; one of them is named.
    case note(ScannedPlace, folderCount: Int)
    /// Files of known kinds got one more suffix, and most of them are not what they were.
    case surge(suffix: String, fileCount: Int, ScannedPlace)
    /// A decoy of this machine's guard is not as it was planted.
    case canary(BytePath, isMissing: Bool)
}

/// What became of a file that was sound in the earlier scan.
public enum BaselineChange: String, Sendable, CaseIterable {
    /// Not recognised any more, or broken.
    case lostStructure
    /// Encrypted on purpose now, by a known tool.
    case becameContainer
    /// Another format.
    case changedType
}

extension BaselineChange {
    /// Nil where the file may be called the same.
    init?(from before: ScannedFile, to now: ScannedFile) {
        guard before.isSound else { return nil }
        switch now.judgementClass {
        case .encryptedContainer: self = .becameContainer
        case .recognised where now.kind.family == before.kind.family: return nil
        case .recognised: self = .changedType
        // Emptied or too short now: not random, but nothing is left of it.
        default: self = .lostStructure
        }
    }
}
