internal import Contents
internal import Inspecting
internal import Linux
internal import Sketches

/// Compares files that were inspected with their sketches, and keeps what they are now.
struct SketchedInspection: ~Copyable {
    private let keeping: SketchKeeping
    private var sketcher: Sketcher?

    init(_ keeping: SketchKeeping) {
        self.keeping = keeping
        sketcher = keeping.store.map { Sketcher($0) }
    }

    /// Keeps what a file is now, since what became of it was counted.
    mutating func accept(_ file: borrowing FileDescriptor, _ status: FileStatus) {
        do throws(Errno) {
            _ = try sketcher?.look(at: file, FileIdentity(status), accepts: true)
            keeping.note(nil)
        } catch {
            keeping.note(error)
        }
    }

    /// The opinion on a file in which the inspector found nothing; nil where there is nothing, or the
    /// file was not sketched.
    mutating func opinion(
        on file: borrowing FileDescriptor, _ status: FileStatus, _ inspection: Inspection
    ) -> Opinion? {
        do throws(Errno) {
            let identity = FileIdentity(status)
            // New files are left to the walk, so that this thread keeps up with what is written.
            guard let look = try sketcher?.lookAtKnown(file, identity), let old = look.old else {
                return nil
            }
            let change = SketchJudge.judge(
                look.comparison, old: old.side, new: look.side, structure: inspection.structure)
            guard change.isStrong else { return nil }
            _ = try sketcher?.look(at: file, identity, accepts: true)
            return Opinion(
                entropyBitsPerByte: inspection.entropyBitsPerByte, kind: inspection.kind,
                structure: .none, byteChiSquare: inspection.byteChiSquare,
                nibbleChiSquare: inspection.nibbleChiSquare,
                uniformBlockCount: Int(inspection.uniformBlockCount),
                blockCount: Int(inspection.blockCount), contentClass: .partlyUniform)
        } catch {
            keeping.note(error)
            return nil
        }
    }
}
