internal import Linux

/// Where canaries are now, when their folders were renamed; needs CAP_DAC_READ_SEARCH.
struct Whereabouts {
    private var handles: [BytePath: FileHandle] = [:]
    private let mounts: [Shared<FileDescriptor>]

    init(_ folders: [BytePath]) {
        mounts = folders.compactMap { folder in
            guard let open = try? FileDescriptor.open(folder, [.directory]) else { return nil }
            return Shared(open)
        }
    }

    mutating func remember(_ path: BytePath) {
        handles[path] = try? FileHandle(of: path)
    }

    mutating func forget(_ path: BytePath) {
        handles[path] = nil
    }

    mutating func move(_ path: BytePath, to place: BytePath) {
        handles[place] = handles.removeValue(forKey: path)
    }

    /// The present path of what was planted at `path`; nil when it is gone.
    func find(_ path: BytePath) -> BytePath? {
        guard var handle = handles[path] else { return nil }
        return Self.path(of: &handle, on: mounts)
    }

    /// The path of a file that still has a name; opens nothing, so that nobody is asked.
    static func path(of handle: inout FileHandle, on mounts: [Shared<FileDescriptor>]) -> BytePath?
    {
        for mount in mounts {
            guard let file = try? handle.open(on: mount.value, [.pathOnly]) else { continue }
            guard let status = try? file.status(), status.linkCount > 0 else { return nil }
            return try? file.path()
        }
        return nil
    }
}
