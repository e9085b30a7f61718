internal import Linux
internal import Sodium

/// The content of a key file, read straight into locked memory.
struct SecretText: ~Copyable {
    private let room: SecretBytes
    private let count: Int

    /// Reads a file or pipe to its end.
    init(_ path: BytePath) throws(KeyFileError) {
        let made: Self
        do throws(Errno) { made = try Self(reading: path) } catch { throw .read(path, error) }
        if made.count > Constants.keyFileBytes { throw .tooLong(path) }
        self = made
    }

    private init(reading path: BytePath) throws(Errno) {
        let file = try FileDescriptor.open(path, .readOnly)
        let status = try file.status()
        // One more than a key file may have, so that a longer one is noticed.
        let most = Constants.keyFileBytes + 1
        let isSized = status.kind == .regular && (1..<UInt64(most)).contains(status.byteCount)
        var room = try Self.room(isSized ? Int(status.byteCount) + 1 : most)
        count = try room.withMutableSpan { (room) throws(Errno) in
            try Self.fill(&room, from: file)
        }
        self.room = room
    }

    /// Lends the text to `body`.
    borrowing func withSpan<R: ~Copyable, E: Error>(
        _ body: (Span<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        try room.withSpan { (bytes) throws(E) in try body(bytes.extracting(0..<count)) }
    }

    private static func room(_ count: Int) throws(Errno) -> SecretBytes {
        do throws(SodiumError) {
            return try SecretBytes(count: count)
        } catch {
            throw .outOfMemory
        }
    }

    private static func fill(
        _ room: inout MutableSpan<UInt8>, from file: borrowing FileDescriptor
    ) throws(Errno) -> Int {
        var count = 0
        while count < room.count {
            var rest = room._mutatingExtracting(count..<room.count)
            let more = try file.read(into: &rest)
            if more == 0 { break }
            count += more
        }
        return count
    }
}
