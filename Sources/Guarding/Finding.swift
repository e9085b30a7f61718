internal import Contents
internal import Control
internal import Detection
internal import Linux
internal import Synchronization

/// A damaged file of which no event told, found by looking for it.
struct Finding: Sendable {
    /// What is wrong with the file.
    enum Damage: Sendable {
        /// Its content looks encrypted.
        case encrypted(Opinion)
        /// It is, or was, a canary.
        case canary
    }

    /// The file; nil for one that is gone.
    var file: FileHandle?
    /// A number for its folder, the same as for the folders of events.
    var folder: UInt64
    /// Where it is.
    var path: BytePath
    /// What is wrong with it.
    var damage: Damage
    /// When it was made; 0 where unknown.
    var born: WallNanoseconds
    /// Whether it was there before events were lost, so that something older was destroyed.
    var isOld: Bool
    /// Since when, on the clock since boot, events were lost; 0 if none were.
    var lostSince: UInt64 = 0
    /// Who surely wrote it: the only one who can, as it is held open or mapped.
    var writer: ProcessKey?

    /// What it is remembered by: a file by its handle, a canary by its path, since it may be gone.
    var number: UInt64 {
        if case .canary = damage { return path.bytes.span.fingerprint }
        return file?.hash ?? 0
    }

    /// How it is told in an incident.
    var report: FileReport {
        guard case .encrypted(let opinion) = damage else {
            return FileReport(path: CarriedPath(path), contentClass: "canary", weight: 0)
        }
        var report = FileReport(
            path: CarriedPath(path), contentClass: "\(opinion.contentClass)", weight: 0)
        report.entropy = opinion.entropyBitsPerByte
        return report
    }
}

/// Carries findings to the sensor's thread, which owns the detector.
final class FindingInbox: Sendable {
    /// What was found since the last look.
    struct Contents: Sendable {
        /// The findings.
        var findings: [Finding] = []
        /// What the inspector found.
        var inspected: [InspectedFile] = []
        /// Whether a look has ended, so that what nobody can be named for is to be told.
        var hasEnded = false
    }

    /// Readable when something arrived.
    let arrived: EventCounter
    private let contents = Mutex(Contents())

    init() throws(Errno) {
        arrived = try EventCounter()
    }

    /// Hands findings over.
    func add(_ findings: [Finding]) {
        if findings.isEmpty { return }
        contents.withLock { $0.findings += findings }
        arrived.signal()
    }

    /// Hands over what the inspector found.
    func add(_ file: InspectedFile) {
        contents.withLock { $0.inspected.append(file) }
        arrived.signal()
    }

    /// Says that a look has ended.
    func end() {
        contents.withLock { $0.hasEnded = true }
        arrived.signal()
    }

    /// Takes everything.
    func take() -> Contents {
        contents.withLock { contents in
            let taken = contents
            let isEmpty = taken.findings.isEmpty && taken.inspected.isEmpty
            if taken.hasEnded || !isEmpty { contents = Contents() }
            return taken
        }
    }
}
