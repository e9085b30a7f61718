internal import Age
internal import Linux
internal import Sodium

extension Protection {
    /// Whether the source could be removed at all; asked before anything is written.
    func checkRemovable(
        _ opened: borrowing OpenedSource, _ source: Source, _ destination: Destination
    ) throws(ProtectError) {
        guard removesSource else { return }
        guard case .path = source, case .path = destination else {
            throw .notRemovable(source.path)
        }
    }

    /// Reads the sealed file back from the disk, authenticates all of it, and removes the source.
    ///
    /// The sealed file has its name and is synced with its folder by now, so a crash at any
    /// moment leaves one of the two files whole.
    func removeSource(
        _ opened: borrowing OpenedSource, _ path: BytePath, sealed: BytePath,
        _ fileKey: borrowing FileKey
    ) throws(ProtectError) {
        do throws(UnlockError) {
            let count = try Unlocking(identities: []).authenticate(.path(sealed), with: fileKey)
            let sealedCount = opened.packed?.byteCount ?? opened.status.byteCount
            if count != sealedCount { throw .payload(sealed, .truncated) }
        } catch {
            throw .readBack(sealed, error)
        }
        if let packed = opened.packed { return try removeFolder(opened, packed, path) }
        do throws(Errno) {
            let folder = try FileDescriptor.open(path.parent, [.readOnly, .directory])
            let name = path.lastComponent
            let status = try folder.status(of: name)
            let isSame =
                status.device == opened.status.device && status.inode == opened.status.inode
            if isSame, opened.isUnchanged() {
                try folder.remove(name)
                return try folder.sync()
            }
        } catch {
            throw .removeSource(path, error)
        }
        throw .sourceKept(path)
    }
}

extension Protection {
    /// Removes of a folder what was sealed and is unchanged, and the folder if nothing else is in it.
    private func removeFolder(
        _ opened: borrowing OpenedSource, _ packed: PackedFolder, _ path: BytePath
    ) throws(ProtectError) {
        var kept = try packed.remove(from: opened.file, path)
        do throws(Errno) {
            let bare = BytePath(path.bytes.reversed().drop { $0 == 0x2f }.reversed())
            let (parent, name) = (bare.parent, bare.lastComponent)
            let folder = try FileDescriptor.open(parent, [.readOnly, .directory])
            let now = try folder.status(of: name)
            if kept.isEmpty, now.stamp.isSameFile(as: opened.status.stamp) {
                kept = try Self.removeEmpty(name, in: folder, opened)
            } else if kept.isEmpty {
                kept = [name]
            }
            try folder.sync()
        } catch {
            throw .removeSource(path, error)
        }
        if !kept.isEmpty { throw .entriesKept(path, kept) }
    }

    /// - Returns: the names that keep the folder from being removed.
    private static func removeEmpty(
        _ name: BytePath, in parent: borrowing FileDescriptor, _ opened: borrowing OpenedSource
    ) throws(Errno) -> [BytePath] {
        do throws(Errno) {
            try parent.remove(name, directory: true)
            return []
        } catch {
            guard error == .directoryNotEmpty else { throw error }
            return try opened.file.entries().map(\.name)
        }
    }
}

extension Unlocking {
    /// Authenticates a file with its file key; no identity is needed.
    ///
    /// - Returns: bytes of its plaintext.
    func authenticate(
        _ source: Source, with fileKey: borrowing FileKey
    ) throws(UnlockError) -> UInt64 {
        let sealed = try SealedFile(source, limits: limits)
        do throws(UnwrapError) {
            try sealed.header.verify(fileKey)
        } catch {
            throw .unwrap(sealed.path, error)
        }
        // What the kernel still has in memory says nothing about the disk.
        (try? sealed.descriptor())?.dropCache()
        let progress = Progress()
        try open(sealed, try judged(fileKey, sealed), into: nil, "-", progress)
        return progress.byteCount
    }

    /// Who sealed the file needs neither trust nor the right time to compare it with its signature.
    private func judged(
        _ fileKey: borrowing FileKey, _ sealed: borrowing SealedFile
    ) throws(UnlockError) -> JudgedKey {
        var demands = SignatureDemands()
        demands.acceptsAnyIssuer = true
        demands.ignoresPeriod = true
        let finding: SignatureFinding?
        do throws(SignatureError) {
            finding = try demands.judge(sealed.header, fileKey)
        } catch {
            throw .policy(sealed.path, error)
        }
        do throws(SodiumError) {
            return JudgedKey(fileKey: try fileKey.copy(), finding: finding)
        } catch {
            throw .sodium(error)
        }
    }
}
