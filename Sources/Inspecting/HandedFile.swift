internal import Contents
internal import Linux

/// A file that was handed over, as a judge reads it.
struct HandedFile: ByteSource {
    private let file: Box
    let byteCount: UInt64

    init(_ file: consuming FileDescriptor, byteCount: UInt64) {
        (self.file, self.byteCount) = (Box(file), byteCount)
    }

    mutating func read(
        at offset: UInt64, byteCount count: Int, into target: inout MutableSpan<UInt8>
    ) -> Int? {
        try? file.descriptor.readFully(into: &target, count: count, at: offset)
    }

    private final class Box {
        let descriptor: FileDescriptor
        init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
    }
}
