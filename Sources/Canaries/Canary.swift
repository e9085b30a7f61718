public import Linux
internal import Sodium

/// A planted file that nobody has a reason to touch.
///
/// It is known by its inode and its content. The device number is only good until the next
/// start, since the kernel numbers some kinds of device anew.
public struct Canary: Hashable, Sendable {
    /// Absolute path without symbolic links.
    public var path: BytePath
    /// Device number at planting.
    public var device: UInt64
    /// Inode number.
    public var inode: UInt64
    /// Size.
    public var byteCount: UInt64
    /// BLAKE2b-256 of the content.
    public var digest: [UInt8]
    /// Modification time.
    public var modified: WallNanoseconds
    /// Type.
    public var type: FileType
    /// Whether its folder was made for canaries.
    public var hasOwnFolder: Bool
    /// The positions that it held right after planting.
    public var positions: Set<Position>
}

/// How a file differs from what was planted.
public enum Change: String, Codable, CaseIterable, Sendable {
    case replaced, kind, byteCount, content, modified
}

/// What has become of a canary.
public enum Condition: Equatable, Sendable {
    /// As planted.
    case intact
    /// Nothing has its name any more.
    case missing
    /// Something else.
    case changed(Set<Change>)
    /// The kernel did not let it be read.
    case unreadable(Errno)
}

extension Canary {
    /// Compares the file with what was planted; follows no symbolic link.
    ///
    /// Without `readingContent` only its status is compared, which a write changes as well.
    public func check(readingContent: Bool = true) -> Condition {
        do throws(Errno) {
            let folder = try FileDescriptor.openWithoutLinks(path.parent)
            return try condition(in: folder, readingContent: readingContent)
        } catch {
            switch error {
            case .noSuchFile, .notDirectory: return .missing
            case .symbolicLink: return .changed([.replaced])
            default: return .unreadable(error)
            }
        }
    }

    /// Compares the file of that name in its open folder.
    func condition(
        in folder: borrowing FileDescriptor, readingContent: Bool = true
    ) throws(Errno) -> Condition {
        let name = path.lastComponent
        let status = try folder.status(of: name)
        guard status.kind == .regular else { return .changed([.kind]) }
        var changes = differences(to: status)
        if status.byteCount != byteCount {
            changes.formUnion([.byteCount, .content])
        } else if readingContent {
            let file = try folder.openQuietly(name)
            if try file.status().inode != status.inode { changes.insert(.replaced) }
            let bytes = try file.readToEnd(limit: Int(clamping: byteCount) + 1)
            if digest != Self.digest(of: bytes) { changes.insert(.content) }
        }
        return changes.isEmpty ? .intact : .changed(changes)
    }

    /// Gives an otherwise intact canary its times back; false where that is not all it needs.
    public func restoreTimes() -> Bool {
        guard check() == .changed([.modified]),
            let file = try? FileDescriptor.open(path, [.readOnly, .noFollow])
        else { return false }
        return (try? file.setTimes(accessed: modified, modified: modified)) != nil
    }

    /// What the status alone tells.
    private func differences(to status: FileStatus) -> Set<Change> {
        var changes = Set<Change>()
        if status.inode != inode { changes.insert(.replaced) }
        if status.modified != modified { changes.insert(.modified) }
        return changes
    }

    /// BLAKE2b-256; empty where the library does not start, which equals no digest.
    private static func digest(of bytes: [UInt8]) -> [UInt8] {
        (try? BLAKE2b.hash(bytes.span)) ?? []
    }
}

extension Condition {
    /// Whether it is surely the planted file: the same inode with the same content.
    var isSameFile: Bool {
        switch self {
        case .intact: true
        case .changed(let changes): changes.isSubset(of: [.modified])
        case .missing, .unreadable: false
        }
    }
}

extension FileDescriptor {
    /// Opens a folder by its absolute path and refuses symbolic links anywhere in it.
    static func openWithoutLinks(_ folder: BytePath) throws(Errno) -> FileDescriptor {
        let root = try FileDescriptor.open("/", [.readOnly, .directory])
        return try root.open(folder, [.readOnly, .directory], resolving: .noSymbolicLinks)
    }

    /// Opens a file here without leaving an access time, where that is allowed.
    func openQuietly(_ name: BytePath) throws(Errno) -> FileDescriptor {
        let options: OpenOptions = [.readOnly, .noFollow, .nonBlocking]
        do throws(Errno) {
            return try open(name, options.union(.noAccessTime))
        } catch  where error == .notPermitted {
            return try open(name, options)
        }
    }
}
