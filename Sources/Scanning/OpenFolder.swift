internal import Linux
internal import Synchronization

/// A folder that several threads read from.
final class OpenFolder: Sendable {
    let descriptor: FileDescriptor
    let place: ScannedPlace
    let depth: Int

    init(_ descriptor: consuming FileDescriptor, _ place: ScannedPlace, depth: Int) {
        self.descriptor = descriptor
        self.place = place
        self.depth = depth
    }

    /// Where a name in here lies.
    func place(of name: BytePath) -> ScannedPlace {
        ScannedPlace(root: place.root, path: place.path.appending(name))
    }
}

/// Opens without moving times of access, where that is allowed.
struct QuietOpening: Sendable {
    private let isRefused = Flag()

    /// Whether something had to be opened in the ordinary way, so that its time of access may move.
    var movedAccessTimes: Bool { isRefused.value }

    func open(
        _ name: BytePath, in folder: borrowing FileDescriptor, _ options: OpenOptions
    ) throws(Errno) -> FileDescriptor {
        // A name of one part: nothing is followed, and nothing of another mount is entered.
        let limits: ResolveOptions = [.sameMount, .noSymbolicLinks]
        let all = options.union([.nonBlocking, .noFollow])
        do throws(Errno) {
            return try folder.open(name, all.union(.noAccessTime), resolving: limits)
        } catch  where error == .notPermitted {
            // Only the owner and root may ask for that.
            let file = try folder.open(name, all, resolving: limits)
            isRefused.set()
            return file
        }
    }

    func open(_ path: BytePath, _ options: OpenOptions) throws(Errno) -> FileDescriptor {
        let all = options.union(.nonBlocking)
        do throws(Errno) {
            return try FileDescriptor.open(path, all.union(.noAccessTime))
        } catch  where error == .notPermitted {
            let file = try FileDescriptor.open(path, all)
            isRefused.set()
            return file
        }
    }

    private final class Flag: Sendable {
        private let raised = Atomic<Bool>(false)
        var value: Bool { raised.load(ordering: .relaxed) }
        func set() { raised.store(true, ordering: .relaxed) }
    }
}
