internal import Linux
internal import Sodium

/// Size and digest of a file, in bounded memory.
enum FileDigest {
    static func of(_ file: borrowing FileDescriptor) throws(Errno) -> Manifest.Content {
        guard var hasher = try? BLAKE2bHasher() else { throw .outOfMemory }
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        var byteCount: UInt64 = 0
        while true {
            var span = buffer.mutableSpan
            let count = try file.read(into: &span, at: byteCount)
            if count == 0 { break }
            hasher.update(buffer.span.extracting(0..<count))
            byteCount += UInt64(count)
        }
        return Manifest.Content(byteCount: byteCount, blake2b: Hexadecimal.text(hasher.finish()))
    }
}
