internal import Linux

/// The open folder through which a whole file system is marked.
final class FileSystemAnchor: Sendable {
    private let folder: FileDescriptor

    /// Marks the file system that holds `path`; of btrfs its top level, never one subvolume.
    init(
        marking path: BytePath, _ mask: EventMask, in group: borrowing Fanotify
    ) throws(SensorError) {
        let opened: FileDescriptor
        do throws(Errno) {
            opened = try FileDescriptor.open(path)
        } catch {
            throw .cannotOpen(path, error)
        }
        do throws(Errno) {
            try group.mark(.fileSystem, mask, at: opened)
        } catch {
            guard error == .crossDevice else { throw Self.reason(path, opened, error) }
            folder = try Self.markTopLevel(above: opened, path, mask, in: group)
            return
        }
        folder = opened
    }

    /// The kernel refuses to mark a subvolume (EXDEV).
    ///
    /// Source: facts/kernel.md §0.
    private static func markTopLevel(
        above opened: borrowing FileDescriptor, _ path: BytePath, _ mask: EventMask,
        in group: borrowing Fanotify
    ) throws(SensorError) -> FileDescriptor {
        do throws(Errno) {
            let top = try opened.btrfsTopLevel()
            try group.mark(.fileSystem, mask, at: top)
            return top
        } catch {
            throw .cannotCover(path, fileSystem: "btrfs", .subvolume(error))
        }
    }

    private static func reason(
        _ path: BytePath, _ opened: borrowing FileDescriptor, _ error: Errno
    ) -> SensorError {
        let obstacle: SensorError.Obstacle
        switch error {
        case .notSupported: obstacle = .noFileHandles
        case .noDevice: obstacle = .noIdentifier
        default: return .cannotMark(path, error)
        }
        let number = (try? opened.mountNumber()) ?? 0
        let type = (try? MountTable.current())?[number]?.fileSystem
        return .cannotCover(path, fileSystem: type ?? "?", obstacle)
    }

    /// Adds events to the mark or takes them out.
    func setReports(_ mask: EventMask, _ on: Bool, in group: borrowing Fanotify) {
        if on {
            try? group.mark(.fileSystem, mask, at: folder)
        } else {
            try? group.unmark(.fileSystem, mask, at: folder)
        }
    }
}
