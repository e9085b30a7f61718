public import Linux

/// One file of a folder, as far as a plan needs to know it.
public struct FolderFile: Sendable, Equatable {
    /// Its name.
    public var name: BytePath
    /// Its kind.
    public var kind: FileStatus.Kind
    /// Its size.
    public var byteCount: UInt64
    /// When its content last changed.
    public var modified: WallNanoseconds
    /// Its owner.
    public var user: UInt32
    /// Its group.
    public var group: UInt32
    /// Its permission bits.
    public var permissions: UInt16

    /// Describes a file.
    public init(
        name: BytePath, kind: FileStatus.Kind = .regular, byteCount: UInt64 = 0,
        modified: WallNanoseconds = 0
    ) {
        (self.name, self.kind, self.byteCount) = (name, kind, byteCount)
        (self.modified, user, group, permissions) = (modified, 0, 0, 0o644)
    }

    init(name: BytePath, status: FileStatus) {
        self.init(
            name: name, kind: status.kind, byteCount: status.byteCount, modified: status.modified)
        (user, group, permissions) = (status.user, status.group, status.permissions)
    }
}

/// The files of a folder in the order in which the file system lists them.
public struct FolderListing: Sendable, Equatable {
    /// The files and folders.
    public var files: [FolderFile]
    /// How the file system orders names, where that can be calculated.
    var hashOrder: HashOrder?
    /// Whether names have to be tried to find that order out: another hash, or an unreadable disk.
    var needsTrial = false

    /// Takes files in the order of the file system.
    public init(files: [FolderFile]) { self.files = files }

    /// Lists an open folder; names that vanish meanwhile are left out.
    public static func read(_ folder: borrowing FileDescriptor) throws(Errno) -> FolderListing {
        var files = [FolderFile]()
        for entry in try folder.entries() {
            do throws(Errno) {
                let status = try folder.status(of: entry.name)
                files.append(FolderFile(name: entry.name, status: status))
            } catch  where error == .noSuchFile {
                continue
            }
        }
        var listing = FolderListing(files: files)
        guard (try? folder.isExtended()) == true else { return listing }
        listing.hashOrder = HashOrder.of(folder, listing: files.map(\.name))
        listing.needsTrial = listing.hashOrder == nil
        return listing
    }

    /// The regular files.
    var regular: [FolderFile] { files.filter { $0.kind == .regular } }

    /// The positions that a name holds among the others.
    ///
    /// Files are compared with files, and `depth` with everything: whoever descends into folders
    /// in byte order before going on enters a hidden folder that holds it first.
    public func positions(of name: BytePath) -> Set<Position> {
        guard let own = files.first(where: { $0.name == name }) else { return [] }
        var held = Set<Position>()
        let others = files.filter { $0.name != name && $0.kind == own.kind }
        let index = files.firstIndex { $0.name == name } ?? 0
        let places = files.indices.filter { files[$0].kind == own.kind }
        if places.first == index { held.insert(Position(order: .directory, end: .first)) }
        if places.last == index { held.insert(Position(order: .directory, end: .last)) }
        for order in NameOrder.allCases {
            hold(order.traversal, &held) { end in
                others.allSatisfy { order.precedes($0.name.bytes, name.bytes) == (end == .last) }
            }
        }
        hold(.depth, &held) { end in
            files.allSatisfy {
                $0.name == name
                    || NameOrder.bytes.precedes($0.name.bytes, name.bytes) == (end == .last)
            }
        }
        if own.kind == .regular {
            hold(.size, &held) { end in
                others.allSatisfy {
                    end == .first ? $0.byteCount > own.byteCount : $0.byteCount < own.byteCount
                }
            }
            hold(.modified, &held) { end in
                others.allSatisfy {
                    end == .first ? $0.modified > own.modified : $0.modified < own.modified
                }
            }
        }
        return held
    }

    private func hold(
        _ order: TraversalOrder, _ held: inout Set<Position>, if test: (End) -> Bool
    ) {
        for end in [End.first, .last] where test(end) {
            held.insert(Position(order: order, end: end))
        }
    }
}
