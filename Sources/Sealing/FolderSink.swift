internal import Linux
internal import Sodium

/// Unpacks a tar stream beneath one directory and nowhere else.
final class FolderSink: ByteSink {
    private let root: FileDescriptor
    private var reader = TarReader()
    private var file: Made?
    private var folders = [TarHeader]()
    private var parent: Parent?

    /// The folder of the last entry, for most entries have the one before them as a sibling.
    private final class Parent {
        let parts: [BytePath]
        let folder: FileDescriptor

        init(_ parts: [BytePath], _ folder: consuming FileDescriptor) {
            self.parts = parts
            self.folder = folder
        }
    }

    /// A file whose content is coming.
    private final class Made {
        let file: FileDescriptor
        let header: TarHeader

        init(_ file: consuming FileDescriptor, _ header: TarHeader) {
            self.file = file
            self.header = header
        }
    }

    init(_ root: consuming FileDescriptor) {
        self.root = root
    }

    func write(_ bytes: Span<UInt8>) throws(TransferError) {
        do throws(FolderError) {
            var at = 0
            while at < bytes.count, !reader.isAtEnd {
                let rest = bytes.extracting(at..<bytes.count)
                let (count, event) = try reader.take(rest)
                switch event {
                case .entry(let header): try make(header)
                case .content(let isLast):
                    try writeContent(rest.extracting(0..<count), isLast: isLast)
                case nil: break
                }
                at += count
            }
        } catch {
            throw .folder(error)
        }
    }

    func finish() throws(TransferError) {
        if !reader.isAtEnd { throw .folder(.truncatedArchive) }
        do throws(FolderError) {
            // Only now, for every entry that is made changes its folder's time.
            for header in folders { try restoreTime(header) }
        } catch {
            throw .folder(error)
        }
    }

    private func restoreTime(_ header: TarHeader) throws(FolderError) {
        let time = header.modified.multipliedReportingOverflow(by: 1_000_000_000)
        if time.overflow { return }
        let folder = try open(try Self.parts(header.name), header.name)
        do throws(Errno) {
            try folder.setTimes(accessed: time.partialValue, modified: time.partialValue)
        } catch {
            throw .write(header.name, error)
        }
    }

    private func writeContent(_ bytes: Span<UInt8>, isLast: Bool) throws(FolderError) {
        guard let file else { return }
        do throws(Errno) {
            try file.file.writeAll(bytes)
            if isLast { try close(file) }
        } catch {
            throw .write(file.header.name, error)
        }
    }

    private func close(_ made: Made) throws(Errno) {
        let time = made.header.modified.multipliedReportingOverflow(by: 1_000_000_000)
        if !time.overflow {
            try made.file.setTimes(accessed: time.partialValue, modified: time.partialValue)
        }
        file = nil
    }

    private func make(_ header: TarHeader) throws(FolderError) {
        let parts = try Self.parts(header.name)
        guard let name = parts.last else { throw .unsafeName(header.name) }
        let parent = try parentFolder(parts.dropLast(), header.name)
        do throws(Errno) {
            try make(name, header, depth: parts.count - 1, in: parent.folder)
        } catch {
            switch error {
            case .fileExists: throw .collision(header.name)
            case .crossDevice: throw .unsafeLink(header.name)
            default: throw .write(header.name, error)
            }
        }
    }

    private func make(
        _ name: BytePath, _ header: TarHeader, depth: Int, in folder: borrowing FileDescriptor
    ) throws(Errno) {
        switch header.kind {
        case .folder:
            try folder.makeDirectory(name, permissions: Constants.folderMode)
            folders.append(header)
        case .link:
            guard Self.staysInside(header.linkTarget, depth: depth) else {
                throw .crossDevice
            }
            try folder.makeSymbolicLink(name, to: header.linkTarget)
        case .file:
            let mode = Constants.fileMode | (header.permissions & 0o100)
            let made = Made(
                try folder.open(
                    name, [.writeOnly, .create, .exclusive, .noFollow], permissions: mode),
                header)
            file = made
            if header.byteCount == 0 { try close(made) }
        }
    }

    private func parentFolder(
        _ parts: ArraySlice<BytePath>, _ name: BytePath
    ) throws(FolderError) -> Parent {
        if let parent, parent.parts[...] == parts { return parent }
        let opened = Parent(Array(parts), try open(Array(parts), name))
        parent = opened
        return opened
    }

    private func open(
        _ parts: [BytePath], _ name: BytePath
    ) throws(FolderError) -> FileDescriptor {
        do throws(Errno) {
            if parts.isEmpty { return try root.duplicate() }
            let path = BytePath(parts.map(\.bytes).joined(separator: [0x2f]))
            return try root.open(
                path, [.readOnly, .directory], resolving: [.beneath, .noSymbolicLinks])
        } catch {
            throw .write(name, error)
        }
    }

    /// The parts of a relative name without `.` and `..`.
    private static func parts(_ name: BytePath) throws(FolderError) -> [BytePath] {
        if name.isAbsolute { throw .unsafeName(name) }
        let parts = name.bytes.split(separator: 0x2f).map { BytePath($0) }
        if parts.isEmpty || parts.contains(where: { $0 == "." || $0 == ".." }) {
            throw .unsafeName(name)
        }
        return parts
    }

    /// Whether a link's target can't leave the root, wherever the links on its way lead.
    private static func staysInside(_ target: BytePath, depth: Int) -> Bool {
        if target.isAbsolute || target.bytes.isEmpty { return false }
        let parts = target.bytes.split(separator: 0x2f).map { BytePath($0) }
        let ups = parts.prefix { $0 == ".." }.count
        return ups <= depth && !parts.dropFirst(ups).contains("..")
    }
}
