internal import Contents
internal import Linux
internal import Synchronization

/// An open file's content; what the kernel refuses is kept.
struct DescriptorSource: ByteSource {
    private let file: File
    let byteCount: UInt64

    init(_ file: File, byteCount: UInt64) {
        (self.file, self.byteCount) = (file, byteCount)
    }

    mutating func read(
        at offset: UInt64, byteCount count: Int, into target: inout MutableSpan<UInt8>
    ) -> Int? {
        do throws(Errno) {
            return try file.descriptor.readFully(into: &target, count: count, at: offset)
        } catch {
            file.fault.store(error.rawValue, ordering: .relaxed)
            return nil
        }
    }

    /// A file that judges read from.
    final class File: Sendable {
        let descriptor: FileDescriptor
        fileprivate let fault = Atomic<Int32>(0)

        init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

        /// What the kernel said when a read failed.
        var errno: Errno? {
            let number = fault.load(ordering: .relaxed)
            return number == 0 ? nil : Errno(rawValue: number)
        }
    }
}
