internal import Contents
internal import Linux
internal import Sketches

/// Compares a sample of a closed file with what is kept of it, on the sensor's thread.
///
/// It allocates nothing and does not wait for the disk: what is not in memory says nothing here, and is
/// looked at by the inspection's thread.
struct SketchLook: ~Copyable {
    private var reader: SketchReader
    private var file: SketchedFile?
    private var comparison: SketchComparison?
    private var byteCount: UInt64 = 0

    init(_ store: SketchStore) { reader = store.reader(waits: false) }

    /// Begins with a file.
    mutating func begin(_ status: FileStatus) {
        byteCount = status.byteCount
        file = reader.file(FileIdentity(status))
        comparison = file.map {
            SketchComparison(oldByteCount: $0.side.byteCount, key: $0.key)
        }
    }

    /// Whether there is a sketch of the file to compare it with.
    var isKnown: Bool { file != nil }

    /// Where to draw a block of the sample: one that is sketched, near the one that was drawn.
    func place(near offset: UInt64) -> UInt64 {
        // The end of a file stays, for what it tells of the format.
        guard let file, offset + 4096 < byteCount else { return offset }
        let place = reader.sketched(near: offset / 4096, of: file) * 4096
        return place + 4096 <= byteCount ? place : offset
    }

    /// Adds a block of the sample.
    mutating func add(_ block: Span<UInt8>, at offset: UInt64) {
        guard let file, offset % 4096 == 0,
            let kept = reader.block(offset / 4096, of: file)
        else { return }
        comparison?.add(block, number: offset / 4096, old: kept)
    }

    /// Whether what was changed is random, and what was there before was not.
    ///
    /// No where only the whole structure can tell, which the inspection's thread looks at.
    borrowing func isRandomChange(_ opinion: borrowing Opinion) -> Bool {
        guard let file, let comparison else { return false }
        let change = SketchJudge.judge(
            comparison, old: file.side, new: opinion, byteCount: byteCount)
        return change?.isStrong == true
    }
}
