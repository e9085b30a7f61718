public import Contents
public import Linux
internal import Synchronization

/// What a scan tells while it runs.
public enum ScanEvent: Sendable {
    /// A file was judged; holes are not among its bytes on the disk.
    case file(ScannedFile, diskByteCount: UInt64)
    /// Something was not judged.
    case omitted(Omission)
}

/// Why a scan could not begin.
public enum ScanError: Error, Equatable, Sendable {
    /// A place that was named can't be opened.
    case unreadable(BytePath, Errno)
    /// A place that was named is neither a file nor a folder.
    case special(BytePath)
    /// The threads can't be set up.
    case system(Errno)
}

/// Judges all files beneath some places, on several threads; changes nothing there.
public struct TreeScan: Sendable {
    private let roots: [BytePath]
    private let threads: Int
    private let budget: ReadingBudget
    private let opening = QuietOpening()

    /// Whether times of access may have moved, since the kernel did not let them be kept.
    public var movedAccessTimes: Bool { opening.movedAccessTimes }

    /// Prepares a scan.
    ///
    /// - Parameters:
    ///   - roots: files and folders; links are followed here, and nowhere beneath.
    ///   - threads: how many work at once.
    ///   - budget: what one file may cost.
    public init(_ roots: [BytePath], threads: Int, budget: ReadingBudget = .scanning) {
        (self.roots, self.threads, self.budget) = (roots, max(1, threads), budget)
    }

    /// Bytes on the disk that a scan would go through; costs a walk without reading files.
    ///
    /// - Throws: `ScanError`.
    public func byteCount() throws(ScanError) -> UInt64 {
        let sum = Sum()
        let places = try opened()
        for (file, _) in places.files {
            sum.add((try? file.descriptor.status())?.diskByteCount ?? 0)
        }
        try walk(places.folders, { sum.add($0.status.diskByteCount) }, { _ in })
        return sum.value
    }

    /// Scans.
    ///
    /// - Parameters:
    ///   - known: an earlier result that still holds for a file with this stamp, which is not
    ///     read then; called on all threads.
    ///   - report: is told each result; called on all threads.
    /// - Throws: `ScanError`, before anything is reported.
    public func run(
        known: @escaping @Sendable (ScannedPlace, FileStamp) -> ScannedFile?,
        _ report: @escaping @Sendable (ScanEvent) -> Void
    ) throws(ScanError) {
        let scan = FileScan(opening: opening, budget: budget, known: known)
        let places = try opened()
        for (file, place) in places.files { report(scan.result(file, at: place)) }
        try walk(places.folders, { report(scan.result($0)) }, { report(.omitted($0)) })
    }

    private func walk(
        _ folders: [OpenFolder], _ visit: @escaping @Sendable (TreeWalk.Found) -> Void,
        _ omit: @escaping @Sendable (Omission) -> Void
    ) throws(ScanError) {
        do throws(Errno) {
            let walk = try TreeWalk(threads: threads, opening: opening, visit: visit, omit: omit)
            walk.run(folders)
        } catch {
            throw .system(error)
        }
    }

    private typealias Places = (
        folders: [OpenFolder], files: [(file: DescriptorSource.File, place: ScannedPlace)]
    )

    private func opened() throws(ScanError) -> Places {
        var places: Places = ([], [])
        for (number, root) in roots.enumerated() {
            let place = ScannedPlace(root: number, path: BytePath([UInt8]()))
            do throws(Errno) {
                // Opening a device could set something off.
                switch try FileStatus.following(root).kind {
                case .directory:
                    let folder = try opening.open(root, [.readOnly, .directory])
                    places.folders.append(OpenFolder(folder, place, depth: 0))
                case .regular:
                    let file = DescriptorSource.File(try opening.open(root, [.readOnly]))
                    places.files.append((file, place))
                default: throw .invalidArgument
                }
            } catch {
                throw error == .invalidArgument ? .special(root) : .unreadable(root, error)
            }
        }
        return places
    }

    private final class Sum: Sendable {
        private let count = Atomic<UInt64>(0)
        var value: UInt64 { count.load(ordering: .relaxed) }
        func add(_ bytes: UInt64) { count.wrappingAdd(bytes, ordering: .relaxed) }
    }
}
