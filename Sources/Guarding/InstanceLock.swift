internal import Linux

/// Held while a daemon runs, so that two never act on the same files.
struct InstanceLock: ~Copyable {
    private let listener: FileDescriptor

    /// Takes the lock of a run directory.
    init(_ folder: BytePath) throws(GuardError) {
        let path = folder.appending("lock")
        do throws(Errno) {
            let file = try FileDescriptor.open(path, [.readWrite, .create, .noFollow])
            guard try file.tryLock() else { throw Errno.wouldBlock }
            listener = file
        } catch {
            if error == .wouldBlock { throw .alreadyRunning(folder) }
            throw .ownFolder(path, error)
        }
    }
}
