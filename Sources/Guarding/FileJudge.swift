internal import Contents
internal import Linux
internal import Policies
internal import Sensing

/// What was found in a file that somebody wrote.
struct Judgement {
    var opinion: Opinion
    var born: WallNanoseconds
    var byteCount: UInt64
    /// Whether it has no name any more, or none so far, so that it replaces nothing.
    var isUnnamed = false
    /// Whether what was changed in it is random, by its sketch.
    var isRandomChange = false
}

/// Opens files named by the kernel and judges their content; allocates nothing when calm.
struct FileJudge: ~Copyable {
    private let mounts: [Shared<FileDescriptor>]
    private let folders: [[UInt8]]
    private let ignored: [IgnorePattern]
    private var block = [UInt8](repeating: 0, count: SamplePlan.blockByteCount)
    private var path = [UInt8](repeating: 0, count: 4096)
    /// What is kept of files; nil where nothing is compared.
    var sketches: SketchLook?
    private var salt: UInt64 = UInt64.random(in: 0...UInt64.max)

    /// Opens the watched folders, through which handles of their file systems are opened.
    init(_ folders: [BytePath], ignoring ignored: [IgnorePattern]) throws(Errno) {
        var boxes = [Shared<FileDescriptor>]()
        for folder in folders {
            boxes.append(Shared(try FileDescriptor.open(folder, [.directory])))
        }
        mounts = boxes
        self.folders = folders.map(\.bytes)
        self.ignored = ignored
    }

    /// Opens what a policy watches.
    init(_ policy: GuardPolicy) throws(Errno) {
        try self.init(policy.watch.map { BytePath($0) }, ignoring: policy.ignore)
    }

    /// Where a file is; nil when it has no name any more.
    func path(of handle: inout FileHandle) -> BytePath? {
        Whereabouts.path(of: &handle, on: mounts)
    }

    /// The watched folders.
    var watched: [BytePath] { folders.map { BytePath($0) } }

    /// Opens the event's file if it lies beneath a watched folder.
    mutating func open(_ event: borrowing FileEvent) -> FileDescriptor? {
        if let path = event.path { return open(path) }
        guard var handle = event.file else { return nil }
        for mount in mounts {
            let options: OpenOptions = [.nonBlocking, .noAccessTime, .noFollow]
            guard let file = try? handle.open(on: mount.value, options) else { continue }
            if isWatched(file) { return file }
        }
        return nil
    }

    /// Opens a path beneath a watched folder without following links.
    private func open(_ path: BytePath) -> FileDescriptor? {
        if ignores(path.bytes.span) { return nil }
        for (mount, folder) in zip(mounts, folders)
        where path.isBeneath(BytePath(folder)) && path.bytes.count > folder.count {
            let base = folder.count == 1 ? 1 : folder.count + 1
            let name = BytePath(path.bytes[base...])
            let resolving: ResolveOptions = [.beneath, .noSymbolicLinks]
            let options: OpenOptions = [.nonBlocking, .noFollow, .noAccessTime]
            if let file = try? mount.value.open(name, options, resolving: resolving) {
                return file
            }
            // Only the owner may leave the time of access as it is.
            let plain: OpenOptions = [.nonBlocking, .noFollow]
            return try? mount.value.open(name, plain, resolving: resolving)
        }
        return nil
    }

    /// Whether the event's folder lies beneath a watched one.
    mutating func isInWatchedFolder(_ event: borrowing FileEvent) -> Bool {
        if let path = event.path {
            return folders.contains { path.isBeneath(BytePath($0)) } && !ignores(path.bytes.span)
        }
        guard var handle = event.folder else { return false }
        for mount in mounts {
            guard let folder = try? handle.open(on: mount.value, [.pathOnly]) else { continue }
            if isWatched(folder) { return true }
        }
        return false
    }

    /// Whether an open file lies beneath a watched folder.
    mutating func isWatched(_ file: borrowing FileDescriptor) -> Bool {
        var local = [UInt8]()
        swap(&local, &path)
        defer { swap(&local, &path) }
        var span = local.mutableSpan
        guard let count = try? file.path(into: &span), !ignores(local.span.extracting(0..<count))
        else { return false }
        return folders.contains { folder in
            guard count >= folder.count, folder.indices.allSatisfy({ local[$0] == folder[$0] })
            else { return false }
            return count == folder.count || folder.count == 1
                || local[folder.count] == UInt8(ascii: "/")
        }
    }

    private func ignores(_ path: Span<UInt8>) -> Bool {
        ignored.contains { $0.matches(path) }
    }

    /// Whether what the event is about lies beneath a folder, which need not be a watched one.
    func isAbout(_ event: borrowing FileEvent, beneath folder: BytePath) -> Bool {
        if let path = event.path { return path.isBeneath(folder) }
        // A removed file can't be found any more, its folder can.
        guard var handle = event.folder ?? event.file else { return false }
        return path(of: &handle)?.isBeneath(folder) ?? false
    }

    /// Reads samples and says what they are; nil if it can't be read or is no regular file.
    mutating func judge(_ file: borrowing FileDescriptor) -> Judgement? {
        guard let status = try? file.status(), status.kind == .regular else { return nil }
        salt = salt &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let plan = SamplePlan(fileByteCount: status.byteCount, salt: salt)
        var judge = SampleJudge(fileByteCount: status.byteCount)
        sketches?.begin(status)
        guard add(file, at: 0, to: &judge) else { return nil }
        let isSketched = sketches?.isKnown ?? false
        for index in 0..<plan.count where isSketched || !judge.isDecided {
            let offset = sketches?.place(near: plan[index]) ?? plan[index]
            guard add(file, at: offset, to: &judge) else { return nil }
        }
        var found = Judgement(
            opinion: judge.opinion(), born: status.born, byteCount: status.byteCount,
            isUnnamed: status.linkCount == 0)
        found.isRandomChange = sketches?.isRandomChange(found.opinion) ?? false
        let isSeen = found.opinion.contentClass.looksEncrypted
        if found.isRandomChange, !isSeen { found.opinion.contentClass = .partlyUniform }
        return found
    }

    /// What is left of a file that may have lost its name; nil where it is gone.
    func remains(of file: FileHandle) -> FileStatus? {
        var handle = file
        for mount in mounts {
            guard let file = try? handle.open(on: mount.value, [.pathOnly]) else { continue }
            return try? file.status()
        }
        return nil
    }

    private mutating func add(
        _ file: borrowing FileDescriptor, at offset: UInt64, to judge: inout SampleJudge
    ) -> Bool {
        var local = [UInt8]()
        swap(&local, &block)
        defer { swap(&local, &block) }
        var span = local.mutableSpan
        guard let count = try? file.read(into: &span, at: offset) else { return false }
        judge.add(block: local.span.extracting(0..<count), at: offset)
        sketches?.add(local.span.extracting(0..<count), at: offset)
        return true
    }
}
