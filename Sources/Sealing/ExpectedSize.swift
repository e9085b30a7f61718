internal import Linux

extension Source {
    /// Plaintext bytes as well as they can be told beforehand; nil for a pipe.
    ///
    /// Only for the display of progress: what can't be read counts for nothing here, and fails
    /// later with its reason.
    public var expectedByteCount: UInt64? {
        guard case .path(let path) = self, let opened = try? OpenedSource(self) else { return nil }
        switch opened.status.kind {
        case .regular: return opened.status.byteCount
        case .directory:
            guard let folder = try? FileDescriptor.open(path, [.readOnly, .directory]) else {
                return nil
            }
            return Self.packedByteCount(of: folder)
        default: return nil
        }
    }

    private static func packedByteCount(of folder: borrowing FileDescriptor) -> UInt64 {
        var sum: UInt64 = 0
        for entry in (try? folder.entries()) ?? [] {
            sum += UInt64(TarHeader.blockSize)
            if entry.kind == .directory {
                let options: OpenOptions = [.readOnly, .directory, .noFollow]
                if let inner = try? folder.open(entry.name, options) {
                    sum += packedByteCount(of: inner)
                }
            } else if let status = try? folder.status(of: entry.name), status.kind == .regular {
                sum += status.byteCount + UInt64(TarHeader.padding(status.byteCount))
            }
        }
        return sum
    }
}

extension [Source] {
    /// The sum for all; nil if one can't be told.
    public var expectedByteCount: UInt64? {
        var sum: UInt64 = 0
        for source in self {
            guard let count = source.expectedByteCount else { return nil }
            sum += count
        }
        return sum
    }
}
