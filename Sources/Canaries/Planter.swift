public import Linux
public import Sodium

/// Why canaries could not be planted.
public enum PlantError: Error, Equatable, Sendable {
    case cannotOpenFolder(BytePath, Errno)
    case cannotList(BytePath, Errno)
    case cannotMakeFolder(BytePath, Errno)
    case cannotCreate(BytePath, Errno)
    case noFreeName(BytePath)
    case hashing(SodiumError)
}

/// Plants canaries in one folder, anchored to its descriptor; never replaces a file.
public struct Planter: ~Copyable, Sendable {
    /// The folder without symbolic links.
    public let path: BytePath
    let folder: FileDescriptor

    /// Opens the folder; its last component must not be a symbolic link.
    public init(folder path: BytePath) throws(PlantError) {
        let opened = try Self.attempt(path) { () throws(Errno) in
            try FileDescriptor.open(path, [.readOnly, .directory, .noFollow])
        }
        self.path = try Self.realPath(opened, path)
        folder = opened
    }

    /// Plans for a folder and plants there.
    public static func plant(
        in folder: BytePath, options: PlanOptions = PlanOptions(),
        using random: inout some RandomNumberGenerator
    ) throws(PlantError) -> [Canary] {
        let planter = try Planter(folder: folder)
        let plan = Plan(for: try planter.listing(), options: options, using: &random)
        return try planter.plant(plan, using: &random)
    }

    /// The folder's files.
    public func listing() throws(PlantError) -> FolderListing {
        do throws(Errno) {
            return try FolderListing.read(folder)
        } catch {
            throw .cannotList(path, error)
        }
    }

    /// Plants everything; on an error what was planted is removed again.
    public func plant(
        _ plan: Plan, using random: inout some RandomNumberGenerator
    ) throws(PlantError) -> [Canary] {
        let manner = try manner(try listing())
        var planted = [Canary]()
        do throws(PlantError) {
            for item in plan.canaries {
                if let name = item.folder {
                    let inner = try hiddenFolder(name, manner)
                    planted.append(try inner.plant(item, manner, ownFolder: true, using: &random))
                    let time = item.recipe.modified
                    try? inner.folder.setTimes(accessed: time, modified: time)
                } else {
                    planted.append(try plant(item, manner, ownFolder: false, using: &random))
                }
            }
            let all = try listing()
            return planted.map { withPositions($0, in: all) }
        } catch {
            for canary in planted { _ = canary.remove() }
            for name in Set(plan.canaries.compactMap(\.folder)) {
                try? folder.remove(name, directory: true)
            }
            throw error
        }
    }

    /// Plants one canary under the best of its names that is free.
    func plant(
        _ item: PlannedCanary, _ manner: Manner, ownFolder: Bool, replacing: Bool = false,
        using random: inout some RandomNumberGenerator
    ) throws(PlantError) -> Canary {
        let bytes = Document.make(item.recipe, using: &random)
        let digest = try Self.digest(of: bytes)
        for name in sorted(item.names, for: item.end, using: &random) {
            let place = path.appending(name)
            do throws(Errno) {
                let made = try create(
                    name, bytes, item.recipe.modified, manner, replacing: replacing)
                return Canary(
                    path: place, device: made.device, inode: made.inode,
                    byteCount: made.byteCount, digest: digest, modified: made.modified,
                    type: item.recipe.type, hasOwnFolder: ownFolder, positions: [])
            } catch {
                if error != .fileExists { throw .cannotCreate(place, error) }
            }
        }
        throw .noFreeName(path)
    }

    private static func realPath(
        _ folder: borrowing FileDescriptor, _ path: BytePath
    ) throws(PlantError) -> BytePath {
        do throws(Errno) {
            return try folder.path()
        } catch {
            throw .cannotOpenFolder(path, error)
        }
    }

    private static func attempt<Value: ~Copyable>(
        _ path: BytePath, _ body: () throws(Errno) -> Value
    ) throws(PlantError) -> Value {
        do throws(Errno) {
            return try body()
        } catch {
            throw .cannotOpenFolder(path, error)
        }
    }

    private static func digest(of bytes: [UInt8]) throws(PlantError) -> [UInt8] {
        do throws(SodiumError) {
            return try BLAKE2b.hash(bytes.span)
        } catch {
            throw .hashing(error)
        }
    }

    /// Writes the whole file before it gets its name.
    func create(
        _ name: BytePath, _ bytes: [UInt8], _ modified: WallNanoseconds, _ manner: Manner,
        replacing: Bool = false
    ) throws(Errno) -> FileStatus {
        let atomic = try AtomicFile(beneath: folder, permissions: 0o600)
        do throws(Errno) {
            try atomic.file.writeAll(bytes.span)
            try manner.apply(toFile: atomic.file)
            try atomic.file.setTimes(accessed: modified, modified: modified)
        } catch {
            atomic.abandon()
            throw error
        }
        // A canary that a crash cuts short is found damaged and planted again.
        try atomic.commit(as: name, replacing: replacing, isDurable: false)
        return try folder.status(of: name)
    }

    /// Opens the hidden folder, which is made on first use.
    func hiddenFolder(_ name: BytePath, _ manner: Manner) throws(PlantError) -> Planter {
        do throws(Errno) {
            try folder.makeDirectory(name)
            let made = try folder.open(name, [.readOnly, .directory, .noFollow])
            try manner.apply(toFolder: made)
        } catch {
            if error != .fileExists { throw .cannotMakeFolder(path.appending(name), error) }
        }
        return try Planter(folder: path.appending(name))
    }

    /// How files here are to look.
    func manner(_ listing: FolderListing) throws(PlantError) -> Manner {
        do throws(Errno) {
            return try Manner(of: listing, in: folder)
        } catch {
            throw .cannotOpenFolder(path, error)
        }
    }

    /// The canary with the positions that it holds now; a hidden one has those of its
    /// folder in depth and directory order.
    private func withPositions(_ canary: Canary, in all: FolderListing) -> Canary {
        var result = canary
        if canary.hasOwnFolder {
            let home = all.positions(of: canary.path.parent.lastComponent)
            result.positions = home.filter { $0.order == .depth || $0.order == .directory }
        } else {
            result.positions = all.positions(of: canary.path.lastComponent)
        }
        return result
    }
}
