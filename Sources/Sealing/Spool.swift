internal import Linux

/// Keeps sealed chunks in a file without a name.
struct Spool: ~Copyable {
    private let unnamed: AtomicFile
    private let folder: BytePath

    init(in folder: BytePath) throws(TransferError) {
        unnamed = try Self.file(in: folder)
        self.folder = folder
    }

    private static func file(in folder: BytePath) throws(TransferError) -> AtomicFile {
        do throws(Errno) { return try AtomicFile(in: folder) } catch {
            throw .spool(folder, error)
        }
    }

    /// Appends to it.
    borrowing func sink() throws(TransferError) -> any ByteSink {
        SpoolSink(DescriptorSink(try duplicate()), folder)
    }

    /// Gives everything from the beginning.
    borrowing func copy(to sink: any ByteSink) throws(TransferError) {
        do throws(Errno) { try unnamed.file.seek(to: 0) } catch { throw .spool(folder, error) }
        let source = DescriptorSource(try duplicate())
        var buffer = [UInt8](repeating: 0, count: Constants.spoolBuffer)
        while true {
            var span = buffer.mutableSpan
            let count = try source.read(into: &span)
            if count == 0 { return }
            try sink.write(buffer.span.extracting(0..<count))
        }
    }

    /// Forgets everything.
    consuming func abandon() {
        unnamed.abandon()
    }

    private borrowing func duplicate() throws(TransferError) -> FileDescriptor {
        do throws(Errno) { return try unnamed.file.duplicate() } catch {
            throw .spool(folder, error)
        }
    }
}

/// Says of a failed writing that the spool is to blame, not the output.
private final class SpoolSink: ByteSink {
    private let file: DescriptorSink
    private let folder: BytePath

    init(_ file: DescriptorSink, _ folder: BytePath) {
        self.file = file
        self.folder = folder
    }

    func write(_ bytes: Span<UInt8>) throws(TransferError) {
        do throws(TransferError) { try file.write(bytes) } catch {
            if case .write(let errno) = error { throw .spool(folder, errno) }
            throw error
        }
    }

    func finish() throws(TransferError) {}
}
