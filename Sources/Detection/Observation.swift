public import Contents

/// What somebody did to a canary; truncating is writing.
public enum CanaryContact: UInt8, Sendable, CaseIterable {
    /// Its content was read.
    case read
    /// It was written or truncated.
    case write
    /// It was unlinked.
    case removed
    /// It was renamed, or something was renamed over it.
    case renamed
    /// Its owner, mode, times or extended attributes were changed.
    case attributes
    /// It was mapped for writing.
    case mapped
    /// A link to it was made.
    case linked

    /// Whether nothing honest does this.
    public var isDestructive: Bool {
        switch self {
        case .write, .removed, .renamed, .mapped: true
        case .read, .attributes, .linked: false
        }
    }
}

/// One thing a process did.
public enum Act: Sendable {
    /// It wrote a file; `existedBefore` if the file is older than the process.
    case wrote(ContentClass, existedBefore: Bool)
    /// It renamed a file, whose content is given if it was judged.
    case renamed(overExisting: Bool, changedSuffix: Bool, ContentClass?)
    /// It deleted a file; `existedBefore` if the file is older than the process, nil if nobody knows.
    case deleted(existedBefore: Bool?)
    /// It deleted a random file that was made since the guard watches.
    case withdrew
    /// It touched a canary.
    case canary(CanaryContact)
    /// It made a text that reads like a ransom note; copies have the same number.
    case noted(UInt64)
}

/// Where something happened, as numbers: equal ones mean the same, 0 means unknown.
public struct FilePlace: Sendable, Equatable {
    /// The folder.
    public var folder: UInt64
    /// The name before its first dot.
    public var stem: UInt64
    /// What is behind the last dot of the name.
    public var suffix: UInt64

    /// Names a place.
    public init(folder: UInt64, stem: UInt64, suffix: UInt64) {
        (self.folder, self.stem, self.suffix) = (folder, stem, suffix)
    }
}

/// Who did what.
public struct Observation: Sendable {
    /// The process and its ancestors.
    public var lineage: Lineage
    /// What it did.
    public var act: Act
    /// Where; nil where nothing is known, so that it may belong to anything.
    public var place: FilePlace?
    /// Whether an older file was renamed to a suffix that no file had so far.
    public var isSuffixNew = false

    /// Puts them together.
    public init(
        lineage: Lineage, act: Act, place: FilePlace? = nil, isSuffixNew: Bool = false
    ) {
        (self.lineage, self.act) = (lineage, act)
        (self.place, self.isSuffixNew) = (place, isSuffixNew)
    }
}

/// Why an actor is an attacker: the evidence that weighed most.
public enum Reason: Sendable, Equatable {
    /// It touched a canary as nothing honest does.
    case canary(CanaryContact)
    /// It wrote random content over older files.
    case uniformOverwrites
    /// It wrote random new files and removed older ones.
    case uniformReplacements
    /// It replaced older files by encrypted containers.
    case encryptedContainers
    /// It wrote content that belies its own signature.
    case brokenContents
}

/// What is to be done about an observation.
public enum Verdict: Sendable, Equatable {
    /// Nothing.
    case calm
    /// Watch this actor closely.
    case suspicious(ProcessKey, score: Double)
    /// Stop this actor.
    case attack(ProcessKey, reason: Reason, score: Double)
}

/// What kind of evidence an act was.
public enum EvidenceKind: UInt8, Sendable, CaseIterable {
    /// Random content over an older file.
    case uniformOverwrite
    /// A random new file paired with the loss of an older one.
    case uniformReplacement
    /// A random new file, nothing lost so far.
    case uniformPending
    /// An older file overwritten by, or paired with, an encrypted container.
    case containerReplacement
    /// A new encrypted container, nothing lost so far.
    case containerPending
    /// Content that belies its own signature, over an older file.
    case broken
    /// A random new file and the loss of an older one that have nothing else in common.
    case looseReplacement
    /// Random content renamed to the suffix that others were renamed to.
    case suffixRename
    /// Older files renamed to one suffix that no file had before, whatever they hold.
    case newSuffix
    /// One text that reads like a ransom note, in several folders.
    case noteFanOut
    /// An older file removed or renamed over, not paired so far.
    case removedExisting
    /// A canary was read.
    case canaryRead
    /// A canary's attributes changed, or a link made to it.
    case canaryAttributes
    /// A canary was destroyed.
    case canaryDestroyed
}

/// One act that counted.
public struct Evidence: Sendable, Equatable {
    /// What it was.
    public var kind: EvidenceKind
    /// How much it added.
    public var weight: Float
    /// The number of the observation since the detector started.
    public var sequence: UInt64
}
