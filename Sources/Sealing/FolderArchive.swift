public import Linux

/// The archive that a sealed folder is, which `unlock` writes as it is unless it is to unpack it.
public enum FolderArchive {
    /// Whether a file begins like one.
    public static func isFound(at path: BytePath) -> Bool {
        guard let file = try? FileDescriptor.open(path, [.readOnly, .noFollow, .nonBlocking]),
            let block = try? file.readToEnd(limit: TarHeader.blockSize)
        else { return false }
        return begins(block)
    }

    /// Whether bytes begin like one.
    static func begins(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= TarHeader.blockSize else { return false }
        switch TarHeader.parse(Array(bytes.prefix(TarHeader.blockSize))) {
        case .entry, .records: return true
        case .end, .malformed: return false
        }
    }
}
