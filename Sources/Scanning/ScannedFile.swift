public import Contents
public import Linux

/// Where something lies: beneath which of the scanned places, and how it is called from there.
public struct ScannedPlace: Hashable, Sendable {
    /// Number of the scanned place.
    public var root: Int
    /// Path from there; empty where the place itself is a file.
    public var path: BytePath

    /// Names a place.
    public init(root: Int, path: BytePath) {
        (self.root, self.path) = (root, path)
    }
}

/// What a scan found in one file.
public struct ScannedFile: Sendable, Equatable {
    /// Where it lies.
    public var place: ScannedPlace
    /// Size in bytes.
    public var byteCount: UInt64
    /// Inode number.
    public var inode: UInt64
    /// Last change of the content.
    public var modified: WallNanoseconds
    /// Last change of the inode.
    public var changed: WallNanoseconds
    /// The class of its content.
    public var judgementClass: JudgementClass
    /// The recognised format.
    public var kind: Kind
    /// What its structure says.
    public var structure: StructureFinding
    /// Shannon entropy of what was read, 0...8; shown to people.
    public var entropyBitsPerByte: Double
    /// Digest of a text that reads like a ransom note; nil for every other file.
    public var noteDigest: String?

    /// Sets what an earlier scan found.
    init(
        place: ScannedPlace, byteCount: UInt64, inode: UInt64, modified: WallNanoseconds,
        changed: WallNanoseconds, judgementClass: JudgementClass, kind: Kind,
        structure: StructureFinding, entropyBitsPerByte: Double, noteDigest: String?
    ) {
        (self.place, self.byteCount, self.inode) = (place, byteCount, inode)
        (self.modified, self.changed, self.kind) = (modified, changed, kind)
        (self.judgementClass, self.structure) = (judgementClass, structure)
        (self.entropyBitsPerByte, self.noteDigest) = (entropyBitsPerByte, noteDigest)
    }

    /// Sets what was found in a file that had this stamp all the while.
    init(place: ScannedPlace, stamp: FileStamp, judgement: FullJudgement, noteDigest: String?) {
        (self.place, self.noteDigest) = (place, noteDigest)
        (byteCount, inode) = (stamp.byteCount, stamp.inode)
        (modified, changed) = (stamp.modified, stamp.changed)
        (kind, structure) = (judgement.kind, judgement.structure)
        judgementClass = judgement.judgementClass
        entropyBitsPerByte = judgement.entropyBitsPerByte
    }

    /// Whether nothing moved since; the device is left out, since mounting may number it anew.
    public func has(_ stamp: FileStamp) -> Bool {
        byteCount == stamp.byteCount && inode == stamp.inode && modified == stamp.modified
            && changed == stamp.changed
    }

    /// Whether the content is random, in whole or in part, in a way that no known format explains.
    public var looksEncrypted: Bool {
        judgementClass.isStrong || judgementClass == .brokenUniform
    }

    /// Whether the format is known and nothing contradicts it.
    public var isSound: Bool { judgementClass == .recognised }
}

/// Something that was met and not judged.
public struct Omission: Sendable, Equatable {
    /// Why.
    public enum Reason: String, Sendable, CaseIterable {
        case symbolicLink, fifo, socket, device
        /// Another file system is mounted there.
        case otherMount
        /// It was removed meanwhile.
        case vanished
        /// It changed each time while it was read.
        case changing
        /// Folders within one another beyond the limit.
        case tooDeep
        /// The kernel refused, or the disk did not give it.
        case unreadable

        /// Whether a file may be there of which nothing is known.
        public var leavesDoubt: Bool {
            switch self {
            case .symbolicLink, .fifo, .socket, .device, .vanished: false
            case .otherMount, .changing, .tooDeep, .unreadable: true
            }
        }
    }

    /// Where it lies.
    public var place: ScannedPlace
    /// Why it was not judged.
    public var reason: Reason
    /// What the kernel said, where that was the reason.
    public var errno: Errno?
}
