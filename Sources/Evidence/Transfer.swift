internal import Compression
internal import Linux
internal import Sodium

/// Copies a file while its digest is taken, compressed or as it is.
enum Transfer {
    /// What was written, and what it holds.
    struct Result {
        var file: Manifest.Content
        var content: Manifest.Content
    }

    private static let chunkByteCount = 1 << 18

    /// Copies from the beginning of `source` to its end into the empty file `target`.
    ///
    /// `mayWrite` is called before each writing with its size; nil lets it go on.
    static func run(
        _ source: borrowing FileDescriptor, to target: borrowing FileDescriptor, named name: String,
        compresses: Bool, mayWrite: (UInt64) -> EvidenceLack?
    ) throws(EvidenceLack) -> Result {
        guard var output = Output(name, compresses: compresses), var read = Tally() else {
            throw .write(name, .outOfMemory)
        }
        var buffer = [UInt8](repeating: 0, count: chunkByteCount)
        var room = buffer
        var isLast = false
        while !isLast {
            var span = buffer.mutableSpan
            let count: Int
            do throws(Errno) {
                count = try source.readFully(
                    into: &span, count: chunkByteCount, at: read.byteCount)
            } catch {
                throw .write(name, error)
            }
            isLast = count < chunkByteCount
            read.add(buffer.span.extracting(0..<count))
            try output.write(
                buffer.span.extracting(0..<count), isLast: isLast, through: &room, to: target,
                mayWrite)
        }
        return Result(file: output.finished(), content: read.finished())
    }

    /// Size and digest of what goes by.
    private struct Tally {
        private(set) var byteCount: UInt64 = 0
        private var hasher: BLAKE2bHasher

        init?() {
            guard let made = try? BLAKE2bHasher() else { return nil }
            hasher = made
        }

        mutating func add(_ bytes: Span<UInt8>) {
            hasher.update(bytes)
            byteCount += UInt64(bytes.count)
        }

        mutating func finished() -> Manifest.Content {
            Manifest.Content(byteCount: byteCount, blake2b: Hexadecimal.text(hasher.finish()))
        }
    }

    /// Writes bytes as they are, or compressed.
    private struct Output: ~Copyable {
        private let name: String
        private var encoder: Encoder?
        private var tally: Tally
        private let compresses: Bool

        init?(_ name: String, compresses: Bool) {
            guard let tally = Tally() else { return nil }
            (self.name, self.compresses, self.tally) = (name, compresses, tally)
            encoder = compresses ? Encoder() : nil
        }

        /// `room` is where compressed bytes are put on their way.
        mutating func write(
            _ bytes: Span<UInt8>, isLast: Bool, through room: inout [UInt8],
            to target: borrowing FileDescriptor, _ mayWrite: (UInt64) -> EvidenceLack?
        ) throws(EvidenceLack) {
            if !compresses { return try put(bytes, to: target, mayWrite) }
            var place = 0
            while true {
                let rest = bytes.extracting(place..<bytes.count)
                guard let step = encode(rest, isLast, into: &room) else {
                    throw .notCompressed(name)
                }
                place += step.consumedByteCount
                try put(room.span.extracting(0..<step.producedByteCount), to: target, mayWrite)
                if isLast ? step.isFinished : place == bytes.count { return }
            }
        }

        private mutating func encode(
            _ bytes: Span<UInt8>, _ isLast: Bool, into room: inout [UInt8]
        ) -> EncodingStep? {
            var span = room.mutableSpan
            return encoder?.encode(bytes, isLast: isLast, into: &span)
        }

        private mutating func put(
            _ bytes: Span<UInt8>, to target: borrowing FileDescriptor,
            _ mayWrite: (UInt64) -> EvidenceLack?
        ) throws(EvidenceLack) {
            if bytes.count == 0 { return }
            if let lack = mayWrite(UInt64(bytes.count)) { throw lack }
            tally.add(bytes)
            do throws(Errno) {
                try target.writeAll(bytes)
            } catch {
                throw .write(name, error)
            }
        }

        mutating func finished() -> Manifest.Content { tally.finished() }
    }
}
