internal import Linux
internal import Sodium

/// A folder as a tar stream; entries in the order of their names' bytes.
final class FolderSource: ByteSource {
    private final class Level {
        let folder: FileDescriptor
        let name: BytePath
        var entries: ArraySlice<DirectoryEntry>

        init(_ folder: consuming FileDescriptor, _ name: BytePath) throws(Errno) {
            entries = try folder.entries().sorted {
                $0.name.bytes.lexicographicallyPrecedes($1.name.bytes)
            }[...]
            self.folder = folder
            self.name = name
        }
    }

    private var levels = [Level]()
    private var pending = [UInt8]()
    private var place = 0
    private var content: Content?
    private var isFinished = false
    private let packed: PackedFolder?
    private let reviewed: Set<FileStamp>?

    /// An open file of which some bytes are still to come.
    private final class Content {
        let file: FileDescriptor
        let name: BytePath
        let status: FileStatus
        var remaining: UInt64

        init(_ file: consuming FileDescriptor, _ name: BytePath, _ status: FileStatus) {
            self.file = file
            self.name = name
            self.status = status
            remaining = status.byteCount
        }
    }

    /// Begins with the folder's first entry.
    ///
    /// - Parameters:
    ///   - folder: the folder.
    ///   - packed: remembers what is packed.
    ///   - reviewed: the files that may be packed; nil admits all.
    /// - Throws: `TransferError.folder` where its names can't be read.
    init(
        _ folder: consuming FileDescriptor, _ packed: PackedFolder? = nil,
        reviewed: Set<FileStamp>? = nil
    ) throws(TransferError) {
        self.packed = packed
        self.reviewed = reviewed
        do throws(Errno) {
            levels = [try Level(folder, "")]
        } catch {
            throw .folder(.read("", error))
        }
    }

    func read(into buffer: inout MutableSpan<UInt8>) throws(TransferError) -> Int {
        do throws(FolderError) {
            let count = try next(into: &buffer)
            packed?.byteCount += UInt64(count)
            return count
        } catch {
            throw .folder(error)
        }
    }

    private func next(into buffer: inout MutableSpan<UInt8>) throws(FolderError) -> Int {
        while true {
            if place < pending.count {
                let count = min(buffer.count, pending.count - place)
                buffer.overwrite(at: 0, with: pending.span.extracting(place..<(place + count)))
                place += count
                return count
            }
            pending = []
            place = 0
            if let content {
                let count = try read(content, into: &buffer)
                if count > 0 { return count }
                continue
            }
            if isFinished { return 0 }
            try advance()
        }
    }

    private func read(
        _ content: Content, into buffer: inout MutableSpan<UInt8>
    ) throws(FolderError) -> Int {
        if content.remaining == 0 {
            let now = try? content.file.status()
            guard now?.byteCount == content.status.byteCount,
                now?.modified == content.status.modified
            else { throw .changed(content.name) }
            pending = [UInt8](
                repeating: 0, count: TarHeader.padding(content.status.byteCount))
            self.content = nil
            return 0
        }
        let limit = Int(min(UInt64(buffer.count), content.remaining))
        var part = buffer._mutatingExtracting(0..<limit)
        do throws(Errno) {
            let count = try content.file.read(into: &part)
            content.remaining -= UInt64(count)
            if count > 0 { return count }
        } catch {
            throw .read(content.name, error)
        }
        throw .changed(content.name)
    }

    private func advance() throws(FolderError) {
        guard let level = levels.last else {
            pending = [UInt8](repeating: 0, count: 2 * TarHeader.blockSize)
            isFinished = true
            return
        }
        guard let entry = level.entries.popFirst() else {
            levels.removeLast()
            return
        }
        let name = level.name.bytes.isEmpty ? entry.name : level.name.appending(entry.name)
        do throws(Errno) {
            let kind =
                entry.kind == .unknown
                ? try level.folder.status(of: entry.name).kind : entry.kind
            switch kind {
            case .symbolicLink:
                let status = try level.folder.status(of: entry.name)
                let target = try level.folder.linkTarget(entry.name)
                pending = header(name, .link, status, target)
                packed?.add(name, status)
                return
            case .regular, .directory: break
            default: throw .notSupported
            }
            let file = try level.folder.open(entry.name, [.readOnly, .noFollow, .nonBlocking])
            let opened = try file.status()
            packed?.add(name, opened)
            if opened.kind == .directory {
                pending = header(BytePath(name.bytes + [0x2f]), .folder, opened, "")
                levels.append(try Level(file, name))
            } else {
                // Another kind may have taken the name since it was listed.
                guard opened.kind == .regular else { throw .notSupported }
                pending = header(name, .file, opened, "")
                content = Content(file, name, opened)
            }
        } catch {
            throw error == .notSupported ? .unsupportedKind(name) : .read(name, error)
        }
        if let content, reviewed?.contains(content.status.stamp) == false { throw .changed(name) }
    }

    private func header(
        _ name: BytePath, _ kind: TarHeader.Kind, _ status: FileStatus, _ target: BytePath
    ) -> [UInt8] {
        TarHeader(
            name: name, kind: kind, permissions: UInt32(status.permissions),
            byteCount: status.byteCount, modified: status.modified / 1_000_000_000,
            linkTarget: target
        ).encoded()
    }
}
