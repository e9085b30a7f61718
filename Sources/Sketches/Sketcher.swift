public import Contents
public import Linux

/// Reads files block by block, compares them with what is kept and keeps what they are now; for threads
/// behind all others.
public struct Sketcher: ~Copyable {
    private let store: SketchStore
    private var reader: SketchReader
    private var block = [UInt8](repeating: 0, count: 4096)

    /// Works for a store.
    public init(_ store: SketchStore) {
        self.store = store
        reader = store.reader(waits: true)
    }

    /// Whether a file was not sketched yet as it is; confirms it otherwise.
    public mutating func needsLook(_ identity: FileIdentity) throws(Errno) -> Bool {
        guard let known = reader.file(identity), known.stamp == identity.stamp,
            let slot = reader.slot(identity.number, group: 0)
        else { return true }
        if store.isStale(slot) { try confirm(known) }
        return false
    }

    private mutating func confirm(_ file: SketchedFile) throws(Errno) {
        for stride in 0...file.grid.strideCount(file.side.byteCount) {
            let group = stride == 0 ? 0 : file.grid.group(ofStride: stride - 1, file.key)
            guard let slot = reader.slot(file.number, group: group) else { continue }
            try store.keep(file: file.number, group: group) { $0.payload = slot.payload }
        }
    }

    /// What a look at a file found.
    public struct Look: Sendable {
        /// How it was when it was sketched; nil if it was not.
        public var old: SketchedFile?
        /// The comparison of the sketched blocks.
        public var comparison: SketchComparison
        /// How it is now, by its samples.
        public var side: SketchJudge.Side
    }

    /// Looks at a file if something is kept of it.
    public mutating func lookAtKnown(
        _ file: borrowing FileDescriptor, _ identity: FileIdentity
    ) throws(Errno) -> Look? {
        reader.file(identity) == nil ? nil : try look(at: file, identity)
    }

    /// Compares a file with what is kept and keeps what it is now.
    ///
    /// - Parameters:
    ///   - file: a regular file.
    ///   - identity: as it was just before.
    ///   - accepts: whether to forget what was kept, because what became of it was counted.
    /// - Returns: nil where the file can't be read, or has no bytes.
    /// - Throws: where the store can't be written.
    public mutating func look(
        at file: borrowing FileDescriptor, _ identity: FileIdentity, accepts: Bool = false
    ) throws(Errno) -> Look? {
        let old = accepts ? nil : reader.file(identity)
        // Blocks of another grid are not the same ones.
        let grid = SketchGrid(byteCount: identity.byteCount)
        let known = old?.grid == grid ? old : nil
        guard let kind = read(file, at: 0).map(Self.kind(ofHead: identity.byteCount)) else {
            return nil
        }
        let side = SketchJudge.Side(kind: kind, byteCount: identity.byteCount)
        var new = SketchedFile(
            side: side, stamp: identity.stamp, grid: grid, number: identity.number, store.key)
        var look = Look(
            old: old,
            comparison: SketchComparison(
                oldByteCount: known?.side.byteCount ?? 0, key: new.key),
            side: side)
        for stride in 0...grid.strideCount(identity.byteCount) {
            let group = stride == 0 ? 0 : grid.group(ofStride: stride - 1, new.key)
            let words = sketch(group, of: file, known, new, &look.comparison)
            if group == 0 { continue }
            try store.keep(file: new.number, group: group) { slot in
                for index in 0..<7 { slot.payload[index] = words[index] }
            }
        }
        // While something waits to be counted the file is what it was.
        if let known, look.comparison.turnedBlockCount > 0 { new.side.kind = known.side.kind }
        let words = firstWords
        try store.keep(file: new.number, group: 0) { slot in
            new.write(to: &slot)
            for index in 0..<5 { slot.payload[index + 2] = words[index] }
        }
        return look
    }

    /// The words of the first group, which is written last, when the others are there.
    private var firstWords = InlineArray<7, UInt64>(repeating: 0)

    private mutating func sketch(
        _ group: UInt64, of file: borrowing FileDescriptor, _ old: SketchedFile?,
        _ new: SketchedFile, _ comparison: inout SketchComparison
    ) -> InlineArray<7, UInt64> {
        var words = InlineArray<7, UInt64>(repeating: 0)
        let range = SketchGrid.blocks(ofGroup: group)
        for number in range {
            guard let count = fill(file, at: number * 4096), count > 0 else { break }
            var kept: BlockSketch?
            if let old { kept = reader.block(number, of: old) }
            let bytes = block.span.extracting(0..<count)
            let index = Int(number - range.lowerBound)
            if let kept, !comparison.add(bytes, number: number, old: kept) {
                words[index] = kept.rawValue
            } else {
                words[index] = BlockSketch(of: bytes, number: number, key: new.key).rawValue
            }
        }
        if group == 0 { firstWords = words }
        return words
    }

    private mutating func fill(_ file: borrowing FileDescriptor, at offset: UInt64) -> Int? {
        var local = [UInt8]()
        swap(&local, &block)
        defer { swap(&local, &block) }
        var span = local.mutableSpan
        return try? file.readFully(into: &span, count: 4096, at: offset)
    }

    private mutating func read(_ file: borrowing FileDescriptor, at offset: UInt64) -> [UInt8]? {
        guard let count = fill(file, at: offset), count > 0 else { return nil }
        return Array(block[..<count])
    }

    private static func kind(ofHead byteCount: UInt64) -> ([UInt8]) -> Kind {
        { head in
            var judge = SampleJudge(fileByteCount: byteCount)
            judge.add(block: head.span, at: 0)
            let opinion = judge.opinion()
            return opinion.structure == .recognised ? opinion.kind : .none
        }
    }
}
