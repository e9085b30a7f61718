internal import Age
internal import Linux
internal import Sodium

/// Bytes that come one after another.
protocol ByteSource: AnyObject {
    /// Reads at most what fits; 0 only at the end.
    func read(into buffer: inout MutableSpan<UInt8>) throws(TransferError) -> Int
}

/// Takes bytes one after another.
protocol ByteSink: AnyObject {
    /// Takes all the bytes.
    func write(_ bytes: Span<UInt8>) throws(TransferError)
    /// Writes what is held back.
    func finish() throws(TransferError)
}

extension ByteSource {
    /// Reads until the buffer is full or the source ends.
    func fill(_ buffer: inout MutableSpan<UInt8>) throws(TransferError) -> Int {
        var done = 0
        while done < buffer.count {
            var rest = buffer._mutatingExtracting(done..<buffer.count)
            let count = try read(into: &rest)
            if count == 0 { break }
            done += count
        }
        return done
    }
}

/// The bytes of an open file or pipe from its position on.
final class DescriptorSource: ByteSource {
    private let file: FileDescriptor

    init(_ file: consuming FileDescriptor) {
        file.enlargePipe()
        self.file = file
    }

    func read(into buffer: inout MutableSpan<UInt8>) throws(TransferError) -> Int {
        do throws(Errno) {
            return try file.read(into: &buffer)
        } catch {
            throw .read(error)
        }
    }
}

/// Bytes already at hand, then the rest of another source.
final class PrefixedSource: ByteSource {
    private var prefix: [UInt8]
    private var place = 0
    private let rest: any ByteSource

    init(_ prefix: [UInt8], then rest: any ByteSource) {
        self.prefix = prefix
        self.rest = rest
    }

    func read(into buffer: inout MutableSpan<UInt8>) throws(TransferError) -> Int {
        if place == prefix.count {
            prefix = []
            place = 0
            return try rest.read(into: &buffer)
        }
        let count = min(buffer.count, prefix.count - place)
        buffer.overwrite(at: 0, with: prefix.span.extracting(place..<(place + count)))
        place += count
        return count
    }
}

/// The bytes inside a text armor.
final class ArmorSource: ByteSource {
    private let text: any ByteSource
    private var decoder = ArmorDecoder()
    private var decoded = [UInt8]()
    private var place = 0
    private var isAtEnd = false

    init(_ text: any ByteSource) {
        self.text = text
    }

    func read(into buffer: inout MutableSpan<UInt8>) throws(TransferError) -> Int {
        while place == decoded.count, !isAtEnd { try decodeMore() }
        let count = min(buffer.count, decoded.count - place)
        buffer.overwrite(at: 0, with: decoded.span.extracting(place..<(place + count)))
        place += count
        return count
    }

    private func decodeMore() throws(TransferError) {
        decoded.removeAll(keepingCapacity: true)
        place = 0
        var chunk = [UInt8](repeating: 0, count: Constants.chunk)
        var span = chunk.mutableSpan
        let count = try text.read(into: &span)
        do throws(ArmorError) {
            if count == 0 {
                isAtEnd = true
                try decoder.finish(into: &decoded)
            } else {
                try decoder.feed(chunk.span.extracting(0..<count), into: &decoded)
            }
        } catch {
            throw .armor(error)
        }
    }
}

/// Writes to an open file or pipe.
final class DescriptorSink: ByteSink {
    private let file: FileDescriptor

    init(_ file: consuming FileDescriptor) {
        file.enlargePipe()
        self.file = file
    }

    func write(_ bytes: Span<UInt8>) throws(TransferError) {
        do throws(Errno) {
            try file.writeAll(bytes)
        } catch {
            throw .write(error)
        }
    }

    func finish() throws(TransferError) {}
}

/// Shows text on a terminal and refuses what could garble or command it.
final class TerminalSink: ByteSink {
    private let terminal: DescriptorSink

    init(_ terminal: consuming FileDescriptor) {
        self.terminal = DescriptorSink(terminal)
    }

    func write(_ bytes: Span<UInt8>) throws(TransferError) {
        for index in bytes.indices {
            // Tab, line feed and carriage return alone of the control characters.
            let byte = bytes[index]
            if byte == 0x7f || byte < 0x20 && ![0x09, 0x0a, 0x0d].contains(byte) {
                throw .notText
            }
        }
        try terminal.write(bytes)
    }

    func finish() throws(TransferError) { try terminal.finish() }
}

/// Wraps what it takes into a text armor.
final class ArmorSink: ByteSink {
    private let text: any ByteSink
    private var encoder = ArmorEncoder()

    init(_ text: any ByteSink) {
        self.text = text
    }

    func write(_ bytes: Span<UInt8>) throws(TransferError) {
        var encoded = [UInt8]()
        encoder.feed(bytes, into: &encoded)
        try text.write(encoded.span)
    }

    func finish() throws(TransferError) {
        var encoded = [UInt8]()
        encoder.finish(into: &encoded)
        try text.write(encoded.span)
        try text.finish()
    }
}

/// Takes bytes and forgets them.
final class NullSink: ByteSink {
    func write(_ bytes: Span<UInt8>) throws(TransferError) {}
    func finish() throws(TransferError) {}
}
